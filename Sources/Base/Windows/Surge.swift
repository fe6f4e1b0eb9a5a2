/// A rate far above what the same key's traffic was before.
///
/// Counts per slot over 64 slots. The baseline is the median of the slots before the last few, its spread their median
/// absolute deviation (Hampel 1974): an attack that fills less than half of them cannot lift its own baseline. Events
/// that bear mark 0 (assets that browsers fetch along) and mark 1 (errors) tell a crowd from a flood: a crowd brings
/// its assets and is served.
///
/// Where it is known what the present hour of the week usually brings, that is part of the baseline: what comes every
/// Monday at nine is no flood, a rate that rose slowly is not usual because it was high ten minutes ago, and the first
/// minute after a start has a baseline too.
package struct Surge: Window {
  static let length: Int64 = 64
  /// Newest slots that are judged and not part of the baseline.
  static let recent: Int64 = 3
  /// Slots of history without which there is no baseline.
  static let warmUp = 6

  var all = SlotRing<64>()
  var assets = SlotRing<64>()
  var errors = SlotRing<64>()
  var sources = SlidingDistinct()
  /// Times the usual busiest slot of the hour that a surge must be.
  static let beyondBusiest = 1.5
  /// The minutes before count up to so many times what the hour usually brings, once so many weeks are known.
  static let trust = 3.0
  static let trustedWeeks = 3

  /// What the present hour usually brings.
  private var season: SeasonalLevel?
  /// First slot ever seen: silence since then is history, silence before is ignorance.
  var since = Int64.max
  private var baselineAt = Int64.min
  private var baseline = Baseline()

  struct Baseline: Sendable {
    var median = 0.0
    var spread = 0.0
    var assetShare = 0.0
    var slots = 0
  }

  package init() {}

  package mutating func observe(_ event: WindowEvent) {
    all.add(event.weight, slot: event.slot)
    since = min(since, event.slot)
    if event.marks & 1 == 1 { assets.add(event.weight, slot: event.slot) }
    if event.marks & 2 == 2 { errors.add(event.weight, slot: event.slot) }
    if event.value != 0 { sources.observe(event.value, slot: event.slot) }
  }

  package mutating func merge(_ other: Surge) {
    all.merge(other.all)
    assets.merge(other.assets)
    errors.merge(other.errors)
    sources.merge(other.sources)
    since = min(since, other.since)
    baselineAt = .min
  }

  package mutating func rest(at slot: Int64) { sources.rest(at: slot) }
  package var heldBytes: Int { sources.heldBytes }

  package mutating func judge(_ limits: WindowLimits) -> WindowLevel {
    let now = peak
    guard WindowLevel.of(now, limits.events) != .quiet else { return .quiet }
    let usual = usual()
    let level = Double(now)
    let least = max(limits.factor * max(usual.median, 1), Self.beyondBusiest * (season?.busiest ?? 0))
    // Half way in number and in proportion: on a busy site the usual traffic alone is many events.
    guard usual.slots >= Self.warmUp || season != nil, level * 2 >= least else { return .quiet }
    guard now >= limits.events, level >= least, level >= usual.median + 6 * 1.4826 * usual.spread else {
      return .warm
    }
    guard looksHostile(usual, limits), sources.count() >= limits.distinct else { return .warm }
    return .reached
  }

  /// A crowd brings its assets and gets answers; a flood fetches no assets, or breaks the server.
  private func looksHostile(_ usual: Baseline, _ limits: WindowLimits) -> Bool {
    let errorShare = share(errors)
    if errorShare >= limits.share { return true }
    return usual.assetShare >= 0.2 && share(assets) < usual.assetShare / 3
  }

  /// The busiest of the newest slots.
  private var peak: Int {
    var most = 0
    for back in 0..<Self.recent { most = max(most, Int(all[all.newest &- back])) }
    return most
  }

  private func share(_ part: SlotRing<64>) -> Double {
    var of = 0.0, whole = 0.0
    for back in 0..<Self.recent {
      of += Double(part[all.newest &- back])
      whole += Double(all[all.newest &- back])
    }
    return whole == 0 ? 0 : of / whole
  }

  /// The baseline, reckoned once a slot.
  private mutating func usual() -> Baseline {
    if baselineAt == all.newest { return baseline }
    baselineAt = all.newest
    var counts: [Double] = []
    var wholes = 0.0, parts = 0.0
    var slot = max(all.oldest, since)
    while slot <= all.newest &- Self.recent {
      counts.append(Double(all[slot]))
      wholes += Double(all[slot])
      parts += Double(assets[slot])
      slot += 1
    }
    let median = Self.median(&counts)
    var deviations = counts.map { abs($0 - median) }
    baseline = withSeason(
      Baseline(
        median: median, spread: Self.median(&deviations), assetShare: wholes == 0 ? 0 : parts / wholes,
        slots: counts.count))
    return baseline
  }

  package mutating func expect(_ level: SeasonalLevel?) {
    season = level
    baselineAt = .min
  }

  /// The baseline of the minutes before, with what the hour usually brings.
  private func withSeason(_ own: Baseline) -> Baseline {
    guard let season else { return own }
    var joined = own
    let bound = season.weeks >= Self.trustedWeeks ? Self.trust * season.median : .infinity
    joined.median = max(season.median, min(own.median, bound))
    joined.spread = max(season.spread, min(own.spread, bound))
    if own.slots < Self.warmUp { joined.assetShare = season.assetShare }
    return joined
  }

  private static func median(_ numbers: inout [Double]) -> Double {
    guard !numbers.isEmpty else { return 0 }
    numbers.sort()
    return numbers[numbers.count / 2]
  }

  /// Events in the judged slots only: what came before is the baseline.
  package var events: Int {
    var sum = 0
    for back in 0..<Self.recent { sum += Int(all[all.newest &- back]) }
    return sum
  }

  package var firstSlot: Int64 { all.newest &- Self.recent &+ 1 }

  package mutating func explain(_ limits: WindowLimits) -> String {
    let usual = usual()
    let words = season.map { "; \($0.words)" } ?? ""
    return
      "\(peak) events a slot against \(Int(usual.median)) \(season == nil ? "before" : "usually"), from \(sources.count()) sources, "
      + "\(Int((share(errors) * 100).rounded())) % errors, \(Int((share(assets) * 100).rounded())) % assets\(words)"
  }
}
