/// Counts in the last `size` slots of time: the ground of every sliding window here.
///
/// Time is cut into slots of one width that start at whole multiples of it, so that windows of different workers line
/// up and merge by adding slot to slot. With slots of an eighth of the span, nine of them cover the span at least and
/// nine eighths of it at most. Memory: four bytes a slot.
package struct SlotRing<let size: Int>: Sendable {
  @usableFromInline var slots: InlineArray<size, UInt32>
  /// Number of the newest slot; `empty` before the first event.
  package internal(set) var newest: Int64
  /// Sum over all slots.
  package internal(set) var total: UInt32

  @inlinable package static var empty: Int64 { .min }
  /// An event this many rings older than the newest slot is not late: the clock was set back.
  @inlinable static var patience: Int64 { 64 }

  @inlinable package init() {
    slots = InlineArray(repeating: 0)
    newest = Self.empty
    total = 0
  }

  @inlinable func index(_ slot: Int64) -> Int {
    let size = Int64(truncatingIfNeeded: self.slots.count)
    let rest = slot % size
    return Int(truncatingIfNeeded: rest < 0 ? rest + size : rest)
  }

  @inlinable package var isEmpty: Bool { newest == Self.empty }

  /// Number of the oldest slot that still counts.
  @inlinable package var oldest: Int64 {
    isEmpty ? newest : newest &- Int64(truncatingIfNeeded: slots.count) &+ 1
  }

  /// Adds to one slot; false where the slot has left the ring already (a late event, which is not counted).
  @inlinable @discardableResult package mutating func add(_ count: UInt32, slot: Int64) -> Bool {
    if slot != newest, !move(to: slot) { return false }
    let at = index(slot)
    slots[at] = saturated(slots[at], count)
    total = saturated(total, count)
    return true
  }

  /// Forgets the slots that end before a window whose newest slot is `slot`; false where `slot` itself is forgotten.
  @inlinable package mutating func move(to slot: Int64) -> Bool {
    let size = Int64(truncatingIfNeeded: slots.count)
    if isEmpty || slot &- newest >= size || newest &- slot > size &* Self.patience {
      slots = InlineArray(repeating: 0)
      total = 0
      newest = slot
      return true
    }
    if slot <= newest { return newest &- slot < size }
    while newest < slot {
      newest += 1
      let at = index(newest)
      total -= min(total, slots[at])
      slots[at] = 0
    }
    return true
  }

  @inlinable package subscript(slot: Int64) -> UInt32 {
    isEmpty || slot > newest || slot < oldest ? 0 : slots[index(slot)]
  }

  /// Number of the oldest slot that holds something.
  @inlinable package var firstUsed: Int64 {
    var slot = oldest
    while slot < newest, slots[index(slot)] == 0 { slot += 1 }
    return slot
  }

  /// Adds another ring's slots to this one's; the later of the two decides what is too old.
  package mutating func merge(_ other: SlotRing) {
    guard !other.isEmpty else { return }
    let end = isEmpty ? other.newest : max(newest, other.newest)
    _ = move(to: end)
    var slot = max(other.oldest, oldest)
    while slot <= other.newest {
      add(other[slot], slot: slot)
      slot += 1
    }
  }

  @inlinable func saturated(_ a: UInt32, _ b: UInt32) -> UInt32 {
    let (sum, overflow) = a.addingReportingOverflow(b)
    return overflow ? .max : sum
  }
}
