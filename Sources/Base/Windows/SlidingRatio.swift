/// The share of events that bear mark 0, in a sliding span of time.
package struct SlidingRatio: Window {
  var all = SlotRing<9>()
  var marked = SlotRing<9>()
  var values = SlidingDistinct()

  package init() {}

  package mutating func observe(_ event: WindowEvent) {
    all.add(event.weight, slot: event.slot)
    if event.marks & 1 == 1 { marked.add(event.weight, slot: event.slot) } else { _ = marked.move(to: all.newest) }
    if event.value != 0 { values.observe(event.value, slot: event.slot) }
  }

  package mutating func merge(_ other: SlidingRatio) {
    all.merge(other.all)
    marked.merge(other.marked)
    if !all.isEmpty { _ = marked.move(to: all.newest) }
    values.merge(other.values)
  }

  package mutating func rest(at slot: Int64) { values.rest(at: slot) }
  package var heldBytes: Int { values.heldBytes }

  package mutating func judge(_ limits: WindowLimits) -> WindowLevel {
    var level = WindowLevel.of(events, limits.events)
    if level == .quiet { return level }
    if limits.distinct > 0 { level = min(level, .of(values.count(), limits.distinct)) }
    let share = share
    if share >= limits.share, share <= limits.atMostShare { return level }
    return .quiet
  }

  var share: Double { all.total == 0 ? 0 : Double(marked.total) / Double(all.total) }
  package var events: Int { Int(all.total) }
  package var firstSlot: Int64 { all.firstUsed }
  package func counted(_ limits: WindowLimits) -> Int { limits.countsPart ? Int(marked.total) : events }

  package mutating func explain(_ limits: WindowLimits) -> String {
    let distinct = limits.distinct > 0 ? "\(values.count()) \(limits.noun) in " : ""
    return
      "\(distinct)\(events) events, \(Int((share * 100).rounded())) % of them \(limits.share > 0 ? "as described" : "assets")"
  }
}
