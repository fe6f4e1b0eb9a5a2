import Model

/// Traffic over time in at most 300 slots, whose width grows with the span.
///
/// An instant more than a year away from the rest is a wrong clock, not a long log: it stays out, unless such instants
/// become the majority.
struct Timeline {
  static let limit = 300
  /// Each width is a multiple of the one before, so that slots join.
  static let widths: [Int64] = [1, 5, 15, 60, 300, 900, 3_600, 21_600, 86_400, 604_800, 2_419_200, 29_030_400]
  private static let second: Int64 = 1_000_000_000
  private static let year: Int64 = 366 * 86_400 * second

  private(set) var slots: [TrafficSlot] = []
  private var width = 0
  /// Number of the first slot.
  private var base: Int64 = 0
  private(set) var first = Int64.max
  private(set) var last = Int64.min
  private var counted = 0
  private var strays = 0
  // The slot of the event before.
  private var hotStart: Int64 = 0
  private var hotEnd: Int64 = 0
  private var hot = 0

  var slotSeconds: Int { Int(Self.widths[width]) }
  private var slotWidth: Int64 { Self.widths[width] * Self.second }

  /// Adds one event; its index is nil where its time is a stray.
  mutating func add(_ time: Int64, _ change: (inout TrafficSlot) -> Void) {
    if time < hotStart || time >= hotEnd || slots.isEmpty, !move(to: time) { return }
    counted += 1
    if time < first { first = time }
    if time > last { last = time }
    change(&slots[hot])
  }

  private mutating func move(to time: Int64) -> Bool {
    if slots.isEmpty { restart(at: time) }
    if isStray(time) {
      strays += 1
      if strays <= counted { return false }
      restart(at: time)
    }
    var number = self.number(time)
    while width < Self.widths.count - 1, max(number, base + Int64(slots.count) - 1) - min(number, base) >= Self.limit {
      widen()
      number = self.number(time)
    }
    if number < base {
      slots.insert(contentsOf: (number..<base).map { TrafficSlot(at: $0 * slotWidth) }, at: 0)
      base = number
    }
    while number >= base + Int64(slots.count) { slots.append(TrafficSlot(at: (base + Int64(slots.count)) * slotWidth)) }
    hot = Int(number - base)
    hotStart = number * slotWidth
    hotEnd = hotStart + slotWidth
    return true
  }

  private func isStray(_ time: Int64) -> Bool {
    first != .max && (time < first && first - time > Self.year || time > last && apart(time, last) > Self.year)
  }

  private mutating func restart(at time: Int64) {
    slots = []
    width = 0
    counted = 0
    strays = 0
    first = .max
    last = .min
    base = number(time)
  }

  private func number(_ time: Int64) -> Int64 {
    let rest = time % slotWidth
    return (time - (rest < 0 ? rest + slotWidth : rest)) / slotWidth
  }

  private mutating func widen() {
    let old = slots
    width += 1
    base = old.first.map { number($0.at) } ?? base
    slots = []
    for slot in old {
      let index = Int(number(slot.at) - base)
      while slots.count <= index { slots.append(TrafficSlot(at: (base + Int64(slots.count)) * slotWidth)) }
      slots[index].events += slot.events
      slots[index].attack += slot.attack
      slots[index].clientErrors += slot.clientErrors
      slots[index].serverErrors += slot.serverErrors
      slots[index].bytes &+= slot.bytes
    }
    hotEnd = hotStart
  }
}
