/// A quantile of the events' numbers (durations, sizes) over the last one to two spans.
///
/// Two sketches: the current stretch of nine slots and the one before it, so memory is fixed and nothing is copied as
/// time passes.
package struct SlidingQuantile: Window {
  static let stretch: Int64 = 9
  var ring = SlotRing<9>()
  var current = DDSketch()
  var previous = DDSketch()
  var currentStretch = Int64.min

  package init() {}

  package mutating func observe(_ event: WindowEvent) {
    guard ring.add(event.weight, slot: event.slot) else { return }
    turn(to: stretchOf(event.slot))
    current.observe(Int64(bitPattern: event.value))
  }

  package mutating func merge(_ other: SlidingQuantile) {
    guard !other.ring.isEmpty else { return }
    ring.merge(other.ring)
    turn(to: max(currentStretch, other.currentStretch))
    if other.currentStretch == currentStretch {
      current.merge(other.current)
      previous.merge(other.previous)
    } else if other.currentStretch == currentStretch - 1 {
      previous.merge(other.current)
    }
  }

  package mutating func rest(at slot: Int64) {
    guard currentStretch != .min, stretchOf(slot) &- currentStretch > 1 else { return }
    (current, previous) = (DDSketch(), DDSketch())
  }

  package var heldBytes: Int { current.heldBytes + previous.heldBytes }

  private func stretchOf(_ slot: Int64) -> Int64 {
    (slot - (slot % Self.stretch + Self.stretch) % Self.stretch) / Self.stretch
  }

  private mutating func turn(to stretch: Int64) {
    if stretch <= currentStretch { return }
    previous = currentStretch != .min && stretch == currentStretch + 1 ? current : DDSketch()
    current = DDSketch()
    currentStretch = stretch
  }

  package mutating func judge(_ limits: WindowLimits) -> WindowLevel {
    let level = WindowLevel.of(events, limits.events)
    guard level == .reached else { return level }
    return quantile(limits) >= limits.value ? .reached : .quiet
  }

  private func quantile(_ limits: WindowLimits) -> Double {
    var both = current
    both.merge(previous)
    return both.quantile(limits.quantile)
  }

  package var events: Int { Int(ring.total) }
  package var firstSlot: Int64 { ring.firstUsed }

  package mutating func explain(_ limits: WindowLimits) -> String {
    "quantile \(limits.quantile) of \(events) events is \(Int(quantile(limits))) (\(Int(limits.value)) suffices)"
  }
}
