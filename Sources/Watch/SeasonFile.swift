import Detect
import Foundation
import Records

/// What is usual for a customer, in a file of the data folder: the bytes of it and their digest.
package struct SeasonFile: Sendable {
  package let path: String

  package init(folder: String, customer: String) { path = "\(folder)/seasons/\(customer).season" }

  /// What the file holds; nil where there is none. A damaged one is put aside and told: what is usual is learned anew.
  func read(remarks: inout [String]) -> Seasons? {
    guard let data = FileManager.default.contents(atPath: path) else { return nil }
    let bytes = [UInt8](data)
    if bytes.count > 32, SHA256(of: Array(bytes.dropLast(32))).bytes[...] == bytes.suffix(32),
      let seasons = Seasons(Array(bytes.dropLast(32)))
    {
      return seasons
    }
    let aside = path + ".damaged"
    _ = try? FileManager.default.removeItem(atPath: aside)
    _ = try? FileManager.default.moveItem(atPath: path, toPath: aside)
    remarks.append("what was usual is learned anew: \(path) is damaged and was put aside")
    return nil
  }

  /// Replaces the file in one step. Errors: the disk refuses; the old one stays then.
  func write(_ bytes: [UInt8]) throws {
    let folder = (path as NSString).deletingLastPathComponent
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    try Data(bytes + SHA256(of: bytes).bytes).write(to: URL(filePath: path), options: .atomic)
  }
}
