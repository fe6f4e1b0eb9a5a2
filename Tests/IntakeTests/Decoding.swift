import Content
import Foundation
import Model

@testable import Intake

/// The project's own content, found from this file's place.
let contentRoot = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent().appendingPathComponent("Content").path

/// The rows that a format makes of lines, as field names and printed values.
func decodedRows(_ lines: [String], _ format: any LogFormat) -> [[String: String]] {
  let bytes = Array(lines.joined(separator: "\n").utf8) + [0x0A]
  let batch = EventBatch(capacity: 16, arenaBytes: bytes.count * 2 + 8192)
  let run = LineRun(slice: batch.arena.append(bytes), source: 0, firstLine: 1)
  for field in format.fields { batch.touch(field) }
  let scratch = DecodeScratch()
  var cursor = RunCursor(run)
  while format.decode(&cursor, batch, scratch) != nil {}
  return rows(of: batch)
}

func rows(of batch: EventBatch) -> [[String: String]] {
  (0..<batch.count).map { row in
    var fields: [String: String] = [:]
    for field in EventField.allCases where batch.isPresent(field, row) {
      fields[field.name] = printed(field, row, batch)
    }
    return fields
  }
}

func printed(_ field: EventField, _ row: Int, _ batch: EventBatch) -> String {
  let number = batch.number(field, row) ?? 0
  switch field.spec.type {
  case .ip: return batch.address(field, row).description
  case .time: return UTCTime.rfc3339(number)
  case .int: return String(number)
  case .bool: return number == 0 ? "false" : "true"
  case .keyword(let words): return words[Int(number)]
  case .text, .list, .map: return batch.text(field, row) ?? ""
  }
}
