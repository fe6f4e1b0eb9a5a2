import Foundation

/// The package's own tree, as the tests of this target read it.
enum Tree {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// Folders two levels under `Sources/`, as `Wing/Room`.
  static func rooms() throws -> Set<String> {
    var rooms: Set<String> = []
    for wing in try folders(in: root.appending(path: "Sources")) {
      for room in try folders(in: wing) {
        rooms.insert("\(wing.lastPathComponent)/\(room.lastPathComponent)")
      }
    }
    return rooms
  }

  static func folders(in folder: URL) throws -> [URL] {
    try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: [.isDirectoryKey])
      .filter { try $0.resourceValues(forKeys: [.isDirectoryKey]).isDirectory == true }
  }

  /// All files under `folder` whose name ends in `suffix`.
  static func files(under folder: String, suffix: String) -> [URL] {
    let all = FileManager.default.enumerator(at: root.appending(path: folder), includingPropertiesForKeys: nil)
    return (all?.compactMap { $0 as? URL } ?? []).filter { $0.lastPathComponent.hasSuffix(suffix) }
  }
}

/// One room as `Package.swift` declares it.
struct DeclaredRoom {
  /// `Wing/Room`.
  let path: String
  let needs: [String]

  var wing: String { String(path.prefix { $0 != "/" }) }
  var name: String { String(path.split(separator: "/").last ?? "") }

  /// Rooms declared as `room("Wing/Room", ["Need", …])`, and those with a longer declaration by their `path:`.
  static func all() throws -> [DeclaredRoom] {
    let manifest = try String(contentsOf: Tree.root.appending(path: "Package.swift"), encoding: .utf8)
    // A statement may run over several lines; one space everywhere makes it one pattern.
    let flat = manifest.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    let short = flat.matches(of: /room\( ?"([A-Za-z]+\/[A-Za-z]+)"(?:, \[([^\]]*)\])?/).map {
      DeclaredRoom(path: String($0.1), needs: names(in: $0.2))
    }
    let system = flat.matches(of: /library\("([A-Za-z0-9]+)"/).map {
      DeclaredRoom(path: "Base/\($0.1)", needs: [])
    }
    let long = flat.matches(
      of: /name: "([A-Za-z0-9]+)",(?: dependencies: \[([^\]]*)\],)? path: "Sources\/([A-Za-z0-9\/]+)"/
    )
    .map { DeclaredRoom(path: String($0.3), needs: names(in: $0.2)) }
    return short + system + long
  }

  private static func names(in list: Substring?) -> [String] {
    (list ?? "").matches(of: /"([A-Za-z0-9]+)"/).map { String($0.1) }
  }
}
