/// How busy something usually is in each hour of the week, from the last eight weeks.
///
/// An hour counts with its events, those of its busiest slot, and those that bear mark 0 (assets). What is usual is the
/// median over the same hour of earlier weeks, its spread their median absolute deviation (Hampel 1974), so that one
/// odd week changes nothing. Hours in which an alert was on count with at most twice what the calm ones had: an attack
/// teaches slowly, lasting growth is learned after some weeks. Which clock
/// the hours are of is the caller's choice. Memory: 16 kB.
package struct SeasonalBaseline: Sendable, Equatable {
  package static let weeks: Int64 = 8
  static let hoursOfWeek: Int64 = 168
  static let length = weeks * hoursOfWeek

  /// One hour as it was.
  package struct Hour: Sendable, Equatable {
    package var events: UInt32 = 0
    /// Events of its busiest slot.
    package var busiest: UInt32 = 0
    /// Events that bear mark 0.
    package var assets: UInt32 = 0
    /// Whether an alert was on.
    package var isTroubled = false

    package init(events: UInt32 = 0, busiest: UInt32 = 0, assets: UInt32 = 0, isTroubled: Bool = false) {
      self.events = events
      self.busiest = busiest
      self.assets = assets
      self.isTroubled = isTroubled
    }
  }

  /// Slots of an hour.
  package let slots: Int64
  private var ring = [Hour](repeating: Hour(), count: Int(length))
  /// Number of the newest hour since 1970; `.min` before the first event.
  package private(set) var newest = Int64.min
  /// The slot under way, and its events.
  private var slot = Int64.min
  private var inSlot: UInt32 = 0
  /// Events in a row that lie eight weeks ahead: one wrong clock must not make everything forgotten.
  private var ahead = 0
  private static let patience = 1_000

  package init(slotsPerHour: Int64) { slots = max(1, slotsPerHour) }

  /// Events of all hours that are remembered.
  package var events: Int { ring.reduce(0) { $0 + Int($1.events) } }

  package mutating func observe(_ event: WindowEvent, isTroubled: Bool) {
    let hour = Self.floored(event.slot, by: slots)
    if newest != .min, hour - newest >= Self.length {
      ahead += 1
      if ahead < Self.patience { return }
    }
    ahead = 0
    guard move(to: hour) else { return }
    if event.slot == slot {
      inSlot = Self.sum(inSlot, event.weight)
    } else if event.slot > slot {
      (slot, inSlot) = (event.slot, event.weight)
    }
    let at = Self.index(hour)
    ring[at].events = Self.sum(ring[at].events, event.weight)
    if event.marks & 1 == 1 { ring[at].assets = Self.sum(ring[at].assets, event.weight) }
    // A late event belongs to a slot that is no longer counted.
    if Self.floored(slot, by: slots) == hour { ring[at].busiest = max(ring[at].busiest, inSlot) }
    if isTroubled { ring[at].isTroubled = true }
  }

  /// The hour of that number; empty where it is unknown.
  package subscript(hour: Int64) -> Hour {
    get { hour > newest || newest - hour >= Self.length || newest == .min ? Hour() : ring[Self.index(hour)] }
    set { if move(to: hour) { ring[Self.index(hour)] = newValue } }
  }

  /// The hours that hold something, in order.
  package var hours: [(number: Int64, hour: Hour)] {
    guard newest != .min else { return [] }
    return ((newest - Self.length + 1)...newest).compactMap { number in
      let hour = ring[Self.index(number)]
      return hour == Hour() ? nil : (number, hour)
    }
  }

  /// Adds what another one saw of the same thing: other hours, or other events of the same hours, as a second worker
  /// would. The busiest slots of one hour are added too, since they may be the same slot: never too low.
  package mutating func merge(_ other: SeasonalBaseline) {
    combine(other) { a, b in
      Hour(
        events: Self.sum(a.events, b.events), busiest: Self.sum(a.busiest, b.busiest),
        assets: Self.sum(a.assets, b.assets), isTroubled: a.isTroubled || b.isTroubled)
    }
  }

  /// Takes what another one saw of the same events, so that learning the same logs twice changes nothing: of each hour
  /// the more complete of the two.
  package mutating func join(_ other: SeasonalBaseline) {
    combine(other) { a, b in
      Hour(
        events: max(a.events, b.events), busiest: max(a.busiest, b.busiest), assets: max(a.assets, b.assets),
        isTroubled: a.isTroubled || b.isTroubled)
    }
  }

  private mutating func combine(_ other: SeasonalBaseline, _ combined: (Hour, Hour) -> Hour) {
    for (number, hour) in other.hours where move(to: number) {
      ring[Self.index(number)] = combined(ring[Self.index(number)], hour)
    }
  }

  /// What the hour of that number usually brings, by the same hour of earlier weeks; nil where none is known.
  package func level(hour: Int64) -> SeasonalLevel? {
    let earlier = (1..<Self.weeks).map { self[hour - $0 * Self.hoursOfWeek] }.filter { $0.events > 0 }
    let calm = earlier.filter { !$0.isTroubled }
    guard !calm.isEmpty else { return nil }
    func median(_ value: (Hour) -> UInt32) -> (middle: Double, spread: Double) {
      let bound = Self.median(calm.map { Double(value($0)) }) * 2
      let values = earlier.map { $0.isTroubled ? min(Double(value($0)), bound) : Double(value($0)) }
      let middle = Self.median(values)
      return (middle, Self.median(values.map { abs($0 - middle) }))
    }
    let (events, spread) = median(\.events)
    return SeasonalLevel(
      hourOfWeek: Int(Self.hourOfWeek(hour)), weeks: earlier.count, median: events / Double(slots),
      spread: spread / Double(slots), busiest: median(\.busiest).middle,
      assetShare: Self.median(calm.map { Double($0.assets) / Double($0.events) }))
  }

  /// 0 is the hour from Monday 00:00; 1 January 1970 was a Thursday.
  static func hourOfWeek(_ hour: Int64) -> Int64 { ((hour + 72) % hoursOfWeek + hoursOfWeek) % hoursOfWeek }

  /// Forgets what is older than eight weeks before that hour; false where the hour itself is, or lies so far behind
  /// that a clock must have been wrong.
  private mutating func move(to hour: Int64) -> Bool {
    if newest == .min || hour - newest >= Self.length {
      if newest != .min { ring = [Hour](repeating: Hour(), count: ring.count) }
      newest = hour
      return true
    }
    while newest < hour {
      newest += 1
      ring[Self.index(newest)] = Hour()
    }
    return newest - hour < Self.length
  }

  private static func index(_ hour: Int64) -> Int { Int((hour % length + length) % length) }

  private static func floored(_ value: Int64, by divisor: Int64) -> Int64 {
    value / divisor - (value % divisor < 0 ? 1 : 0)
  }

  private static func sum(_ a: UInt32, _ b: UInt32) -> UInt32 {
    let (sum, isOver) = a.addingReportingOverflow(b)
    return isOver ? .max : sum
  }

  private static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    let half = sorted.count / 2
    if sorted.isEmpty { return 0 }
    return sorted.count % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
  }
}

/// What an hour of the week usually brings.
package struct SeasonalLevel: Sendable, Equatable {
  /// From Monday 00:00.
  package var hourOfWeek: Int
  /// Weeks that are known of that hour.
  package var weeks: Int
  /// Events a slot, and how much that differs from week to week.
  package var median: Double
  package var spread: Double
  /// Events of its busiest slot.
  package var busiest: Double
  /// Share of events that bear mark 0.
  package var assetShare: Double
  /// Whose clock the hour is of, for words.
  package var zone = "UTC"

  private static let days = ["Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays"]

  /// `Mondays from 09:00 UTC usually bring 120 a slot and 300 in the busiest (4 weeks)`.
  package var words: String {
    let hour = hourOfWeek % 24
    let weeks = weeks == 1 ? "1 week" : "\(weeks) weeks"
    return "\(Self.days[hourOfWeek / 24 % 7]) from \(hour < 10 ? "0" : "")\(hour):00 \(zone) usually bring "
      + "\(Int(median.rounded())) a slot and \(Int(busiest.rounded())) in the busiest (\(weeks))"
  }
}
