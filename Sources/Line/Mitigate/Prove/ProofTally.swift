import Model

/// What one candidate meets, counted event by event.
struct ProofTally {
  private static let exampleLimit = 5
  private static let nameLimit = 300

  var caught = 0
  /// Of them, those in the time that nothing was drafted from.
  var unseen = 0
  var sources = AddressCount()
  var hurt = 0
  var clients = AddressCount()
  var outside = 0
  var countries: [String: Int] = [:]
  var hosts: [String: Int] = [:]
  var cohorts: [Int]
  var firstFired: Int64?
  var slots: [(caught: Int, hurt: Int)]
  var examples: [Evidence] = []

  init(cohorts: Int, slots: Int) {
    self.cohorts = Array(repeating: 0, count: cohorts)
    self.slots = Array(repeating: (0, 0), count: slots)
  }

  mutating func takeAttack(_ batch: EventBatch, _ row: Int, weight: Int, slot: Int?, isUnseen: Bool) {
    caught &+= weight
    if isUnseen { unseen &+= weight }
    sources.add(batch.addresses[row])
    if let time = batch.number(.time, row) { firstFired = min(firstFired ?? time, time) }
    if let slot { slots[slot].caught &+= weight }
  }

  mutating func takeBaseline(
    _ batch: EventBatch, _ row: Int, weight: Int, slot: Int?, isOutside: Bool, inputs: [String]
  ) {
    hurt &+= weight
    clients.add(batch.addresses[row])
    if isOutside { outside &+= weight }
    if let slot { slots[slot].hurt &+= weight }
    Self.count(batch.text(.sourceCountry, row), weight, &countries)
    Self.count(batch.text(.host, row), weight, &hosts)
    if examples.count < Self.exampleLimit { examples.append(Self.evidence(batch, row, inputs)) }
  }

  private static func count(_ name: String?, _ weight: Int, _ counts: inout [String: Int]) {
    guard let name, counts[name] != nil || counts.count < nameLimit else { return }
    counts[name, default: 0] &+= weight
  }

  private static func evidence(_ batch: EventBatch, _ row: Int, _ inputs: [String]) -> Evidence {
    let place = batch.lines[row]
    return Evidence(
      time: batch.number(.time, row) ?? 0, input: inputs[Int(place.source)], line: Int(place.number),
      source: batch.addresses[row].isAbsent ? "" : batch.addresses[row].description, host: batch.text(.host, row),
      method: batch.text(.method, row), uri: batch.text(.uri, row) ?? batch.text(.path, row),
      status: batch.number(.status, row).map(Int.init), userAgent: batch.text(.userAgent, row), note: nil,
      raw: String(decoding: batch.line(row).prefix(2_000), as: UTF8.self))
  }
}
