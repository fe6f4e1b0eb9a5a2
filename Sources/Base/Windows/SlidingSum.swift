/// Sum and mean of the events' numbers in a sliding span of time.
package struct SlidingSum: Window {
  var ring = SlotRing<9>()
  /// Sums of the slots, at the slot's number modulo nine; saturated.
  var sums = InlineArray<9, Int64>(repeating: 0)
  var stamps = InlineArray<9, Int64>(repeating: .min)

  package init() {}

  package mutating func observe(_ event: WindowEvent) {
    guard ring.add(event.weight, slot: event.slot) else { return }
    add(Int64(bitPattern: event.value), slot: event.slot)
  }

  package mutating func merge(_ other: SlidingSum) {
    ring.merge(other.ring)
    for place in 0..<9 where other.stamps[place] != .min && other.stamps[place] >= ring.oldest {
      add(other.sums[place], slot: other.stamps[place])
    }
  }

  private mutating func add(_ number: Int64, slot: Int64) {
    let place = Int((slot % 9 + 9) % 9)
    if stamps[place] != slot {
      stamps[place] = slot
      sums[place] = 0
    }
    let (sum, overflow) = sums[place].addingReportingOverflow(number)
    sums[place] = overflow ? (number > 0 ? .max : .min) : sum
  }

  private var sum: Double {
    var total = 0.0
    for place in 0..<9 where stamps[place] >= ring.oldest && stamps[place] <= ring.newest {
      total += Double(sums[place])
    }
    return total
  }

  private func number(_ limits: WindowLimits) -> Double { limits.isMean ? sum / Double(max(1, events)) : sum }

  package mutating func judge(_ limits: WindowLimits) -> WindowLevel {
    let number = number(limits)
    return number >= limits.value ? .of(events, limits.events) : number * 2 >= limits.value ? .warm : .quiet
  }

  package var events: Int { Int(ring.total) }
  package var firstSlot: Int64 { ring.firstUsed }

  package mutating func explain(_ limits: WindowLimits) -> String {
    "\(limits.isMean ? "mean" : "sum") \(Int(number(limits))) over \(events) events (\(Int(limits.value)) suffices)"
  }
}
