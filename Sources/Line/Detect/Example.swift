import Content
import Model

/// Events written inside a detection file: its test and its documentation.
package struct Example: Sendable {
  /// What these events are, in words.
  package var what: String
  package var steps: [Step]
  package var file: String?
  package var line: Int

  /// Some events alike, at a regular pace.
  package struct Step: Sendable {
    package var `repeat`: Int
    /// Time between two events (ns), and from the end of the step before to the first (ns).
    package var every: Int64
    package var after: Int64
    /// Field and text; `{n}` is the event's number in the step, `{n%7}` that number modulo 7, `{n/5}` divided by 5.
    package var fields: [(field: EventField, text: String)]
  }

  /// Reads a list of examples under `key`; problems go to the reader.
  static func list(_ key: String, _ reader: inout ContentReader) -> [Example] {
    guard let node = reader.required(key) else { return [] }
    guard let nodes = node.list, !nodes.isEmpty else {
      reader.complain(node.problem("'\(key)' must be a list of examples"))
      return []
    }
    return nodes.map { example(of: $0, &reader) }
  }

  package static func example(of node: ContentNode, _ outer: inout ContentReader) -> Example {
    var reader = ContentReader(node)
    var example = Example(what: reader.requiredText("what"), steps: [], file: node.file, line: node.line)
    if let steps = reader.optional("steps") {
      for node in steps.list ?? [] {
        var inner = ContentReader(node)
        example.steps.append(step(&inner))
        reader.complain(inner.finish())
      }
    } else {
      example.steps = [step(&reader)]
    }
    outer.complain(reader.finish())
    return example
  }

  private static func step(_ reader: inout ContentReader) -> Step {
    var step = Step(
      repeat: reader.int("repeat", in: 1...1_000_000) ?? 1, every: span("every", &reader) ?? 1_000_000_000,
      after: span("after", &reader) ?? 0, fields: [])
    for entry in reader.required("event")?.map ?? [] {
      if let field = entry.key.text.flatMap(EventField.named), let text = entry.value.text {
        step.fields.append((field, text))
      } else {
        let name = entry.key.text ?? ""
        reader.complain(
          entry.key.problem(
            "there is no field '\(name)'", suggestion: nearestWord(to: name, in: EventField.allCases.map(\.name))))
      }
    }
    return step
  }

  /// A span that may also be milliseconds.
  private static func span(_ key: String, _ reader: inout ContentReader) -> Int64? {
    if let text = reader.optional(key)?.text, text.hasSuffix("ms"), let number = Int64(text.dropLast(2)),
      (1..<1_000_000).contains(number)
    {
      return number * 1_000_000
    }
    return reader.span(key)
  }
}
