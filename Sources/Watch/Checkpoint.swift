import Foundation
import Records

/// Up to when everything that arrived was looked at and what came of it is durable: where a restart begins.
struct Checkpoint: Codable {
  /// What arrived before this (ns since 1970 UTC) was looked at.
  var arrival: Int64

  /// The checkpoint in a data folder; nil where there is none or it cannot be understood, and then everything that is
  /// still kept is looked at again, which repeats no alert.
  static func read(_ folder: String) -> Checkpoint? {
    FileManager.default.contents(atPath: folder + "/checkpoint.json").flatMap {
      try? JSONDecoder().decode(Checkpoint.self, from: $0)
    }
  }

  /// Replaces the file in one step. A failure leaves the old one, which only makes the next start look at more.
  func write(_ folder: String) {
    guard let data = try? JSONEncoder().encode(self) else { return }
    try? data.write(to: URL(filePath: folder + "/checkpoint.json"), options: .atomic)
  }
}
