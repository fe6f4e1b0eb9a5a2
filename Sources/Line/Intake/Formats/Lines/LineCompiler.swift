import Model

/// Turns the parts of a pattern into steps.
struct LineCompiler {
  let honoursBackslash: Bool
  var steps: [LineProgram.Step] = []
  var literals: [UInt8] = []
  var follows: [LineProgram.Follow] = []
  var sinks: [Sink] = []

  init(honoursBackslash: Bool) { self.honoursBackslash = honoursBackslash }

  /// Adds `parts`; `rest` is what comes behind them in the pattern around.
  mutating func add(_ parts: ArraySlice<LinePattern.Part>, then rest: [LinePattern.Part]) throws(PatternProblem) {
    for (place, part) in parts.enumerated() {
      let following = Array(parts.dropFirst(place + 1)) + rest
      switch part {
      case .literal(let bytes):
        let follow = stored(bytes)
        steps.append(LineProgram.Step(operation: .literal, from: follow.from, count: follow.count))
      case .spaces: steps.append(LineProgram.Step(operation: .spaces))
      case .capture(let sink): try addCapture(sink, following)
      case .optional(let inner): try addOptional(inner, following)
      }
    }
  }

  private mutating func addOptional(_ inner: [LinePattern.Part], _ following: [LinePattern.Part]) throws(PatternProblem)
  {
    guard case .literal(let bytes)? = inner.first else {
      throw PatternProblem(offset: 0, message: "a part in '{[ ]}' must begin with text")
    }
    let follow = stored(bytes)
    let entry = steps.count
    steps.append(LineProgram.Step(operation: .enterOptional, from: follow.from, count: follow.count))
    try add(inner.dropFirst(), then: following)
    steps[entry].argument = Int32(steps.count)
  }

  private mutating func addCapture(_ sink: Sink, _ following: [LinePattern.Part]) throws(PatternProblem) {
    let ends = try Self.ends(of: following[...], before: [])
    let from = follows.count
    for end in ends where !end.text.isEmpty { follows.append(stored(end.text, mustEnd: end.mustEnd)) }
    let firsts = Set(ends.compactMap(\.text.first))
    let first = firsts.min() ?? 0
    steps.append(
      LineProgram.Step(
        operation: .capture, from: Int32(from), count: Int32(follows.count - from), argument: Int32(sinks.count),
        mayReachEnd: ends.contains { $0.text.isEmpty }, honoursBackslash: honoursBackslash && sink.mayHoldEscapes,
        first: first, hasOneFirst: firsts.count == 1))
    sinks.append(sink)
  }

  /// What may stand behind a capture: the texts up to the next capture, with and without the parts that may be missing.
  ///
  /// A text at the very end of the pattern must also end the line: so a quote inside a last quoted value does no harm.
  private static func ends(
    of parts: ArraySlice<LinePattern.Part>, before text: [UInt8]
  ) throws(PatternProblem) -> [(text: [UInt8], mustEnd: Bool)] {
    guard let part = parts.first else { return [(text, !text.isEmpty)] }
    switch part {
    case .literal(let bytes): return try ends(of: parts.dropFirst(), before: text + bytes)
    case .spaces: return [(text + [0x20], false)]
    case .capture:
      if text.isEmpty { throw PatternProblem(offset: 0, message: "two captures need text between them") }
      return [(text, false)]
    case .optional(let inner):
      guard case .literal(let bytes)? = inner.first else { return [] }
      return [(text + bytes, false)] + (try ends(of: parts.dropFirst(), before: text))
    }
  }

  private mutating func stored(_ bytes: [UInt8], mustEnd: Bool = false) -> LineProgram.Follow {
    let follow = LineProgram.Follow(from: Int32(literals.count), count: Int32(bytes.count), mustEnd: mustEnd)
    literals += bytes
    return follow
  }
}

extension Sink {
  /// Whether the server escapes what it writes there.
  var mayHoldEscapes: Bool {
    switch kind {
    case .text, .request, .uri, .host, .skip, .tag, .forwarded, .forwardedClient, .captured: !changes.contains(.raw)
    default: false
    }
  }
}
