import CBytes
import Model

/// A line pattern made ready to run: a few steps over raw bytes, no regular expression.
///
/// Immutable after `init`, so it is shared by all threads.
final class LineProgram: @unchecked Sendable {
  enum Operation: UInt8 {
    /// The literal must stand here.
    case literal
    /// One or more spaces must stand here.
    case spaces
    /// Captures up to the nearest of the follows.
    case capture
    /// When the literal stands here go on behind it, else jump.
    case enterOptional
  }

  struct Step {
    var operation: Operation
    /// Literal bytes, or the capture's follows.
    var from: Int32 = 0
    var count: Int32 = 0
    /// The capture's place in `sinks`, or where to jump.
    var argument: Int32 = 0
    /// Whether the capture may reach the end of the line, and whether a backslash hides the byte behind it.
    var mayReachEnd = false
    var honoursBackslash = false
    /// The first byte of the follows, where they all begin with the same.
    var first: UInt8 = 0
    var hasOneFirst = false
  }

  /// A text that ends a capture.
  struct Follow {
    var from: Int32
    var count: Int32
    /// Whether the line must end behind it.
    var mustEnd: Bool
  }

  /// The most captures a pattern may have.
  static let captureLimit = 64

  let sinks: UnsafeMutablePointer<Sink>
  let sinkCount: Int
  let timeSink: Int?
  private let steps: UnsafeMutablePointer<Step>
  private let stepCount: Int
  private let literals: UnsafeMutablePointer<UInt8>
  private let follows: UnsafeMutablePointer<Follow>
  /// The bytes a matching line can begin with.
  let firstBytes: ByteSet

  /// Errors: `PatternProblem` where two captures touch, or where an optional part does not begin with text.
  init(_ pattern: LinePattern, honoursBackslash: Bool) throws(PatternProblem) {
    var compiler = LineCompiler(honoursBackslash: honoursBackslash)
    try compiler.add(pattern.parts[...], then: [])
    guard compiler.sinks.count <= Self.captureLimit else {
      throw PatternProblem(offset: 0, message: "has more than \(Self.captureLimit) captures")
    }
    sinks = .allocate(capacity: compiler.sinks.count)
    sinks.initialize(from: compiler.sinks, count: compiler.sinks.count)
    sinkCount = compiler.sinks.count
    timeSink = compiler.sinks.firstIndex { $0.kind == .time }
    steps = .allocate(capacity: compiler.steps.count)
    steps.initialize(from: compiler.steps, count: compiler.steps.count)
    stepCount = compiler.steps.count
    literals = .allocate(capacity: compiler.literals.count)
    literals.initialize(from: compiler.literals, count: compiler.literals.count)
    follows = .allocate(capacity: compiler.follows.count)
    follows.initialize(from: compiler.follows, count: compiler.follows.count)
    firstBytes = ByteSet(beginning: pattern)
  }

  deinit {
    sinks.deallocate()
    steps.deallocate()
    literals.deallocate()
    follows.deallocate()
  }

  /// Runs over the bytes from `start` to `end` and notes where each capture lies; false when the shape differs.
  ///
  /// Up to 15 bytes behind `end` are loaded and ignored. Captures in parts that are missing are noted as absent.
  func match(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ spans: UnsafeMutablePointer<CaptureSpan>)
    -> Bool
  {
    var at = start
    var index = 0
    while index < stepCount {
      let step = steps + index
      index &+= 1
      switch step.pointee.operation {
      case .literal:
        guard stands(step.pointee.from, step.pointee.count, at, end) else { return false }
        at += Int(step.pointee.count)
      case .spaces:
        guard at < end, at[0] == 0x20 else { return false }
        repeat { at += 1 } while at < end && at[0] == 0x20
      case .capture:
        var hasEscape = false
        guard let stop = captureEnd(step, at, end, &hasEscape) else { return false }
        spans[Int(step.pointee.argument)] = CaptureSpan(start: at, end: stop, hasEscape: hasEscape)
        at = stop
      case .enterOptional:
        if stands(step.pointee.from, step.pointee.count, at, end) {
          at += Int(step.pointee.count)
        } else {
          let target = Int(step.pointee.argument)
          skipCaptures(from: index, to: target, spans)
          index = target
        }
      }
    }
    return at == end
  }

  @inline(__always) private func stands(
    _ from: Int32, _ count: Int32, _ at: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
  ) -> Bool {
    guard end - at >= Int(count) else { return false }
    let literal = literals + Int(from)
    var i = 0
    while i < Int(count) {
      if at[i] != literal[i] { return false }
      i &+= 1
    }
    return true
  }

  private func skipCaptures(from: Int, to: Int, _ spans: UnsafeMutablePointer<CaptureSpan>) {
    for i in from..<to where steps[i].operation == .capture { spans[Int(steps[i].argument)] = .absent }
  }

