/// Events and distinct values among them in a sliding span of time.
package struct SlidingDistinctCount: Window {
  var ring = SlotRing<9>()
  var values = SlidingDistinct()

  package init() {}

  package mutating func observe(_ event: WindowEvent) {
    ring.add(event.weight, slot: event.slot)
    if event.value != 0 { values.observe(event.value, slot: event.slot) }
  }

  package mutating func merge(_ other: SlidingDistinctCount) {
    ring.merge(other.ring)
    values.merge(other.values)
  }

  package mutating func rest(at slot: Int64) { values.rest(at: slot) }
  package var heldBytes: Int { values.heldBytes }

  package mutating func judge(_ limits: WindowLimits) -> WindowLevel {
    let level = WindowLevel.of(events, limits.events)
    if level == .quiet { return level }
    let distinct = values.count()
    if limits.distinctShare > 0, Double(distinct) < limits.distinctShare * Double(events) { return .quiet }
    return min(level, .of(distinct, limits.distinct))
  }

  package var events: Int { Int(ring.total) }
  package var firstSlot: Int64 { ring.firstUsed }

  package mutating func explain(_ limits: WindowLimits) -> String {
    "\(values.isEstimate ? "about " : "")\(values.count()) \(limits.noun) in \(events) events (\(limits.distinct) suffice)"
  }
}
