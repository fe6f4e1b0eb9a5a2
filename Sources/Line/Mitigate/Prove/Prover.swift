import Conditions
import Model

/// Proves drafted rules: the very conditions that would be deployed, judged on every event of the input.
///
/// `marks` on any thread, `take` in the order of the batches, `proposals` at the end.
package struct Prover {
  private struct Places {
    var filters: Range<Int>
    var scopes: Range<Int>
    /// The attacked hosts' condition, and what is neither attack nor baseline; nil where there are none.
    var ground: Int?
    var neither: Int?
  }

  private let plan: CohortPlan
  private let settings: MitigateSettings
  let drafts: [Draft]
  private let places: [Places]
  private let goodPlaces: Range<Int>
  package let set: ConditionSet
  private let inputs: [String]
  private var tallies: [CaseTally]
  private var good: [Int]
  /// Clients of the baseline by ground, since most attacks share one.
  private var clients: [Int?: AddressCount] = [:]

  init(_ plan: CohortPlan, drafts: [Draft], windows: [ProofWindow], settings: MitigateSettings, inputs: [String])
    throws(ContentError)
  {
    (self.plan, self.drafts, self.settings, self.inputs) = (plan, drafts, settings, inputs)
    var conditions: [Condition] = []
    var grounds: [Condition: Int] = [:]
    var places: [Places] = []
    for (attack, draft) in zip(plan.cases, drafts) {
      let filters = conditions.count..<conditions.count + draft.filters.count
      conditions += draft.filters.map(\.condition)
      let scopes = conditions.count..<conditions.count + draft.scopes.count
      conditions += draft.scopes.map(\.condition)
      var place = Places(filters: filters, scopes: scopes)
      if !attack.hosts.isEmpty {
        let ground = Facet.host.condition(attack.hosts.map { Array($0.utf8) })
        if grounds[ground] == nil {
          grounds[ground] = conditions.count
          conditions.append(ground)
        }
        place.ground = grounds[ground]
      }
      if let neither = Self.neither(draft) {
        place.neither = conditions.count
        conditions.append(neither)
      }
      places.append(place)
    }
    goodPlaces = conditions.count..<conditions.count + plan.good.count
    conditions += plan.good.map(\.condition)
    self.places = places
    set = try plan.set(conditions)
    good = Array(repeating: 0, count: plan.good.count)
    tallies = zip(drafts, windows).map { draft, window in
      CaseTally(
        window, draft, cohorts: plan.good.count, traceLimit: settings.traceLimit)
    }
  }

  package var fields: Set<EventField> {
    self.set.fields.union(drafts.flatMap { $0.scopes.map(\.key) }).union([
      .time, .weight, .ipSource, .sourceCountry, .host, .method, .uri, .path, .status, .userAgent, .colo,
    ])
  }

  package func marks() -> CohortMarks { CohortMarks(plan, set: set, inputs: inputs) }

  package mutating func take(_ marks: CohortMarks, _ batch: EventBatch) {
    for index in tallies.indices { take(index, marks, batch) }
    takeClients(marks, batch)
    takeGood(marks, batch)
  }

  private mutating func take(_ index: Int, _ marks: CohortMarks, _ batch: EventBatch) {
    let place = places[index]
    let filters = place.filters.map(marks.other)
    let scopes = place.scopes.map(marks.other)
    let weighs = batch.isTouched(.weight)
    let weight = { (row: Int) in weighs ? Int(batch.number(.weight, row) ?? 1) : 1 }
    Self.forEach(marks.attacks[index]) { row in
      tallies[index].takeAttack(
        batch, row, weight: weight(row), filters: { filters[$0][row] }, scopes: { scopes[$0][row] })
    }
    let good = goodPlaces.prefix(RateProof.cohortLimit).map(marks.other)
    Self.forEach(baseline(place, marks)) { row in
      var cohorts: UInt16 = 0
      for number in good.indices where good[number][row] { cohorts |= 1 << UInt16(number) }
      tallies[index].takeBaseline(
        batch, row, weight: weight(row), inputs: inputs, good: cohorts, filters: { filters[$0][row] },
        scopes: { scopes[$0][row] })
    }
  }

  /// What the attack's own addresses did beside it, and the packets that answer them.
  private static func neither(_ draft: Draft) -> Condition? {
    func any(_ field: EventField, _ addresses: [IPAddress]) -> Condition {
      .test(ConditionTest(.field(field), .isIn, .set(addresses.map { ConditionMember.addresses($0...$0) })))
    }
    var parts: [Condition] = []
    if !draft.attackers.isEmpty { parts.append(any(.ipSource, draft.attackers)) }
    if !draft.answered.isEmpty {
      parts.append(.and([any(.ipSource, draft.answerers), any(.ipDestination, draft.answered)]))
    }
    return parts.count < 2 ? parts.first : .or(parts)
  }

  /// The baseline of one attack: on its hosts, without what is neither.
  private func baseline(_ place: Places, _ marks: CohortMarks) -> [UInt64] {
    var words = marks.baseline
    if let ground = place.ground.map(marks.other) { for word in words.indices { words[word] &= ground.words[word] } }
    if let own = place.neither.map(marks.other) { for word in words.indices { words[word] &= ~own.words[word] } }
    return words
  }

  private mutating func takeClients(_ marks: CohortMarks, _ batch: EventBatch) {
    for ground in Set(places.map(\.ground)) {
      var words = marks.baseline
      if let bits = ground.map(marks.other) { for word in words.indices { words[word] &= bits.words[word] } }
      Self.forEach(words) { clients[ground, default: AddressCount()].add(batch.addresses[$0]) }
    }
  }

  private mutating func takeGood(_ marks: CohortMarks, _ batch: EventBatch) {
    for (number, place) in goodPlaces.enumerated() {
      let bits = marks.other(place)
      good[number] += bits.count
      for index in tallies.indices {
        for (candidate, filter) in places[index].filters.enumerated() {
          let filter = marks.other(filter)
          var met = 0
          for word in 0..<bits.wordCount { met += (bits.words[word] & filter.words[word]).nonzeroBitCount }
          tallies[index].tallies[candidate].cohorts[number] += met
        }
      }
    }
  }

  private static func forEach(_ words: [UInt64], _ body: (Int) -> Void) {
    for (index, word) in words.enumerated() {
      var left = word
      while left != 0 {
        body(index << 6 | left.trailingZeroBitCount)
        left &= left - 1
      }
    }
  }
}