  @inline(__always) private func captureEnd(
    _ step: UnsafeMutablePointer<Step>, _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>,
    _ hasEscape: inout Bool
  ) -> UnsafePointer<UInt8>? {
    var at = start
    let first = step.pointee.first
    let isPlain = step.pointee.count == 1
    while true {
      if isPlain {
        at = step.pointee.honoursBackslash ? cbytes_find2(at, end, first, 0x5C) : cbytes_find(at, end, first)
      } else {
        at = nextCandidate(step, at, end)
      }
      if at == end { return step.pointee.mayReachEnd ? end : nil }
      if at[0] == 0x5C, step.pointee.honoursBackslash {
        hasEscape = true
        if first != 0x5C {
          at = end - at > 2 ? at + 2 : end
          continue
        }
      }
      if isPlain {
        let follow = follows + Int(step.pointee.from)
        if isFollow(follow, at, end) { return at }
        // A closing quote and a space are the end of a column: more columns follow than the pattern knows.
        let behind = at + Int(follow.pointee.count)
        if follow.pointee.mustEnd, behind < end, behind[0] == 0x20,
          stands(follow.pointee.from, follow.pointee.count, at, end)
        {
          return nil
        }
      } else if anyFollow(step, at, end) {
        return at
      }
      at += 1
    }
  }

  /// The next byte that may begin a follow, or a backslash.
  @inline(never) private func nextCandidate(
    _ step: UnsafeMutablePointer<Step>, _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
  ) -> UnsafePointer<UInt8> {
    if step.pointee.count == 0 {
      return step.pointee.honoursBackslash ? cbytes_find(start, end, 0x5C) : end
    }
    let oneKind = step.pointee.hasOneFirst
    if oneKind, !step.pointee.honoursBackslash { return cbytes_find(start, end, step.pointee.first) }
    if oneKind { return cbytes_find2(start, end, step.pointee.first, 0x5C) }
    var at = start
    while at < end {
      if at[0] == 0x5C, step.pointee.honoursBackslash { return at }
      if anyFollow(step, at, end) { return at }
      at += 1
    }
    return end
  }

  private func anyFollow(
    _ step: UnsafeMutablePointer<Step>, _ at: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
  ) -> Bool {
    for i in Int(step.pointee.from)..<Int(step.pointee.from + step.pointee.count)
    where isFollow(follows + i, at, end) { return true }
    return false
  }

  @inline(__always) private func isFollow(
    _ follow: UnsafeMutablePointer<Follow>, _ at: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
  ) -> Bool {
    stands(follow.pointee.from, follow.pointee.count, at, end)
      && (!follow.pointee.mustEnd || end - at == Int(follow.pointee.count))
  }
}

/// Where a capture lies; `start` is nil where it is missing.
struct CaptureSpan {
  var start: UnsafePointer<UInt8>?
  var end: UnsafePointer<UInt8>?
  var hasEscape: Bool

  static var absent: CaptureSpan { CaptureSpan(start: nil, end: nil, hasEscape: false) }
}

/// A set of bytes.
struct ByteSet: Equatable {
  private var words: InlineArray<4, UInt64> = .init(repeating: 0)

  static func == (a: ByteSet, b: ByteSet) -> Bool { (0..<4).allSatisfy { a.words[$0] == b.words[$0] } }

  init() {}

  static let all: ByteSet = {
    var set = ByteSet()
    for i in 0..<4 { set.words[i] = .max }
    return set
  }()

  mutating func insert(_ byte: UInt8) { words[Int(byte >> 6)] |= 1 << UInt64(byte & 63) }
  mutating func formUnion(_ other: ByteSet) { for i in 0..<4 { words[i] |= other.words[i] } }

  @inline(__always) func contains(_ byte: UInt8) -> Bool { words[Int(byte >> 6)] >> UInt64(byte & 63) & 1 == 1 }

  /// The bytes with which a line of this shape can begin.
  init(beginning pattern: LinePattern) {
    for part in pattern.parts {
      switch part {
      case .literal(let bytes): insert(bytes[0])
      case .spaces: insert(0x20)
      case .capture(let sink): formUnion(Self.beginnings(of: sink))
      case .optional(let inner):
        formUnion(ByteSet(beginning: LinePattern(parts: inner)))
        continue
      }
      return
    }
  }

  private static func beginnings(of sink: Sink) -> ByteSet {
    var set = ByteSet()
    let bytes: String
    switch sink.kind {
    case .ip, .ipPort, .ipList: bytes = "0123456789abcdefABCDEF:[-u"
    case .int, .scaled, .status: bytes = "-0123456789. "
    default: return .all
    }
    for byte in bytes.utf8 { set.insert(byte) }
    return set
  }
}
