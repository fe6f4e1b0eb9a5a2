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
  private let keys: [EventField]

  init(_ window: ProofWindow, _ draft: Draft, cohorts: Int, traceLimit: Int) {
    self.window = window
    unseenTime = draft.unseenTime
    slots = Array(repeating: (0, 0), count: ProofWindow.slotCount)
    tallies = draft.filters.map { _ in ProofTally(cohorts: cohorts, slots: ProofWindow.slotCount) }
    keys = draft.scopes.map(\.key)
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
    guard let time else { return }
    for index in attackTraces.indices where scopes(index) {
      Self.add(batch, row, time, keys[index], 0, to: &attackTraces[index])
    }
  }

  /// `good` are the good cohorts that the request belongs to, a bit each.
  mutating func takeBaseline(
    _ batch: EventBatch, _ row: Int, weight: Int, inputs: [String], good: UInt16, filters: (Int) -> Bool,
    scopes: (Int) -> Bool
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
    guard let time else { return }
    for index in baselineTraces.indices where scopes(index) {
      Self.add(batch, row, time, keys[index], good, to: &baselineTraces[index])
    }
  }

  /// Hash of what tells a client apart; nil where the event does not say.
  static func client(_ batch: EventBatch, _ row: Int, _ key: EventField) -> UInt64? {
    switch key {
    case .ipSource: batch.addresses[row].isAbsent ? nil : hash(batch.addresses[row])
    case .sourceASN: batch.number(key, row).map { hashMix(UInt64(bitPattern: $0), 0x9e37_79b9_7f4a_7c15) }
    default: batch.isPresent(key, row) ? byteHash(batch.bytes(key, row), seed: 17) : nil
    }
  }

  static func hash(_ address: IPAddress) -> UInt64 { address.hash(seed: 17) }

  private static func add(
    _ batch: EventBatch, _ row: Int, _ time: Int64, _ key: EventField, _ good: UInt16, to trace: inout RateTrace
  ) {
    guard let client = client(batch, row, key), trace.keeps(client) else { return }
    var hit = RateTrace.Hit(client: client, time: time)
    hit.cohorts = good
    if batch.isPresent(.colo, row) {
      hit.colo = UInt16(truncatingIfNeeded: byteHash(batch.bytes(.colo, row), seed: 17)) | 1
    }
    let country = batch.bytes(.sourceCountry, row)
    if country.count == 2 { hit.country = UInt16(country[0]) << 8 | UInt16(country[1]) }
    hit.host = trace.number(ofHost: batch.bytes(.host, row))
    trace.add(hit)
  }
}
