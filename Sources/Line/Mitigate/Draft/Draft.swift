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
  /// What the attack is made of.
  var unit = AttackUnit.request

  /// Baseline rows below which a value's absence there says nothing.
  static let leastBaseline = 20

  /// Addresses in a list at most; more are no list that a platform takes.
  static let addressLimit = 10_000
}

/// What an attack is made of, as a person counts it and as something can answer it.
enum AttackUnit: String, Sendable {
  case request, packet
  /// A line of a program's own log, of a failed log-in say.
  case event
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
    var draft = Draft(
      filters: [], scopes: [], attackers: pair.attackers, contrast: contrast,
      unseenTime: TimeSlices(pair.attack.count).unseenTime(pair), unit: unit(pair))
    // Without other traffic nothing tells what a rule or a rate would cost: only who attacked is known.
    if pair.baseline.count >= Draft.leastBaseline {
      let atoms = AtomFinder(pair: pair).atoms(limit: 48)
      draft.filters = BeamSearch(pair: pair, atoms: atoms).rules(limit: 7).map { rule in
        Draft.Filter(condition: rule.condition, words: rule.words, stability: rule.stability)
      }
      draft.scopes = scopes(pair, atoms)
    }
    let lists = [pair.attackers, pair.sources]
    draft.filters += (lists[0].count < lists[1].count ? lists : [lists[1]]).compactMap { addresses($0, pair) }
    return draft
  }

  private func unit(_ pair: CohortPair) -> AttackUnit {
    func share(_ facet: Facet) -> Double {
      let codes = columns.codes(facet)
      return Double(pair.attack.count { codes[Int($0)] != ValueTable.absent }) / Double(pair.attack.count)
    }
    return share(.method) > 0.5 || share(.path) > 0.5 ? .request : share(.ipProtocol) > 0.5 ? .packet : .event
  }

  /// The attack's addresses, where a platform takes so many.
  private func addresses(_ own: [IPAddress], _ pair: CohortPair) -> Draft.Filter? {
    guard !own.isEmpty, own.count <= Draft.addressLimit else { return nil }
    let networks = own.map { AddressNetwork($0, bits: $0.isV4 ? 32 : 128) }
    let members = networks.map { ConditionMember.addresses($0.first...$0.last) }
    return Draft.Filter(
      condition: .test(ConditionTest(.field(.ipSource), .isIn, .set(members))),
      words: (own.count == 1
        ? "the address \(own[0])" : "the attack's \(Words.count(own.count, "address", "addresses"))")
        + (own == pair.attackers
          ? "" : own.count == 1 ? ", which does other things too" : ", some of which do other things too"),
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
    let units = unit(pair).rawValue + "s"
    let all = (condition: Condition.and([]), words: "all \(units)")
    return term.map { [all, (condition: $0.condition, words: "\(units) with \($0.words)")] } ?? [all]
  }
}
