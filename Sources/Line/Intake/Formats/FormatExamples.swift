import Content
import Model

/// Runs the examples that authored formats carry.
package enum FormatExamples {
  /// What is wrong with the examples of all formats, each with its place; empty when every line gives what it promises.
  ///
  /// Errors: `ContentError` where a format cannot even be read.
  package static func problems(in content: ContentFolder) throws(ContentError) -> [ContentProblem] {
    try LineFormatFile.all(in: content).flatMap(problems)
  }

  static func problems(of file: LineFormatFile) -> [ContentProblem] {
    file.examples.flatMap { example -> [ContentProblem] in
      let rows = decoded(example.line, file.format)
      if example.isRefused { return rows.isEmpty ? [] : [example.node.problem("the line is not refused")] }
      guard let fields = rows.first else { return [example.node.problem("the line is refused")] }
      return differences(example, fields)
    }
  }

  private static func differences(_ example: LineFormatFile.Example, _ fields: [String: String]) -> [ContentProblem] {
    var left = fields
    var problems: [ContentProblem] = []
    for (name, value) in example.expected {
      let found = left.removeValue(forKey: name)
      if found != value {
        problems.append(example.node.problem("\(name) is \(quoted(found)), not \(quoted(value))"))
      }
    }
    for (name, value) in left.sorted(by: { $0.key < $1.key }) {
      problems.append(example.node.problem("\(name) is \(quoted(value)), and not expected"))
    }
    return problems
  }

  private static func quoted(_ value: String?) -> String {
    value.map { "'\(Escape.visible($0, limit: 120))'" } ?? "absent"
  }

  /// The rows of one line, as fields by name with their values as people write them.
  private static func decoded(_ line: String, _ format: any LogFormat) -> [[String: String]] {
    let bytes = Array(line.utf8)
    let batch = EventBatch(capacity: 16, arenaBytes: bytes.count * 2 + 8192)
    let slice = batch.arena.append(bytes)
    for field in format.fields { batch.touch(field) }
    let place = LinePlace(slice: slice, source: 0, number: 1)
    guard !bytes.isEmpty, format.decodeRecord(place, batch, DecodeScratch()) == nil else { return [] }
    return (0..<batch.count).map { row in
      var fields: [String: String] = [:]
      for field in EventField.allCases where batch.isPresent(field, row) {
        fields[field.name] = text(field, row, batch)
      }
      return fields
    }
  }

  private static func text(_ field: EventField, _ row: Int, _ batch: EventBatch) -> String {
    let number = batch.number(field, row) ?? 0
    return switch field.spec.type {
    case .ip: batch.address(field, row).description
    case .time: UTCTime.rfc3339(number)
    case .int: String(number)
    case .bool: number == 0 ? "false" : "true"
    case .keyword(let words): words.indices.contains(Int(number)) ? words[Int(number)] : ""
    case .text, .list, .map: batch.text(field, row) ?? ""
    }
  }
}
