/// Several kinds of event within one span, each told by its mark; in the order of the marks where that matters.
///
/// Sigma's `temporal` and `temporal_ordered` correlations (Sigma specification 2.1). Keeps the slots each step was seen
/// in as one bit a slot, so windows merge by or.
package struct StepsInOrder: Window {
  static let span: Int64 = 9
  var ring = SlotRing<9>()
  /// For each step, one bit a slot: bit 0 is the newest slot.
  var seen = InlineArray<8, UInt16>(repeating: 0)

  package init() {}

  package mutating func observe(_ event: WindowEvent) {
    let before = ring.newest
    guard ring.add(event.weight, slot: event.slot) else { return }
    shift(by: before == SlotRing<9>.empty ? Self.span : ring.newest &- before)
    let bit = UInt16(1) << UInt16(ring.newest - event.slot)
    for step in 0..<8 where event.marks >> UInt8(step) & 1 == 1 { seen[step] |= bit }
  }

  package mutating func merge(_ other: StepsInOrder) {
    guard !other.ring.isEmpty else { return }
    let before = ring.newest
    ring.merge(other.ring)
    shift(by: before == SlotRing<9>.empty ? Self.span : ring.newest - before)
    let behind = UInt16(min(ring.newest - other.ring.newest, 15))
    for step in 0..<8 { seen[step] |= (other.seen[step] << behind) & 0x1ff }
  }

  private mutating func shift(by slots: Int64) {
    if slots == 0 { return }
    let distance = slots < 0 || slots >= Self.span ? 16 : UInt16(slots)
    for step in 0..<8 { seen[step] = (seen[step] << distance) & 0x1ff }
  }

  package mutating func judge(_ limits: WindowLimits) -> WindowLevel {
    var reached = 0
    // Walk from old to new: a step may lie in the same slot as the step before it.
    var earliest = Self.span - 1
    for step in 0..<limits.steps {
      let candidates = limits.ordered ? seen[step] & UInt16((1 << (earliest + 1)) - 1) : seen[step]
      if candidates == 0 { break }
      if limits.ordered { earliest = Int64(15 - candidates.leadingZeroBitCount) }
      reached += 1
    }
    return WindowLevel.of(reached, limits.steps)
  }

  package var events: Int { Int(ring.total) }
  package var firstSlot: Int64 { ring.firstUsed }

  package mutating func explain(_ limits: WindowLimits) -> String {
    "\(limits.steps) kinds of event\(limits.ordered ? " in order" : "") within one span"
  }
}
