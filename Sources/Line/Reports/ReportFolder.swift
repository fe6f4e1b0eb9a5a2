import Glibc

/// A folder that takes report files, each appearing whole or not at all.
struct ReportFolder {
  let path: String

  /// Makes the folder where it is missing. A folder with other people's files and no earlier report is refused.
  init(preparing path: String) throws(ReportError) {
    self.path = path
    var info = stat()
    if stat(path, &info) == 0 {
      guard info.st_mode & S_IFMT == S_IFDIR else {
        throw ReportError(path: path, problem: .notAFolder, action: "use")
      }
      let names = try Self.names(in: path)
      guard names.isEmpty || names.contains(where: { name in ReportFiles.all.contains { $0.name == name } }) else {
        throw ReportError(path: path, problem: .foreignFolder, action: "use")
      }
    } else {
      try Self.makeFolders(path)
    }
  }

  /// Writes beside the target, flushes to the disk, then renames over it: a reader sees the old file or the new one.
  func write(_ text: String, to name: String) throws(ReportError) {
    let target = path + "/" + name
    let draft = target + ".\(getpid()).draft"
    let file = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw Self.systemError("create", target) }
    do throws(ReportError) {
      try Self.writeAll(text, to: file, named: target)
    } catch {
      close(file)
      unlink(draft)
      throw error
    }
    guard close(file) == 0, rename(draft, target) == 0 else {
      let error = Self.systemError("write", target)
      unlink(draft)
      throw error
    }
  }

  /// Writes into a folder below, made where it is missing; the caller vouches for the folder's name.
  func write(_ text: String, to name: String, in below: String) throws(ReportError) {
    try Self.makeFolders(path + "/" + below)
    try write(text, to: below + "/" + name)
  }

  /// Removes the plain files of a folder below but for some.
  func removeFiles(in below: String, except kept: Set<String>) throws(ReportError) {
    for name in try Self.names(in: path + "/" + below) where !kept.contains(name) {
      let file = path + "/" + below + "/" + name
      var info = stat()
      guard lstat(file, &info) == 0, info.st_mode & S_IFMT == S_IFREG else { continue }
      guard unlink(file) == 0 else { throw Self.systemError("remove", file) }
    }
  }

  private static func writeAll(_ text: String, to file: Int32, named name: String) throws(ReportError) {
    var text = text
    let failure: ReportError? = text.withUTF8 { bytes in
      var at = 0
      while at < bytes.count {
        let written = Glibc.write(file, bytes.baseAddress! + at, bytes.count - at)
        if written < 0, errno == EINTR { continue }
        if written < 0 { return systemError("write", name) }
        at += written
      }
      return fsync(file) == 0 || errno == EINVAL ? nil : systemError("flush", name)
    }
    if let failure { throw failure }
  }

  private static func makeFolders(_ path: String) throws(ReportError) {
    var made = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      made += (made.isEmpty || made == "/" ? "" : "/") + part
      if mkdir(made, 0o755) != 0, errno != EEXIST { throw systemError("create", made) }
    }
  }

  private static func names(in path: String) throws(ReportError) -> [String] {
    guard let folder = opendir(path) else { throw systemError("read", path) }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }

  private static func systemError(_ action: String, _ path: String) -> ReportError {
    ReportError(path: path, problem: .system(errno), action: action)
  }
}

extension ReportError {
  /// The system's own words for an error number, lower case as within a sentence.
  static func words(of code: Int32) -> String {
    var buffer = [CChar](repeating: 0, count: 256)
    guard strerror_r(code, &buffer, buffer.count) == 0 else { return "error \(code)" }
    let words = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return words.prefix(1).lowercased() + words.dropFirst()
  }
}
