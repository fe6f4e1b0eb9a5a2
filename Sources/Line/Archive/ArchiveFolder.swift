import Foundation
import Records

/// One customer's archive on disk: its manifest and where its files lie.
package struct ArchiveFolder: Sendable {
  package let path: String
  package let customer: String

  /// Below `root`, or below `root/archive` where that is a floor's data folder.
  package init(root: String, customer: String) {
    path = Self.base(root) + "/" + customer
    self.customer = customer
  }

  /// Of a floor whose data folder this is.
  package init(data: String, customer: String) {
    path = data + "/archive/" + customer
    self.customer = customer
  }

  /// The folder that holds every customer's archive.
  static func base(_ root: String) -> String {
    let inner = root + "/archive"
    let isFloor = FileManager.default.fileExists(atPath: root + "/journal.sqlite")
    return isFloor || FileManager.default.fileExists(atPath: inner) ? inner : root
  }

  /// The customers that have an archive below `root`, by name.
  package static func customers(root: String) -> [String] {
    let base = base(root)
    return ((try? FileManager.default.contentsOfDirectory(atPath: base)) ?? []).sorted().filter {
      Spool.isName($0) && FileManager.default.fileExists(atPath: base + "/" + $0 + "/manifest.json")
    }
  }

  var manifestPath: String { path + "/manifest.json" }

  /// The manifest as it stands; an empty one where nothing was archived yet. Errors: it is there and no manifest.
  package func manifest() throws(ArchiveError) -> ArchiveManifest {
    guard let data = FileManager.default.contents(atPath: manifestPath) else {
      if FileManager.default.fileExists(atPath: manifestPath) {
        throw ArchiveError("the archive cannot be read", why: "\(manifestPath) cannot be opened")
      }
      return ArchiveManifest()
    }
    do {
      return try JSONDecoder().decode(ArchiveManifest.self, from: data)
    } catch {
      throw ArchiveError("the archive cannot be read", why: "\(manifestPath) is no manifest")
    }
  }

  /// Replaces the manifest; durable when this returns.
  func write(_ manifest: ArchiveManifest) throws(ArchiveError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(manifest) else {
      throw ArchiveError("the archive cannot be written", why: "the manifest has no JSON")
    }
    let fresh = manifestPath + ".new"
    let file = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw Self.failure(fresh) }
    defer { close(file) }
    var written = 0
    while written < data.count {
      let count = data.withUnsafeBytes { Glibc.write(file, $0.baseAddress! + written, data.count - written) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw Self.failure(fresh) }
      written += count
    }
    guard fsync(file) == 0, rename(fresh, manifestPath) == 0 else { throw Self.failure(fresh) }
    try Self.sync(path)
  }

  /// Makes a file durable under its name.
  static func publish(_ temporary: String, as final: String) throws(ArchiveError) {
    try sync(temporary)
    guard rename(temporary, final) == 0 else { throw failure(final) }
    try sync((final as NSString).deletingLastPathComponent)
  }

  static func makeFolder(_ path: String) throws(ArchiveError) {
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw ArchiveError("a folder cannot be made", why: "\(path): \(error.localizedDescription)")
    }
  }

  private static func sync(_ path: String) throws(ArchiveError) {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw failure(path) }
    defer { close(file) }
    guard fsync(file) == 0 else { throw failure(path) }
  }

  static func failure(_ path: String) -> ArchiveError {
    ArchiveError("the archive cannot be written", why: "\(path): \(String(cString: strerror(errno)).lowercased())")
  }

  /// Bytes and digest of a file; nil where it cannot be read.
  package static func digest(_ path: String) -> (bytes: Int, sha256: String)? {
    guard let data = try? Data(contentsOf: URL(filePath: path), options: .alwaysMapped) else { return nil }
    return (data.count, data.withUnsafeBytes { SHA256(of: $0) }.description)
  }
}
