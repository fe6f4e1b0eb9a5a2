/// Events in a sliding span of time.
package struct SlidingCount: Window {
  @usableFromInline var ring = SlotRing<9>()

  @inlinable package init() {}

  @inlinable package mutating func observe(_ event: WindowEvent) { ring.add(event.weight, slot: event.slot) }

  package mutating func merge(_ other: SlidingCount) { ring.merge(other.ring) }

  @inlinable package mutating func judge(_ limits: WindowLimits) -> WindowLevel { .of(events, limits.events) }

  @inlinable package var events: Int { Int(ring.total) }
  @inlinable package var firstSlot: Int64 { ring.firstUsed }

  package mutating func explain(_ limits: WindowLimits) -> String { "\(events) events (\(limits.events) suffice)" }
}
