import CVectorscan
import Glibc
import Model

/// Compiled patterns kept on disk between runs: `$WEIR_CACHE`, else `$XDG_CACHE_HOME/weir`, else `~/.cache/weir`.
///
/// A file holds the patterns it was made from, all their bytes, and is used only when they are the very same; the
/// library itself refuses what was made for another processor or version or was damaged. Files that others could have
/// written are not looked at. Nothing here can fail a run: without a cache everything is compiled.
enum PatternCache {
  struct Entry {
    private let path: String
    /// Everything that the database depends on, byte by byte.
    private let key: [UInt8]

    /// nil where there is no place to keep anything, or where compiling anew is as quick as reading.
    init?(_ expressions: [PatternCompiler.Expression], folder: String? = PatternCache.folder) {
      guard let folder, expressions.reduce(0, { $0 + $1.text.utf8.count }) >= PatternCache.leastBytes else {
        return nil
      }
      var key = Array("weir patterns 1\n\(String(cString: hs_version()))\n".utf8)
      for expression in expressions {
        key += "\(expression.id) \(expression.flags) \(expression.text.utf8.count)\n".utf8
        key += expression.text.utf8
      }
      let names = key.withUnsafeBufferPointer { bytes in [byteHash(bytes, seed: 1), byteHash(bytes, seed: 2)] }
      path = folder + "/" + names.map { String($0, radix: 36) }.joined() + ".hs"
      self.key = key
    }

    func load() -> OpaquePointer? {
      guard let bytes = PatternCache.ownBytes(of: path), bytes.starts(with: key) else { return nil }
      // Its time says when it was last of use.
      utimensat(AT_FDCWD, path, nil, AT_SYMLINK_NOFOLLOW)
      var database: OpaquePointer?
      let status = bytes.withUnsafeBufferPointer { all in
        let kept = UnsafeRawPointer(all.baseAddress! + key.count).assumingMemoryBound(to: CChar.self)
        return hs_deserialize_database(kept, all.count - key.count, &database)
      }
      return status == HS_SUCCESS ? database : nil
    }

    func store(_ database: OpaquePointer) {
      var serialized: UnsafeMutablePointer<CChar>?
      var count = 0
      guard hs_serialize_database(database, &serialized, &count) == HS_SUCCESS, let serialized else { return }
      defer { free(serialized) }
      let draft = path + ".\(getpid())"
      let file = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
      guard file >= 0 else { return }
      let isWhole =
        key.withUnsafeBytes { write(file, $0.baseAddress, $0.count) } == key.count
        && write(file, serialized, count) == count
      if close(file) != 0 || !isWhole || rename(draft, path) != 0 { unlink(draft) }
      PatternCache.prune(String(path.prefix(upTo: path.lastIndex(of: "/")!)))
    }
  }

  /// Patterns with fewer bytes in all compile within milliseconds; a hunt's own condition leaves nothing behind.
  static let leastBytes = 300
  /// More files than these are halved, the longest unused first.
  static let mostFiles = 200

  /// The folder, made where it is missing; nil where it cannot be or is not this user's alone.
  static let folder: String? = {
    let variable = { (name: String) in getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 } }
    let place =
      variable("WEIR_CACHE")
      ?? (variable("XDG_CACHE_HOME") ?? variable("HOME").map { $0 + "/.cache" }).map { $0 + "/weir" }
    guard let place, place.hasPrefix("/") else { return nil }
    var made = ""
    for part in place.split(separator: "/") {
      made += "/" + part
      mkdir(made, 0o700)
    }
    var facts = stat()
    guard stat(place, &facts) == 0, facts.st_mode & S_IFMT == S_IFDIR, isOwn(facts) else { return nil }
    return place
  }()

  /// Keeps a folder from growing with every new condition and release.
  static func prune(_ folder: String) {
    guard let handle = opendir(folder) else { return }
    defer { closedir(handle) }
    var files: [(path: String, used: Int)] = []
    while let entry = readdir(handle) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      var facts = stat()
      guard name.hasSuffix(".hs"), lstat("\(folder)/\(name)", &facts) == 0 else { continue }
      files.append(("\(folder)/\(name)", facts.st_mtim.tv_sec))
    }
    guard files.count > mostFiles else { return }
    for file in files.sorted(by: { $0.used < $1.used }).prefix(files.count - mostFiles / 2) { unlink(file.path) }
  }

  private static func isOwn(_ facts: stat) -> Bool { facts.st_uid == geteuid() && facts.st_mode & 0o022 == 0 }

  /// The bytes of a file that only this user can have written; nil for any other.
  private static func ownBytes(of path: String) -> [UInt8]? {
    let file = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var facts = stat()
    guard fstat(file, &facts) == 0, isOwn(facts), facts.st_size > 0, facts.st_size < 1 << 30 else { return nil }
    let size = Int(facts.st_size)
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      while count < size {
        let more = read(file, buffer.baseAddress! + count, size - count)
        if more <= 0 { break }
        count += more
      }
    }
    return bytes.count == size ? bytes : nil
  }
}
