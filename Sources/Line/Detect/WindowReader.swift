import Conditions
import Content
import Model
import Windows

/// Reads `window:` and `judge:` of a detection.
struct WindowReader {
  let node: ContentNode?
  let judge: ContentNode?

  /// Problems go to the detection's reader, so that they are told together with all others.
  func read(into outer: inout ContentReader) -> DetectionWindow {
    guard let node else {
      return DetectionWindow(kind: .each, span: 1, slot: 1, of: [], marks: [], limits: WindowLimits())
    }
    var reader = ContentReader(node)
    _ = reader.required("kind")
    let kind = reader.word("kind", as: WindowKind.self) ?? .each
    // Only correlations have bounds to judge a whole span by.
    if kind == .bounded, let place = node["kind"] {
      outer.complain([place.problem("'bounded' is no kind of window here")])
    }
    if kind != .each { _ = reader.required("span") }
    let span = reader.span("span") ?? 60_000_000_000
    var window = DetectionWindow(
      kind: kind, span: span, slot: Self.slot(kind, span), of: [], marks: [], limits: limits(&outer))
    if [.distinct, .breadth, .surge, .cadence, .quantile, .sum, .mean, .ratio].contains(kind) {
      window.of = Detection.fields("of", &reader, bitsAllowed: true)
      if window.of.isEmpty, kind != .ratio, kind != .cadence { _ = reader.required("of") }
    }
    for key in Self.markKeys(kind) {
      if let condition = Detection.condition(key, &reader) { window.marks.append(condition) }
    }
    if kind == .steps { window.marks = steps(&reader) }
    window.limits.steps = window.marks.count
    window.limits.ordered = kind == .steps ? reader.bool("ordered") ?? false : false
    window.limits.isMean = kind == .mean
    window.limits.noun = reader.text("noun") ?? "distinct values"
    window.limits.countsPart = kind == .ratio ? reader.bool("counts_part") ?? false : false
    outer.complain(reader.finish())
    return window
  }

  private func steps(_ reader: inout ContentReader) -> [Condition] {
    let nodes = reader.required("steps")?.list ?? []
    if !(2...8).contains(nodes.count) {
      reader.complain(reader.node.problem("'steps' must be a list of 2 to 8 conditions"))
    }
    return nodes.prefix(8).compactMap { Detection.condition(of: $0, &reader) }
  }

  private func limits(_ outer: inout ContentReader) -> WindowLimits {
    var limits = WindowLimits()
    guard let judge else { return limits }
    var reader = ContentReader(judge)
    limits.events = reader.int("events", in: 1...1_000_000_000) ?? 1
    limits.distinct = reader.int("distinct", in: 1...1_000_000_000) ?? 0
    limits.distinctShare = reader.double("distinct_share") ?? 0
    limits.share = reader.double("share") ?? 0
    limits.atMostShare = reader.double("at_most_share") ?? 1
    limits.factor = reader.double("factor") ?? 1
    limits.variation = reader.double("variation") ?? 0
    limits.quantile = reader.double("quantile") ?? 0.5
    limits.value = reader.double("value") ?? 0
    outer.complain(reader.finish())
    return limits
  }

  /// The further conditions of a kind, in the order of their marks.
  private static func markKeys(_ kind: WindowKind) -> [String] {
    switch kind {
    case .ratio: ["part"]
    case .breadth: ["assets"]
    case .sequence: ["then"]
    case .surge: ["assets", "errors"]
    default: []
    }
  }

  /// Sliding spans are eight slots and the one under way; a cadence is 31 of them, a surge's span is one slot itself.
  static func slot(_ kind: WindowKind, _ span: Int64) -> Int64 {
    switch kind {
    case .cadence: max(1, span / 31)
    case .surge: span
    default: max(1, span / 8)
    }
  }
}
