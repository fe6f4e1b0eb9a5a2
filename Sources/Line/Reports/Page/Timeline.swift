import Model

/// Traffic and attack per slot of time, gaps filled, ready to be drawn.
struct Timeline {
  /// Slots without a gap; `start` is that of the first.
  let start: Int64
  let slotNanoseconds: Int64
  private(set) var total: [Int]
  private(set) var attack: [Int]
  private(set) var clientErrors: [Int]
  private(set) var serverErrors: [Int]

  var count: Int { total.count }
  var end: Int64 { start &+ Int64(count) &* slotNanoseconds }

  init(_ result: InvestigationResult) {
    let traffic = result.traffic
    let slots = min(traffic.slotCount, 10_000)
    start = traffic.timeline.first?.at ?? 0
    slotNanoseconds = Int64(max(1, traffic.slotSeconds)) * 1_000_000_000
    total = [Int](repeating: 0, count: slots)
    (attack, clientErrors, serverErrors) = (total, total, total)
    for slot in traffic.timeline {
      guard let index = traffic.slotIndex(of: slot.at), index < slots else { continue }
      total[index] += slot.events
      attack[index] += slot.attack
      clientErrors[index] += slot.clientErrors
      serverErrors[index] += slot.serverErrors
    }
    countIncidents(result.incidents)
  }

  /// Where the recount knows each incident's course, that is the attack; incidents may share events, so no slot holds
  /// more attack than traffic.
  private mutating func countIncidents(_ incidents: [Incident]) {
    guard incidents.contains(where: { !$0.timeline.isEmpty }) else {
      for index in attack.indices { attack[index] = min(attack[index], total[index]) }
      return
    }
    var sum = [Int](repeating: 0, count: count)
    for incident in incidents {
      for (index, events) in incident.timeline.prefix(count).enumerated() { sum[index] += events }
    }
    for index in sum.indices { attack[index] = min(sum[index], total[index]) }
  }

  /// Where an instant lies, 0 at the left edge, 1 at the right one.
  func position(of time: Int64) -> Double {
    guard end > start else { return 0 }
    return min(1, max(0, (Double(time) - Double(start)) / (Double(end) - Double(start))))
  }
}

/// Instants worth a mark on the axis of time.
struct TimeTicks {
  struct Tick {
    let at: Int64
    let label: String
  }

  let ticks: [Tick]

  /// At most about eight ticks at full units of time between two instants.
  init(from start: Int64, to end: Int64) {
    let span = max(1, UTCTime.span(from: start, to: end) / 1_000_000_000)
    let step =
      Self.steps.first { span / $0 <= 7 } ?? Self.steps[Self.steps.count - 1] * (span / (7 * Self.steps.last!) + 1)
    let width = step &* 1_000_000_000
    var at = start &- Self.remainder(start, width)
    if at < start { at &+= width }
    var ticks: [Tick] = []
    var lastDate = ""
    while at < end, ticks.count < 16 {
      let time = UTCTime(at)
      let isNewDate = time.isoDate != lastDate
      let clock = step < 60 ? time.clock : time.clockToMinute
      let label = step >= 86_400 ? time.shortDate : isNewDate && span > 86_400 ? "\(time.shortDate) \(clock)" : clock
      ticks.append(Tick(at: at, label: label))
      lastDate = time.isoDate
      if at > .max - width { break }
      at += width
    }
    self.ticks = ticks
  }

  private static func remainder(_ value: Int64, _ divisor: Int64) -> Int64 {
    let rest = value % divisor
    return rest < 0 ? rest + divisor : rest
  }

  /// Seconds.
  private static let steps: [Int64] = [
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800,
    1_209_600, 2_592_000,
  ]
}

/// The top of an axis of counts: 1, 2 or 5 times a power of ten, no lower than `value`.
func niceCeiling(_ value: Int) -> Int {
  var unit = 1
  while unit < Int.max / 20 {
    for factor in [1, 2, 4, 5, 6, 8] where unit * factor >= value { return unit * factor }
    unit *= 10
  }
  return value
}
