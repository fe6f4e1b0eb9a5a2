import Content
import Foundation

/// The folder of sets, outside the repository.
struct Corpus {
  let root: URL

  static func find() -> Corpus? {
    let named = ProcessInfo.processInfo.environment["WEIR_CORPUS"]
    let here = URL(filePath: FileManager.default.currentDirectoryPath)
    for place in [named.map { URL(filePath: $0) }, here.appending(path: "../shared/corpus")] {
      if let place, Files.isFolder(place) { return Corpus(root: place.standardizedFileURL) }
    }
    return nil
  }

  func folder(_ name: String) -> URL? {
    let folder = root.appending(path: name)
    return Files.isFolder(folder) ? folder : nil
  }
}

/// Reading the corpus: whole files, gzipped ones by their content.
enum Files {
  static func isFolder(_ place: URL) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: place.path(percentEncoded: false), isDirectory: &isFolder)
      && isFolder.boolValue
  }

  static func exists(_ place: URL) -> Bool {
    FileManager.default.fileExists(atPath: place.path(percentEncoded: false))
  }

  /// All files under `folder` in order of their paths, licences left out.
  static func all(under folder: URL, suffixes: [String] = [""]) -> [URL] {
    let walk = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: [.isRegularFileKey])
    let files = (walk?.compactMap { $0 as? URL } ?? []).filter { file in
      (try? file.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile) == true
        && file.lastPathComponent != "LICENSE.txt" && suffixes.contains { file.path.hasSuffix($0) }
    }
    return files.sorted { $0.path < $1.path }
  }

  static func folders(in folder: URL) -> [URL] {
    let inside = (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
    return inside.filter(isFolder).sorted { $0.path < $1.path }
  }

  static func data(_ file: URL) throws -> Data {
    let data = try Data(contentsOf: file)
    guard data.starts(with: [0x1f, 0x8b]) else { return data }
    return try Shell.run("/bin/gzip", ["-dc", file.path(percentEncoded: false)], seconds: 60).output
  }

  /// The file's text, bytes that are no UTF-8 repaired.
  static func text(_ file: URL) throws -> String { String(decoding: try data(file), as: UTF8.self) }

  static func lines(_ file: URL) throws -> [String] {
    // By bytes, since Unicode's own line ends are part of some attack strings.
    try data(file).split(separator: 10, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
  }

  /// `file`, or the same name with `.gz`.
  static func plainOrPacked(_ file: URL) -> URL? {
    if exists(file) { return file }
    let packed = file.appendingPathExtension("gz")
    return exists(packed) ? packed : nil
  }

  static func json(_ text: String) throws -> Any {
    try JSONSerialization.jsonObject(with: Data(text.utf8), options: [.fragmentsAllowed])
  }

  static func yaml(_ file: URL) throws -> [ContentNode] {
    try ContentNode.documents(of: try text(file), file: file.lastPathComponent)
  }
}

extension ContentNode {
  /// The same as JSON knows it: dictionaries, arrays, texts, numbers, booleans.
  var json: Any {
    if let map { return Dictionary(map.map { ($0.key.text ?? "", $0.value.json) }, uniquingKeysWith: { $1 }) }
    if let list { return list.map(\.json) }
    if isNull { return NSNull() }
    if let bool { return bool }
    if let int { return int }
    if let double { return double }
    return text ?? ""
  }
}
