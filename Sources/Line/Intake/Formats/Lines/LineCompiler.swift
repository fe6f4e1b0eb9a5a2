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

  private mutating func addOptional(_ inner: [LinePattern.Part], _ following: [LinePattern.Part]) throws(PatternProblem) {
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
    var texts: [[UInt8]] = []
    var mayReachEnd = true
    for part in following {
      switch part {
      case .literal(let bytes):
        texts.append(bytes)
        mayReachEnd = false
      case .spaces:
        texts.append([0x20])
        mayReachEnd = false
      case .capture:
        throw PatternProblem(offset: 0, message: "two captures need text between them")
      case .optional(let inner):
        if case .literal(let bytes)? = inner.first { texts.append(bytes) }
        continue
      }
      break
    }
    let from = follows.count
    for text in texts { follows.append(stored(text)) }
    let firsts = Set(texts.map { $0[0] })
    steps.append(
      LineProgram.Step(
        operation: .capture, from: Int32(from), count: Int32(texts.count), argument: Int32(sinks.count),
        mayReachEnd: mayReachEnd, honoursBackslash: honoursBackslash && sink.mayHoldEscapes,
        first: texts.first?[0] ?? 0, second: firsts.count == 1 ? texts[0][0] : (texts.first?[0] ?? 0) ^ 1))
    sinks.append(sink)
  }

  private mutating func stored(_ bytes: [UInt8]) -> LineProgram.Follow {
    let follow = LineProgram.Follow(from: Int32(literals.count), count: Int32(bytes.count))
    literals += bytes
    return follow
  }
}

extension Sink {
  /// Whether the server escapes what it writes there.
  var mayHoldEscapes: Bool {
    switch kind {
    case .text, .request, .uri, .host, .skip, .tag: !changes.contains(.raw)
    default: false
    }
  }
}
