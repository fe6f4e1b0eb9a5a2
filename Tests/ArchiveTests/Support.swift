import Archive
import Foundation
import Model
import Testing

/// A folder that goes with the test.
final class TestFolder {
  let path = NSTemporaryDirectory() + "weir-archive-test-\(UUID().uuidString)"

  init() { try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
  deinit { try? FileManager.default.removeItem(atPath: path) }

  var archive: ArchiveFolder { ArchiveFolder(root: path, customer: "acme") }
}

/// Whether DuckDB's library is here; `Scripts/setup` brings it.
let hasDuckDB = (try? DuckLibrary.get()) != nil

/// A batch of requests at given times (hours of one day), with texts that are awkward.
func requests(_ hours: [Int], host: String = "www.example.com") -> EventBatch {
  let batch = EventBatch(capacity: 16)
  for field in [EventField.time, .eventClass, .host, .path, .userAgent, .status, .ipSource, .ipMoreFragments] {
    batch.touch(field)
  }
  for (row, hour) in hours.enumerated() {
    batch.set(.time, row, 1_772_409_600_000_000_000 + Int64(hour) * 3_600_000_000_000 + Int64(row))
    batch.set(.eventClass, row, 0)
    batch.set(.host, row, batch.arena.append(host.utf8))
    batch.set(.path, row, batch.arena.append("/a/rather/long/path/\(row % 3)".utf8))
    let agents: [[UInt8]] = [Array("curl/8.1".utf8), [0x61, 0xFF, 0x62], Array("a\0b".utf8), [], Array("é".utf8)]
    if row % 6 < 5 { batch.set(.userAgent, row, batch.arena.append(agents[row % 6])) }
    batch.set(.status, row, Int64(200 + row % 4))
    batch.set(
      .ipSource, row, row % 2 == 0 ? IPAddress("192.0.2.\(row % 200)")! : IPAddress("2001:db8::\(row % 9 + 1)")!)
    if row % 3 == 0 { batch.set(.ipMoreFragments, row, Int64(row % 2)) }
    batch.commitRow(LinePlace(slice: batch.arena.append("line \(row)".utf8), source: 0, number: row + 1))
  }
  return batch
}

/// Rows as JSON lines.
func json(_ batch: EventBatch, input: String) -> [String] {
  (0..<batch.count).map { row in
    var line: [UInt8] = []
    batch.appendJSON(row, input: input, to: &line)
    return String(decoding: line, as: UTF8.self)
  }
}
