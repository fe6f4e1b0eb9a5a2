/// Requests that come as regularly as a machine sends them.
///
/// Counts per slot over 32 slots: a person's are bursty, a Poisson source's vary with the square root of their mean,
/// a clock's hardly vary. Judged by the coefficient of variation of the full slots (Cox and Lewis 1966, "The Statistical
/// Analysis of Series of Events", chapter 4, in its count form, which unlike intervals merges by addition).
package struct Cadence: Window {
  static let length = 32
  var ring = SlotRing<32>()
  var values = SlidingDistinct()

  package init() {}

  package mutating func observe(_ event: WindowEvent) {
    ring.add(event.weight, slot: event.slot)
    // Values reach back nine slots, which shows variety well enough.
    if event.value != 0 { values.observe(event.value, slot: event.slot) }
  }

  package mutating func merge(_ other: Cadence) {
    ring.merge(other.ring)
    values.merge(other.values)
  }

  package mutating func rest(at slot: Int64) { values.rest(at: slot) }
  package var heldBytes: Int { values.heldBytes }

  package mutating func judge(_ limits: WindowLimits) -> WindowLevel {
    let level = WindowLevel.of(events, limits.events)
    guard level == .reached else { return level }
    guard variation() <= limits.variation, values.count() >= limits.distinct else { return .quiet }
    return .reached
  }

  /// Deviation over mean of the slots before the newest; infinite until the ring is full of slots that hold something.
  func variation() -> Double {
    var sum = 0.0, squares = 0.0
    var slot = ring.oldest
    while slot < ring.newest {
      let count = Double(ring[slot])
      if count == 0 { return .infinity }
      sum += count
      squares += count * count
      slot += 1
    }
    let number = Double(Self.length - 1)
    let mean = sum / number
    return max(0, squares / number - mean * mean).squareRoot() / mean
  }

  package var events: Int { Int(ring.total) }
  package var firstSlot: Int64 { ring.firstUsed }

  package mutating func explain(_ limits: WindowLimits) -> String {
    "\(events) events whose number a slot varies by \(Int((variation() * 100).rounded())) % only (\(Int(limits.variation * 100)) % suffice)"
  }
}