// MARK: - Proofs

extension Prover {
  /// One proposal an attack, in their order.
  package func proposals() -> [Proposal] {
    plan.cases.indices.map { index in
      var candidates = drafts[index].filters.indices.map { filter(index, $0) }
      candidates += drafts[index].scopes.indices.compactMap { rateLimit(index, $0) }
      var attack = plan.cases[index]
      attack.span = attack.span ?? tallies[index].window.attack
      return Recommendation(
        attack: attack, contrast: contrast(index), candidates: candidates, settings: settings,
        baseline: baselineWords(index), unit: drafts[index].unit,
        isGiven: plan.baseline != nil || !plan.baselinePaths.isEmpty
      ).proposal
    }
  }

  private func contrast(_ index: Int) -> Contrast {
    var contrast = drafts[index].contrast
    (contrast.attackEvents, contrast.baselineEvents) = (tallies[index].attack, tallies[index].baseline)
    return contrast
  }

  private func clientCount(_ index: Int) -> Int {
    guard let all = clients[places[index].ground] else { return 0 }
    return all.count - drafts[index].attackers.count { all.addresses.contains($0) }
  }

  private func proof(_ index: Int, caught: Int, sources: Int, hurt: Int, clients: Int, outside: Int, unseen: Share)
    -> Proof
  {
    let tally = tallies[index]
    var proof = Proof(
      attack: Share(caught, of: tally.attack), sources: Share(sources, of: tally.sources.count),
      baseline: Share(hurt, of: tally.baseline), clients: Share(clients, of: clientCount(index)),
      outside: Share(outside, of: tally.outside), unseen: unseen)
    proof.start = tally.window.start
    proof.slotSeconds = Double(tally.window.width) / 1e9
    return proof
  }

  private func filter(_ index: Int, _ number: Int) -> Candidate {
    let (draft, tally) = (drafts[index].filters[number], tallies[index].tallies[number])
    var proof = proof(
      index, caught: tally.caught, sources: tally.sources.count, hurt: tally.hurt, clients: tally.clients.count,
      outside: tally.outside, unseen: draft.unseen ?? Share(tally.unseen, of: tallies[index].unseen))
    proof.countries = Self.falling(tally.countries)
    proof.hosts = Self.falling(tally.hosts)
    proof.firstFired = tally.firstFired
    proof.hurt = tally.examples
    proof.cohorts = plan.good.indices.map {
      CohortShare(name: plan.good[$0].name, share: Share(tally.cohorts[$0], of: good[$0]))
    }
    proof.slots = zip(tallies[index].slots, tally.slots).map { all, own in
      var slot = ProofSlot()
      (slot.attack, slot.caught, slot.baseline, slot.hurt) = (all.attack, own.caught, all.baseline, own.hurt)
      return slot
    }
    let rule = draft.addresses.map(Mitigation.Rule.addresses) ?? .filter(draft.condition)
    return Candidate(
      mitigation: Mitigation(reference: "", rule: rule, action: .block), condition: draft.condition.description,
      words: draft.words, proof: proof, stability: draft.stability)
  }

