import Model

/// The shape of a line, as written: text that must stand there, captures, and parts that may be missing.
///
/// `{name}` captures up to the text that follows it, `{}` skips that far, `{[ … ]}` may be missing, two spaces stand
/// for any number of spaces, `{{` and `}}` for the braces themselves.
struct LinePattern {
  indirect enum Part {
    case literal([UInt8])
    /// One or more spaces.
    case spaces
    case capture(Sink)
    case optional([Part])
  }

  var parts: [Part]

  init(parts: [Part]) { self.parts = parts }

  /// Reads a pattern; what is wrong, and how many characters into the text.
  init(_ text: String) throws(PatternProblem) {
    var reader = PatternReader(Array(text.utf8))
    parts = try reader.parts(isInner: false)
  }

  /// The fields of all captures, each once, in order.
  var fields: [EventField] {
    var fields: [EventField] = []
    for field in Self.sinks(parts).flatMap(\.fields) where !fields.contains(field) { fields.append(field) }
    return fields
  }

  private static func sinks(_ parts: [Part]) -> [Sink] {
    var sinks: [Sink] = []
    for part in parts {
      switch part {
      case .capture(let sink): sinks.append(sink)
      case .optional(let inner): sinks += Self.sinks(inner)
      case .literal, .spaces: break
      }
    }
    return sinks
  }
}

/// What is wrong with a pattern, and where in its text (bytes from 0).
struct PatternProblem: Error {
  let offset: Int
  let message: String
  var suggestion: String?
}

private struct PatternReader {
  let text: [UInt8]
  var at = 0

  init(_ text: [UInt8]) { self.text = text }

  mutating func parts(isInner: Bool) throws(PatternProblem) -> [LinePattern.Part] {
    let start = at
    var parts: [LinePattern.Part] = []
    var literal: [UInt8] = []
    func flushed() -> [LinePattern.Part] { literal.isEmpty ? parts : parts + [.literal(literal)] }
    while at < text.count {
      if isInner, stands("]}") {
        at += 2
        return flushed()
      }
      if stands("{{") || stands("}}") {
        literal.append(text[at])
        at += 2
      } else if stands("{[") {
        parts = flushed()
        literal = []
        at += 2
        parts.append(.optional(try self.parts(isInner: true)))
      } else if text[at] == UInt8(ascii: "{") {
        parts = flushed()
        literal = []
        parts.append(.capture(try capture()))
      } else if stands("  ") {
        parts = flushed()
        literal = []
        while at < text.count, text[at] == 0x20 { at += 1 }
        parts.append(.spaces)
      } else {
        literal.append(text[at])
        at += 1
      }
    }
    if isInner { throw PatternProblem(offset: start, message: "'{[' without its ']}'") }
    return flushed()
  }

  private mutating func capture() throws(PatternProblem) -> Sink {
    let start = at
    guard let end = text[at...].firstIndex(of: UInt8(ascii: "}")) else {
      throw PatternProblem(offset: start, message: "'{' without its '}'")
    }
    at = end + 1
    switch Sink.named(String(decoding: text[start + 1..<end], as: UTF8.self)) {
    case .success(let sink): return sink
    case .failure(let problem):
      throw PatternProblem(offset: start, message: problem.message, suggestion: problem.suggestion)
    }
  }

  private func stands(_ word: StaticString) -> Bool {
    guard at + word.utf8CodeUnitCount <= text.count else { return false }
    return (0..<word.utf8CodeUnitCount).allSatisfy { text[at + $0] == word.utf8Start[$0] }
  }
}
