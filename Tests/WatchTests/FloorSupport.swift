import Foundation
import Records

@testable import Watch

/// A floor's folder, gone when the test is.
final class FloorFolder {
  let path = NSTemporaryDirectory() + "weir-floor-\(UUID().uuidString)"
  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The rooms, made once for all tests.
  static let assembly = Result { try Assembly(Configuration()) }

  func floor(customers: [String] = ["acme", "other"], archive: ArchivePlan? = nil) throws -> WatchFloor {
    var settings = FloorSettings(folder: path, customers: customers)
    settings.archive = archive
    return try WatchFloor(settings, Self.assembly.get())
  }

  func facts(_ kind: String) throws -> [Fact] {
    var facts: [Fact] = []
    try Journal.forEach(folder: path, kind: kind) { facts.append($0) }
    return facts
  }
}

func logLine(_ address: String, _ second: Int, _ request: String, _ status: Int) -> String {
  let clock = String(format: "%02d:%02d:%02d", 10 + second / 3600, second / 60 % 60, second % 60)
  return
    "\(address) - - [14/May/2026:\(clock) +0000] \"\(request) HTTP/1.1\" \(status) 512 \"-\" \"Mozilla/5.0 (X11)\"\n"
}

/// Readers, and one address that tries passwords from second 100 on.
func attackLog(from: String = "203.0.113.9", seconds: Range<Int> = 0..<300, at start: Int = 0) -> [String] {
  seconds.flatMap { second -> [String] in
    let reader = logLine("198.51.100.\(second % 40)", start + second, "GET /news/\(second % 6)", 200)
    return second < 100 ? [reader] : [reader, logLine(from, start + second, "POST /login", 401)]
  }
}

func feed(_ floor: WatchFloor, _ lines: [String], customer: String = "acme", pieces: Int = 25) throws {
  for start in stride(from: 0, to: lines.count, by: pieces) {
    let piece = lines[start..<min(start + pieces, lines.count)].joined()
    try floor.accept(customer: customer, stream: "push", lines: Array(piece.utf8))
  }
}
