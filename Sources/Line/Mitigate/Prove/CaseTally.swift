import Model

/// One attack's proof in the making: its cohorts' sizes, its candidates' tallies, its rate limits' traces.
struct CaseTally {
  let window: ProofWindow
  var attack = 0
  var sources = AddressCount()
  var baseline = 0
  var outside = 0
  /// Attack requests in the time that nothing was drafted from.
  var unseen = 0
  private let unseenTime: [Range<Int64>]
  /// Attackers whose other requests were left out of the baseline, as seen there.
  var slots: [(attack: Int, baseline: Int)]
  var tallies: [ProofTally]
  var attackTraces: [RateTrace]
  var baselineTraces: [RateTrace]

  init(_ window: ProofWindow, _ draft: Draft, cohorts: Int, traceLimit: Int) {
    self.window = window
    unseenTime = draft.unseenTime
    slots = Array(repeating: (0, 0), count: ProofWindow.slotCount)
    tallies = draft.filters.map { _ in ProofTally(cohorts: cohorts, slots: ProofWindow.slotCount) }
    attackTraces = Array(repeating: RateTrace(limit: traceLimit), count: draft.scopes.count)
    baselineTraces = attackTraces
  }

  /// Takes an attack request; which filters and scopes meet it, the caller knows.
  mutating func takeAttack(
    _ batch: EventBatch, _ row: Int, weight: Int, filters: (Int) -> Bool, scopes: (Int) -> Bool
  ) {
    attack &+= weight
    sources.add(batch.addresses[row])
    let time = batch.number(.time, row)
    let slot = time.flatMap(window.slot)
    if let slot { slots[slot].attack &+= weight }
    let isUnseen = time.map { time in unseenTime.contains { $0.contains(time) } } ?? false
    if isUnseen { unseen &+= weight }
    for index in tallies.indices where filters(index) {
      tallies[index].takeAttack(batch, row, weight: weight, slot: slot, isUnseen: isUnseen)
    }
    guard let time, !batch.addresses[row].isAbsent else { return }
    for index in attackTraces.indices where scopes(index) {
      attackTraces[index].add(client: batch.addresses[row].hash(seed: 17), time: time)
    }
  }

  mutating func takeBaseline(
    _ batch: EventBatch, _ row: Int, weight: Int, inputs: [String], filters: (Int) -> Bool, scopes: (Int) -> Bool
  ) {
    baseline &+= weight
    let time = batch.number(.time, row)
    let isOutside = time.map { !window.attack.contains($0) } ?? true
    if isOutside { outside &+= weight }
    let slot = time.flatMap(window.slot)
    if let slot { slots[slot].baseline &+= weight }
    for index in tallies.indices where filters(index) {
      tallies[index].takeBaseline(batch, row, weight: weight, slot: slot, isOutside: isOutside, inputs: inputs)
    }
    guard let time, !batch.addresses[row].isAbsent else { return }
    for index in baselineTraces.indices where scopes(index) {
      baselineTraces[index].add(client: batch.addresses[row].hash(seed: 17), time: time)
    }
  }
}
