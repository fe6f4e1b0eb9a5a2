import Testing

@testable import Windows

/// A small generator with a seed, so that every run tests the same streams.
struct Dice: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}

/// Events in time order, with pauses that pass whole windows now and then.
func stream(_ seed: UInt64, count: Int, values: UInt64 = 40) -> [WindowEvent] {
  var dice = Dice(state: seed)
  var slot = Int64.random(in: -100...100, using: &dice)
  return (0..<count).map { _ in
    if Int.random(in: 0..<4, using: &dice) == 0 { slot += Int64.random(in: 0...3, using: &dice) }
    if Int.random(in: 0..<60, using: &dice) == 0 { slot += 20 }
    return WindowEvent(
      slot: slot, value: UInt64.random(in: 1...values, using: &dice) &* 0x9e37_79b9_7f4a_7c15,
      weight: UInt32.random(in: 1...3, using: &dice), marks: UInt8.random(in: 0...3, using: &dice))
  }
}

@Suite("Windows")
struct WindowTests {
  @Test("a count equals a naive recount at every event", arguments: 1...20 as ClosedRange<UInt64>)
  func count(seed: UInt64) {
    var window = SlidingCount()
    var seen: [WindowEvent] = []
    for event in stream(seed, count: 400) {
      window.observe(event)
      seen.append(event)
      let live = seen.filter { event.slot - $0.slot < 9 }
      #expect(window.events == live.reduce(0) { $0 + Int($1.weight) })
      #expect(window.firstSlot == live.map(\.slot).min())
    }
  }

  @Test("distinct values equal a naive recount while exact", arguments: 1...20 as ClosedRange<UInt64>)
  func distinct(seed: UInt64) {
    var window = SlidingDistinct()
    var seen: [WindowEvent] = []
    for event in stream(seed, count: 600) {
      window.observe(event.value, slot: event.slot)
      seen.append(event)
      #expect(window.count() == Set(seen.filter { event.slot - $0.slot < 9 }.map(\.value)).count)
    }
  }

  @Test("distinct values beyond the exact limit are estimated within a tenth") func estimated() {
    var window = SlidingDistinct()
    var dice = Dice(state: 7)
    for number in 0..<20_000 { window.observe(dice.next() | 1, slot: Int64(number / 4_000)) }
    #expect(window.isEstimate)
    #expect((18_000...22_000).contains(window.count()))
    for number in 0..<100 { window.observe(dice.next() | 1, slot: 40 + Int64(number / 50)) }
    #expect((85...115).contains(window.count()))
  }

  @Test("what has left a window gives its memory back, and nothing is judged otherwise", arguments: [5, 2_000])
  func rest(distinct: Int) {
    var window = SlidingDistinct()
    for value in 0..<distinct { window.observe(UInt64(value + 1) &* 0x9e37_79b9_7f4a_7c15, slot: 10) }
    let held = window.heldBytes
    window.rest(at: 18)
    #expect(window.heldBytes == held && held > 0)
    var rested = window
    rested.rest(at: 19)
    #expect(rested.heldBytes == 0)
    for value in 1...3 as ClosedRange<UInt64> {
      window.observe(value &* 0x9e37_79b9_7f4a_7c15, slot: 19)
      rested.observe(value &* 0x9e37_79b9_7f4a_7c15, slot: 19)
    }
    #expect(rested.count() == 3 && window.count() == 3)
  }

  @Test("windows merged from any cut judge as one window does", arguments: 1...20 as ClosedRange<UInt64>)
  func merges(seed: UInt64) {
    let events = stream(seed, count: 300)
    check(SlidingCount.self, events, seed)
    check(SlidingDistinctCount.self, events, seed)
    check(SlidingRatio.self, events, seed)
    check(FailuresThenSuccess.self, events, seed)
    check(StepsInOrder.self, events, seed)
    check(Cadence.self, events, seed)
    check(Surge.self, events, seed)
    check(SlidingQuantile.self, events, seed)
  }

  private func check<W: Window>(_: W.Type, _ events: [WindowEvent], _ seed: UInt64) {
    var whole = W(), left = W(), right = W()
    var dice = Dice(state: seed &* 77)
    var limits = WindowLimits()
    limits.events = 8
    limits.distinct = 5
    limits.share = 0.4
    limits.factor = 2
    limits.variation = 0.9
    limits.steps = 2
    limits.ordered = true
    limits.value = 10
    for event in events {
      whole.observe(event)
      if Bool.random(using: &dice) { left.observe(event) } else { right.observe(event) }
      var merged = left
      merged.merge(right)
      #expect(merged.judge(limits) == whole.judge(limits), "\(W.self)")
      #expect(merged.events == whole.events, "\(W.self)")
      #expect(merged.firstSlot == whole.firstSlot, "\(W.self)")
    }
  }

  @Test("a clock set far back begins anew, a late event does not count") func clocks() {
    var window = SlidingCount()
    window.observe(WindowEvent(slot: 1_000))
    window.observe(WindowEvent(slot: 980))
    #expect(window.events == 1)
    window.observe(WindowEvent(slot: 5))
    #expect(window.events == 1 && window.firstSlot == 5)
  }

  @Test("a regular client has a cadence, a bursty one has not") func cadence() {
    var limits = WindowLimits()
    limits.events = 100
    limits.variation = 0.15
    var clock = Cadence(), person = Cadence()
    var dice = Dice(state: 3)
    for slot in 0..<40 as Range<Int64> {
      for _ in 0..<5 { clock.observe(WindowEvent(slot: slot)) }
      for _ in 0..<Int.random(in: 0...10, using: &dice) { person.observe(WindowEvent(slot: slot)) }
    }
    #expect(clock.judge(limits) == .reached)
    #expect(person.judge(limits) != .reached)
  }

  @Test("a flood without assets is a surge, a crowd that loads the page's parts is not") func surge() {
    var limits = WindowLimits()
    limits.events = 50
    limits.factor = 5
    limits.distinct = 20
    limits.share = 0.5
    func traffic(_ flood: (inout Surge) -> Void) -> WindowLevel {
      var window = Surge()
      for slot in 0..<40 as Range<Int64> {
        for visitor in 0..<4 as Range<UInt64> {
          window.observe(WindowEvent(slot: slot, value: visitor + 1))
          window.observe(WindowEvent(slot: slot, value: visitor + 1, marks: 1))
        }
      }
      flood(&window)
      return window.judge(limits)
    }
    #expect(
      traffic { w in for n in 0..<200 as Range<UInt64> { w.observe(WindowEvent(slot: 40, value: n + 9)) } } == .reached)
    #expect(
      traffic { w in
        for n in 0..<200 as Range<UInt64> { w.observe(WindowEvent(slot: 40, value: n + 9, marks: UInt8(n & 1))) }
      } != .reached)
  }
}