  /// The limit that fits a scope best; nil where honest clients are as fast as the attack.
  private func rateLimit(_ index: Int, _ number: Int) -> Candidate? {
    let (tally, scope) = (tallies[index], drafts[index].scopes[number])
    let (attack, baseline) = (tally.attackTraces[number], tally.baselineTraces[number])
    let choice = RateChoice(attack: attack.clients, baseline: baseline.clients, isOneThing: scope.isOneThing)
    guard let found = choice.best(share: settings.blockShare) else { return nil }
    let replay = RateProof(attack: attack, baseline: baseline, found: found, window: tally.window, cohorts: good.count)
    let isByAddress = scope.key == .ipSource
    let stopped = min(tally.attack, replay.caught)
    var proof = proof(
      index, caught: stopped,
      sources: isByAddress ? min(tally.sources.count, replay.attackers) : tally.sources.count,
      hurt: min(tally.baseline, replay.hurt), clients: isByAddress ? replay.clients.count << Int(baseline.thinning) : 0,
      outside: min(tally.outside, replay.outside), unseen: Share(stopped, of: tally.attack))
    proof.sliding = [
      Share(min(tally.attack, replay.slidingCaught), of: tally.attack),
      Share(min(tally.baseline, replay.slidingHurt), of: tally.baseline),
    ]
    proof.firstFired = found.attack.firstFired
    proof.countries = Self.falling(replay.countries)
    proof.hosts = Self.falling(replay.hosts)
    proof.cohorts = plan.good.indices.prefix(RateProof.cohortLimit).map {
      CohortShare(name: plan.good[$0].name, share: Share(min(good[$0], replay.cohorts[$0]), of: good[$0]))
    }
    proof.slots = zip(tally.slots, replay.slots).map { all, own in
      var slot = ProofSlot()
      (slot.attack, slot.baseline) = (all.attack, all.baseline)
      (slot.caught, slot.hurt) = (min(all.attack, own.caught), min(all.baseline, own.hurt))
      return slot
    }
    if isByAddress { proof.hurt = hurt(replay, index) }
    let limit = RateLimit(
      condition: scope.condition, characteristics: [scope.key], requests: found.requests, period: found.period,
      timeout: found.timeout)
    let by = isByAddress ? "address" : scope.key == .ja4 ? "JA4" : "network operator"
    return Candidate(
      mitigation: Mitigation(reference: "", rule: .rateLimit(limit), action: .block),
      condition: scope.condition.description,
      words:
        "more than \(Words.count(found.requests, drafts[index].unit.noun)) in \(Words.count(found.period, "second")) by one \(by), "
        + "of \(scope.words); then stopped for \(Words.count(found.timeout, "second"))",
      proof: proof, stability: 0.5)
  }

  /// Honest clients that a limit would have stopped: who, and when first. What they sent is not kept.
  private func hurt(_ replay: RateProof, _ index: Int) -> [Evidence] {
    guard !replay.clients.isEmpty, let known = clients[places[index].ground] else { return [] }
    let found = known.addresses.compactMap { address in
      replay.clients[CaseTally.hash(address)].map { (address: address, time: $0) }
    }
    return found.sorted { ($0.time, $0.address) < ($1.time, $1.address) }.prefix(5).map { client in
      Evidence(
        time: client.time, input: "", line: 0, source: client.address.description, host: nil, method: nil, uri: nil,
        status: nil, userAgent: nil, note: nil,
        raw: "\(client.address), first at \(UTCTime.rfc3339(client.time))")
    }
  }

  private func baselineWords(_ index: Int) -> String {
    let hosts = plan.cases[index].hosts
    if !plan.baselinePaths.isEmpty { return "the traffic of the inputs given as baseline" }
    if plan.baseline != nil { return "the traffic that the given baseline condition selects" }
    let ground = hosts.isEmpty ? "all traffic" : "the traffic of \(Words.list(hosts))"
    return "\(ground) that belongs to no incident, without what the attack's own addresses did beside it"
  }

  private static func falling(_ counts: [String: Int]) -> [NamedCount] {
    counts.map { NamedCount(name: $0.key, count: $0.value) }
      .sorted { ($1.count, $0.name) < ($0.count, $1.name) }.prefix(20).map { $0 }
  }
}
