import Model

/// What a rate limit counts, and by what it tells clients apart.
struct RateScope: Sendable {
  var condition: Condition
  var words: String
  var key = EventField.ipSource
  /// Whether it is one single thing that people ask for, not whatever they do.
  var isOneThing = false
}

/// Finds what to count: everything, and what nine in ten of the attack's requests aim at, whoever else does so too.
struct RateScopes {
  /// What of a request or packet may be aimed at, the narrowest of a family first.
  private static let aims: [[Facet]] = [
    [.method], [.path, .pathTwo, .pathTop], [.queryShape], [.destination], [.amplifier],
    [.destinationPort, .udpDestinationPort], [.tcpFlags], [.extensions], [.icmpType], [.dnsDomain],
  ]
  private static let single: Set<Facet> = [.path, .queryShape]
  /// Where many addresses show few of these, the limit may count by them.
  private static let shared: [(facet: Facet, name: String)] = [(.ja4, "JA4"), (.asn, "network operator")]
  private static let leastSources = 10
  private static let leastPerValue = 5
  /// A scope that holds for nearly all of the baseline counts everything.
  private static let mostOfBaseline = 0.95

  let pair: CohortPair
  let unit: AttackUnit

  var scopes: [RateScope] {
    let units = unit.noun + "s"
    var scopes = [RateScope(condition: .and([]), words: "all \(units)")]
    if let term = aim {
      let isOneThing = term.atoms.contains { Self.single.contains($0.facet) }
      let breadth = Double(term.baseline.count) / Double(max(1, pair.baseline.count))
      if isOneThing || breadth < Self.mostOfBaseline {
        scopes.append(
          RateScope(condition: term.condition, words: "\(units) with \(term.words)", isOneThing: isOneThing))
      }
    }
    if unit == .request, let narrow = scopes.last {
      scopes += Self.shared.filter { isShared($0.facet) }.map { facet, name in
        var scope = narrow
        scope.key = facet.fields[0]
        return scope
      }
    }
    return scopes
  }

  /// What nine in ten of the attack's requests have in common.
  var aim: Term? {
    let finder = AtomFinder(pair: pair)
    var term: Term?
    for family in Self.aims {
      let next = family.lazy.compactMap { facet -> Term? in
        guard let atom = finder.commonest(facet) else { return nil }
        return term.map { $0.and(atom) } ?? Term(atom)
      }.first { $0.attack.count * 10 >= pair.attack.count * 9 }
      term = next ?? term
    }
    return term
  }

  /// Whether the attack's many addresses show few values of a facet, and nearly all of them one.
  private func isShared(_ facet: Facet) -> Bool {
    guard pair.sources.count >= Self.leastSources else { return false }
    let counts = pair.counts(facet).attack
    let named = counts.dropFirst(2)
    return named.reduce(0, +) * 10 >= Int32(pair.attack.count) * 9
      && named.count { $0 > 0 } * Self.leastPerValue <= pair.sources.count
  }
}
