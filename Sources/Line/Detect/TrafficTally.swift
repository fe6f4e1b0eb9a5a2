import Model
import Windows

/// What all traffic looked like, in bounded memory, some 80 ns an event.
struct TrafficTally {
  private var events = 0
  private var timeline = Timeline()
  private var sources = SourceSketch()
  private var statuses = [Int](repeating: 0, count: 1_000)
  private var hosts = FrequentItems(capacity: 1_024)
  private var paths = FrequentItems(capacity: 4_096)
  private var userAgents = FrequentItems(capacity: 2_048)
  private var methods = FrequentItems(capacity: 128)
  private var countries = FrequentItems(capacity: 512)
  private var networks = FrequentItems(capacity: 4_096)

  /// Counts the rows of one batch. The columns are those of `ObservationPlan.summaryFields`.
  mutating func fold(_ context: FoldContext) {
    let batch = context.batch
    let observations = context.observations
    // Packets have neither status nor answer: their columns are not even looked at.
    let hasAnswers =
      batch.isTouched(.status) || batch.isTouched(.responseBytes) || batch.isTouched(.responseBodyBytes)
    for row in 0..<batch.count {
      let weight = UInt64(context.weight(row))
      events &+= Int(weight)
      let attack = context.attack[row / 64] >> UInt64(row % 64) & 1
      timeline.add(context.times[row]) { slot in
        slot.events &+= Int(weight)
        slot.attack &+= Int(weight &* attack)
      }
      if hasAnswers { mark(row, weight, context) }
      if !batch.addresses[row].isAbsent {
        sources.add(SourceKey(batch, row), events: Int(weight), hash: observations.column(0)[row])
      }
    }
    count(.host, 1, &hosts, context)
    count(.path, 2, &paths, context)
    count(.userAgent, 3, &userAgents, context)
    count(.method, 4, &methods, context)
    count(.sourceCountry, 5, &countries, context)
    countNetworks(context)
  }

  /// What was answered.
  private mutating func mark(_ row: Int, _ weight: UInt64, _ context: FoldContext) {
    let batch = context.batch
    let status = batch.number(.status, row) ?? 0
    let bytes = batch.number(.responseBytes, row) ?? batch.number(.responseBodyBytes, row) ?? 0
    if status > 0, status < 1_000 { statuses[Int(status)] &+= Int(weight) }
    timeline.add(context.times[row]) { slot in
      if status >= 400, status < 500 { slot.clientErrors &+= Int(weight) }
      if status >= 500, status < 600 { slot.serverErrors &+= Int(weight) }
      slot.bytes &+= Int(max(0, bytes))
    }
  }

  private func count(_ field: EventField, _ column: Int, _ items: inout FrequentItems, _ context: FoldContext) {
    let batch = context.batch
    guard batch.isTouched(field) else { return }
    let hashes = context.observations.column(column)
    let cells = batch.column(field)
    for row in 0..<batch.count where cells[row] != EventBatch.absentCell {
      items.observe(hashes[row], batch.bytes(TextSlice(cell: cells[row])), weight: UInt64(context.weight(row)))
    }
  }

  private mutating func countNetworks(_ context: FoldContext) {
    let batch = context.batch
    guard batch.isTouched(.sourceASN) else { return }
    let hashes = context.observations.column(6)
    for row in 0..<batch.count {
      guard let number = batch.number(.sourceASN, row), number > 0 else { continue }
      let weight = UInt64(context.weight(row))
      if networks.bump(hashes[row], weight: weight) { continue }
      let name = String(decoding: batch.bytes(.sourceASName, row).prefix(80), as: UTF8.self)
      let label = Array("AS\(number)\(name.isEmpty ? "" : " ")\(name)".utf8)
      label.withUnsafeBufferPointer { networks.insert(hashes[row], $0, weight: weight) }
    }
  }

  func summary() -> TrafficSummary {
    var summary = TrafficSummary()
    summary.events = events
    summary.firstSeen = timeline.first == .max ? 0 : timeline.first
    summary.lastSeen = timeline.last == .min ? 0 : timeline.last
    summary.slotSeconds = timeline.slotSeconds
    summary.timeline = timeline.slots
    summary.sources = sources.tally(top: 50)
    summary.hosts = Self.named(hosts)
    summary.paths = Self.named(paths)
    summary.userAgents = Self.named(userAgents)
    summary.methods = Self.named(methods)
    summary.countries = Self.named(countries)
    summary.networks = Self.named(networks)
    summary.statuses = statuses.enumerated().filter { $0.element > 0 }
      .map { NamedCount(name: String($0.offset), count: $0.element) }
      .sorted { $0.count != $1.count ? $0.count > $1.count : $0.name < $1.name }
    return summary
  }

  private static func named(_ items: FrequentItems) -> [NamedCount] {
    items.top(50).map { NamedCount(name: String(decoding: $0.text, as: UTF8.self), count: $0.count) }
  }
}
