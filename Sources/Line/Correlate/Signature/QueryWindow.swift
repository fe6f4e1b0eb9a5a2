/// The window of time that a condition demands, either end open where it demands none.
struct QueryWindow: Equatable {
  /// One end: the time as written, its form for comparing, and whether the instant itself belongs to the window.
  struct Edge: Equatable {
    var written: String
    var includes: Bool
    /// RFC 3339 in UTC without the Z orders as text, fractions included.
    var order: String { String(written.dropFirst().dropLast(2)) }
  }

  private(set) var first: Edge?
  private(set) var last: Edge?

  struct Bound {
    let edge: Edge
    let isFirst: Bool

    /// `event.time ge "2026-01-31T09:30:00Z"` and its kin; nil for anything else.
    init?(_ term: String) {
      let parts = term.split(separator: " ").map(String.init)
      guard parts.count == 3, parts[0] == "event.time", parts[2].hasPrefix("\""), parts[2].hasSuffix("Z\""),
        parts[2].utf8.count >= 22
      else { return nil }
      switch parts[1] {
      case "ge", ">=": isFirst = true
      case "gt", ">": isFirst = true
      case "le", "<=": isFirst = false
      case "lt", "<": isFirst = false
      default: return nil
      }
      edge = Edge(written: parts[2], includes: ["ge", ">=", "le", "<="].contains(parts[1]))
    }
  }

  /// Both this bound and those before it are demanded.
  mutating func narrow(to bound: Bound) {
    if bound.isFirst {
      first = first.map { Self.later($0, bound.edge, preferring: false) } ?? bound.edge
    } else {
      last = last.map { Self.earlier($0, bound.edge, preferring: false) } ?? bound.edge
    }
  }

  /// The smallest window around both.
  func covering(_ other: QueryWindow) -> QueryWindow {
    var window = QueryWindow()
    if let a = first, let b = other.first { window.first = Self.earlier(a, b, preferring: true) }
    if let a = last, let b = other.last { window.last = Self.later(a, b, preferring: true) }
    return window
  }

  var terms: [String] {
    [
      first.map { "event.time \($0.includes ? "ge" : "gt") \($0.written)" },
      last.map { "event.time \($0.includes ? "le" : "lt") \($0.written)" },
    ].compactMap { $0 }
  }

  /// Of two edges at the same instant the one that `includes` as preferred.
  private static func earlier(_ a: Edge, _ b: Edge, preferring includes: Bool) -> Edge {
    if a.order != b.order { return a.order < b.order ? a : b }
    return a.includes == includes ? a : b
  }

  private static func later(_ a: Edge, _ b: Edge, preferring includes: Bool) -> Edge {
    if a.order != b.order { return a.order < b.order ? b : a }
    return a.includes == includes ? a : b
  }
}
