import Model

extension RowScreen {
  /// The screen of conditions of which any may hold.
  package init(for conditions: [Condition]) { self.init(conditions.flatMap { Self.ways(of: $0) }) }

  /// Ways beyond this many are taken together as one that is open.
  private static let wayLimit = 64
  /// Longer lists of addresses are not looked through for each row.
  private static let rangeLimit = 16

  private static func ways(of condition: Condition) -> [Way] {
    switch condition {
    case .test(let test): return [way(of: test)]
    case .or(let parts):
      let ways = parts.flatMap { Self.ways(of: $0) }
      return ways.count <= wayLimit ? ways : [Way()]
    case .and(let parts):
      // Each part alone is necessary: one that would make too many ways is left out.
      return parts.reduce([Way()]) { known, part in
        let more = ways(of: part)
        return known.count * more.count <= wayLimit ? known.flatMap { a in more.compactMap { both(a, $0) } } : known
      }
    case .xor, .not: return [Way()]
    }
  }

  private static func way(of test: ConditionTest) -> Way {
    guard test.quantifier == nil, case .field(let field) = test.value.kind else { return Way() }
    switch (field, test.operand) {
    case (.time, .literal(.time(let time))):
      guard let ranges = test.relation.ranges(of: time), ranges.count == 1 else { return Way() }
      return Way(times: ranges[0])
    case (.ipSource, _): return Way(sources: addresses(test))
    case (.ipDestination, _): return Way(destinations: addresses(test))
    default: return Way()
    }
  }

  private static func addresses(_ test: ConditionTest) -> [ClosedRange<IPAddress>]? {
    switch (test.relation, test.operand) {
    case (.equal, .literal(.ip(let address))): return [address...address]
    case (.isIn, .set(let members)):
      let ranges = members.compactMap { member -> ClosedRange<IPAddress>? in
        if case .addresses(let range) = member { range } else { nil }
      }
      return ranges.count == members.count && ranges.count <= rangeLimit ? ranges : nil
    default: return nil
    }
  }

  /// What meets both; nil where nothing can. Of two lists of addresses the first is kept.
  private static func both(_ a: Way, _ b: Way) -> Way? {
    var way = Way(
      times: a.times ?? b.times, sources: a.sources ?? b.sources, destinations: a.destinations ?? b.destinations)
    if let first = a.times, let second = b.times {
      guard first.overlaps(second) else { return nil }
      way.times = first.clamped(to: second)
    }
    return way
  }
}
