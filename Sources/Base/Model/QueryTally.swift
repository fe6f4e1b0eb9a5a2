/// What one condition matched in the whole input, counted exactly in the second pass ("recount").
package struct QueryTally: Sendable, Codable, Equatable {
  /// Events that match, weights applied.
  package var events: Int
  /// First and last match (ns since 1970 UTC), nil without a match.
  package var firstSeen: Int64?
  package var lastSeen: Int64?
  /// Matches per slot of the traffic's timeline (`TrafficSummary.slotIndex`); empty where nobody counted by slot.
  package var slots: [Int]

  package init(events: Int = 0, firstSeen: Int64? = nil, lastSeen: Int64? = nil, slots: [Int] = []) {
    self.events = events
    self.firstSeen = firstSeen
    self.lastSeen = lastSeen
    self.slots = slots
  }

  /// Counts one match; `slotCount` is the traffic's.
  package mutating func add(at time: Int64, weight: Int, slot: Int?, slotCount: Int) {
    events &+= weight
    firstSeen = min(firstSeen ?? time, time)
    lastSeen = max(lastSeen ?? time, time)
    guard let slot else { return }
    if slots.isEmpty { slots = [Int](repeating: 0, count: slotCount) }
    if slot < slots.count { slots[slot] &+= weight }
  }

  /// Joins what two workers counted.
  package mutating func merge(_ other: QueryTally) {
    events &+= other.events
    firstSeen = [firstSeen, other.firstSeen].compactMap { $0 }.min()
    lastSeen = [lastSeen, other.lastSeen].compactMap { $0 }.max()
    if slots.isEmpty {
      slots = other.slots
    } else {
      for (slot, count) in other.slots.enumerated() { slots[slot] &+= count }
    }
  }
}

extension TrafficSummary {
  /// Slots from the timeline's start to the last event, gaps included; 0 without events, 100,000 at most.
  package var slotCount: Int {
    timeline.isEmpty ? 0 : min(100_000, max(0, index(of: max(lastSeen, timeline[timeline.count - 1].at))) + 1)
  }

  /// Which slot holds this instant, or nil outside the timeline.
  package func slotIndex(of time: Int64) -> Int? {
    guard let start = timeline.first?.at, time >= start else { return nil }
    let slot = index(of: time)
    return slot < slotCount ? slot : nil
  }

  /// Start of a slot (ns since 1970 UTC).
  package func slotStart(_ index: Int) -> Int64 { (timeline.first?.at ?? 0) &+ Int64(index) &* slotWidth }

  private var slotWidth: Int64 { Int64(max(1, slotSeconds)) &* 1_000_000_000 }

  private func index(of time: Int64) -> Int { Int(UTCTime.span(from: timeline[0].at, to: time) / slotWidth) }
}
