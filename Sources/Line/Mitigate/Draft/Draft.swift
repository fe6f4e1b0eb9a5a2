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
  var scopes: [RateScope]
  var attackers: [IPAddress]
  /// Packets from the former to the latter answer the attack's.
  var answerers: [IPAddress] = []
  var answered: [IPAddress] = []
  var contrast: Contrast
  /// The time of the attack that nothing was drafted from.
  var unseenTime: [Range<Int64>] = []
  /// What the attack is made of.
  var unit = AttackUnit.request

  /// Baseline rows below which a value's absence there says nothing.
  static let leastBaseline = 20

  /// Addresses that are asked who they are although nothing can be proven.
  static let fewAddresses = 20

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
    var draft = Draft(
      filters: [], scopes: [], attackers: pair.attackers, contrast: contrast,
      unseenTime: TimeSlices(pair.attack.count).unseenTime(pair), unit: unit(pair))
    (draft.answerers, draft.answered) = (pair.answerers, pair.answered)
    if draft.unit == .frame { return draft }
    // Without other traffic nothing tells what a rule or a rate would cost: only who attacked is known.
    if pair.baseline.count >= Draft.leastBaseline {
      let atoms = AtomFinder(pair: pair).atoms(limit: 48)
      draft.filters = BeamSearch(pair: pair, atoms: atoms).rules(limit: 7).map { rule in
        Draft.Filter(
          condition: rule.condition, words: rule.words, stability: rule.stability, addresses: rule.networks)
      }
      draft.scopes = RateScopes(pair: pair, unit: draft.unit).scopes
    } else if draft.unit == .packet, !(1...Draft.fewAddresses).contains(pair.sources.count { !$0.isUnspecified }),
      let aim = RateScopes(pair: pair, unit: draft.unit).aim, aim.hasPurpose
    {
      draft.filters = [Draft.Filter(condition: aim.condition, words: aim.words, stability: aim.stability)]
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
    func commonest(_ facet: Facet) -> String {
      let counts = pair.counts(facet).attack
      let best = counts.indices.dropFirst(2).max { counts[$0] < counts[$1] }
      return best.map { facet.words(pair.value(facet, $0)) } ?? ""
    }
    if share(.method) > 0.5 || share(.path) > 0.5 { return .request }
    if share(.ipProtocol) > 0.5 { return .packet }
    if share(.etherType) > 0.5, !AttackUnit.ipTypes.contains(commonest(.etherType)) { return .frame }
    return AttackUnit.withoutHTTP.contains(commonest(.service).lowercased()) ? .session : .event
  }

  /// The attack's addresses, where a platform takes so many.
  private func addresses(_ all: [IPAddress], _ pair: CohortPair) -> Draft.Filter? {
    let own = all.filter { !$0.isUnspecified }
    guard !own.isEmpty, own.count <= Draft.addressLimit else { return nil }
    let networks = own.map { AddressNetwork($0, bits: $0.isV4 ? 32 : 128) }
    let members = networks.map { ConditionMember.addresses($0.first...$0.last) }
    return Draft.Filter(
      condition: .test(ConditionTest(.field(.ipSource), .isIn, .set(members))),
      words: (own.count == 1
        ? "the address \(own[0])" : "the attack's \(Words.count(own.count, "address", "addresses"))")
        + (all == pair.attackers
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
}
