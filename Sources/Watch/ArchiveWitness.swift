import Archive
import Foundation
import Records

/// What a floor's journal says of a customer's archive: files that were told with another digest than the manifest has.
package enum ArchiveWitness {
  /// In words; empty where the two agree. A file that no fact tells of is none: a stop may come between the two.
  ///
  /// Errors: there is no journal in the folder, or it cannot be read.
  package static func faults(data: String, customer: String) throws -> [String] {
    var told: [String: String] = [:]
    try Journal.forEach(folder: data, customer: customer, kind: "archive.") { fact in
      let body = try? JSONSerialization.jsonObject(with: Data(fact.body.utf8)) as? [String: Any]
      for file in body?["files"] as? [[String: Any]] ?? [] {
        if let path = file["path"] as? String { told[path] = file["sha256"] as? String }
      }
    }
    return try ArchiveFolder(data: data, customer: customer).manifest().files.compactMap { file in
      guard let digest = told[file.path], digest != file.sha256 else { return nil }
      return "\(file.path): the journal told of it with the SHA-256 \(digest)"
    }
  }
}
