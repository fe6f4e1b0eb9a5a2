import Model

/// Rules drafted for one attack, not yet proven.
struct Draft: Sendable {
  struct Filter: Sendable {
    var condition: Condition
    var words: String
    var stability: Double
    /// What it catches of traffic that it was not drafted from; where nil, the proof counts it.
    var unseen: Share?
    /// For a list of addresses, which platforms keep apart from rules.
    var addresses: [AddressNetwork]?
  }

  var filters: [Filter]
  /// What a rate limit counts: everything, or what the attack aims at.
  var scopes: [(condition: Condition, words: String)]
  var attackers: [IPAddress]
  var contrast: Contrast
  /// The time of the attack that nothing was drafted from.
  var unseenTime: [Range<Int64>] = []

  /// Addresses in a list at most; more are no list that a platform takes.
  static let addressLimit = 10_000
}

/// Drafts rules for one attack from its columns.
struct Drafter {
  let columns: CohortColumns

  func draft(_ attack: AttackCase, number: Int) -> Draft {
    let pair = CohortPair(columns, attack: number, hosts: attack.hosts)
    let events = columns.cohorts
    let baselineShare = Double(pair.baseline.count) / Double(max(1, columns.baselineRows().count))
    let contrast = Contraster(pair: pair).contrast(
      attackEvents: events[number].events,
      baselineEvents: Int((Double(events[columns.attacks].events) * baselineShare).rounded()))
    guard !pair.attack.isEmpty else { return Draft(filters: [], scopes: [], attackers: [], contrast: contrast) }
    let atoms = AtomFinder(pair: pair).atoms(limit: 48)
    var filters = BeamSearch(pair: pair, atoms: atoms).rules(limit: 7).map { rule in
      Draft.Filter(condition: rule.condition, words: rule.words, stability: rule.stability)
    }
    if let list = addresses(pair) { filters.append(list) }
    return Draft(
      filters: filters, scopes: scopes(pair, atoms), attackers: pair.attackers, contrast: contrast,
      unseenTime: TimeSlices(pair.attack.count).unseenTime(pair))
  }

  /// The attack's own addresses, where a platform takes so many.
  private func addresses(_ pair: CohortPair) -> Draft.Filter? {
    let own = pair.attackers
    guard !own.isEmpty, own.count <= Draft.addressLimit else { return nil }
    let networks = own.map { AddressNetwork($0, bits: $0.isV4 ? 32 : 128) }
    let members = networks.map { ConditionMember.addresses($0.first...$0.last) }
    return Draft.Filter(
      condition: .test(ConditionTest(.field(.ipSource), .isIn, .set(members))),
      words: own.count == 1
        ? "the address \(own[0])" : "the attack's \(Words.count(own.count, "address", "addresses"))",
      stability: Facet.address.stability, unseen: laterHalf(pair), addresses: networks)
  }

  /// How much of the attack's later half comes from addresses of its earlier half.
  private func laterHalf(_ pair: CohortPair) -> Share {
    let codes = columns.codes(.address)
    let half = pair.attack.count / 2
    let early = Set(pair.attack.prefix(half).map { codes[Int($0)] })
    let late = pair.attack.dropFirst(half)
    return Share(late.count { early.contains(codes[Int($0)]) }, of: late.count)
  }

  /// All traffic, and what nine in ten attack requests aim at.
  private func scopes(_ pair: CohortPair, _ atoms: [Atom]) -> [(condition: Condition, words: String)] {
    let aims: Set<Facet> = [
      .method, .path, .pathTop, .pathTwo, .destination, .destinationPort, .udpDestinationPort, .tcpFlags, .amplifier,
    ]
    var term: Term?
    for atom in atoms where aims.contains(atom.facet) {
      if let current = term, current.atoms.contains(where: { $0.family == atom.family }) { continue }
      let next = term.map { $0.and(atom) } ?? Term(atom)
      if next.attack.count * 10 >= pair.attack.count * 9 { term = next }
    }
    let all = (condition: Condition.and([]), words: "all requests")
    return term.map { [all, (condition: $0.condition, words: "requests with \($0.words)")] } ?? [all]
  }
}
