import Testing

@testable import Windows

@Suite("What is usual in each hour of the week")
struct SeasonTests {
  private static let week: Int64 = 168
  /// A Monday, 09:00 UTC.
  private static let monday: Int64 = 494_865

  private func baseline(_ weeks: [(events: Int, isTroubled: Bool)]) -> SeasonalBaseline {
    var baseline = SeasonalBaseline(slotsPerHour: 360)
    for (week, (events, isTroubled)) in weeks.enumerated() {
      let hour = Self.monday + Int64(week) * Self.week
      for number in 0..<events {
        baseline.observe(
          WindowEvent(slot: hour * 360 + Int64(number % 360), marks: number % 2 == 0 ? 1 : 0), isTroubled: isTroubled)
      }
    }
    return baseline
  }

  private func level(_ weeks: [(events: Int, isTroubled: Bool)]) -> SeasonalLevel? {
    baseline(weeks).level(hour: Self.monday + Int64(weeks.count) * Self.week)
  }

  @Test("the same hour of earlier weeks says what is usual, and no other hour does") func usual() throws {
    let weeks = [(3_600, false), (7_200, false), (3_600, false)]
    let level = try #require(self.level(weeks))
    #expect(level.median == 10 && level.spread == 0 && level.weeks == 3 && level.busiest == 10)
    #expect(level.assetShare == 0.5)
    #expect(level.words == "Mondays from 09:00 UTC usually bring 10 a slot and 10 in the busiest (3 weeks)")
    #expect(baseline(weeks).level(hour: Self.monday + 3 * Self.week + 1) == nil)
    #expect(SeasonalBaseline(slotsPerHour: 360).level(hour: Self.monday) == nil)
  }

  @Test("one attacked week changes nothing, and attack after attack teaches slowly") func attacks() throws {
    #expect(try #require(level([(3_600, false), (360_000, true), (3_600, false)])).median == 10)
    #expect(try #require(level([(3_600, false), (360_000, false), (3_600, false)])).median == 10)
    // Every later week attacked: never more than twice what the calm one had.
    #expect(try #require(level([(3_600, false)] + Array(repeating: (360_000, true), count: 6))).median == 20)
    #expect(level([(360_000, true)]) == nil)
  }

  @Test("growth that lasts is learned, what is older than eight weeks is forgotten") func growth() throws {
    let weeks = Array(repeating: (events: 3_600, isTroubled: false), count: 8)
    let grown = weeks + Array(repeating: (events: 36_000, isTroubled: false), count: 7)
    #expect(try #require(level(grown)).median == 100)
    #expect(baseline(grown).hours.count == 8)
  }

  /// Random events over three weeks, in order.
  private func events(_ seed: UInt64) -> [(event: WindowEvent, isTroubled: Bool)] {
    var dice = Dice(state: seed)
    let slots = (0..<400).map { _ in Self.monday * 360 + Int64(Int.random(in: 0..<181_440, using: &dice)) }.sorted()
    return slots.map { slot in
      (
        WindowEvent(
          slot: slot, weight: UInt32(Int.random(in: 1..<9, using: &dice)),
          marks: UInt8(Int.random(in: 0..<2, using: &dice))),
        Int.random(in: 0..<20, using: &dice) == 0
      )
    }
  }

  private func seen(_ events: some Sequence<(event: WindowEvent, isTroubled: Bool)>) -> SeasonalBaseline {
    var baseline = SeasonalBaseline(slotsPerHour: 360)
    for (event, isTroubled) in events { baseline.observe(event, isTroubled: isTroubled) }
    return baseline
  }

  @Test("two pieces of time merge to what one saw, in either order", arguments: 1...20)
  func pieces(seed: UInt64) {
    let all = events(seed)
    // Cut where a slot ends.
    let cut = all.indices.dropFirst(100).first { all[$0].event.slot != all[$0 - 1].event.slot }!
    let (early, late) = (seen(all[..<cut]), seen(all[cut...]))
    var (forward, backward) = (early, late)
    forward.merge(late)
    backward.merge(early)
    let whole = seen(all)
    for (number, hour) in whole.hours {
      #expect(forward[number].events == hour.events && forward[number].assets == hour.assets)
      #expect(forward[number].isTroubled == hour.isTroubled && forward[number] == backward[number])
      #expect(forward[number].busiest >= hour.busiest)
    }
    #expect(forward.hours.count == whole.hours.count)
  }

  @Test("workers that share the events merge to the same counts, in any grouping", arguments: 1...20)
  func workers(seed: UInt64) {
    let all = events(seed)
    let parts = (0..<3).map { part in seen(all.enumerated().filter { $0.offset % 3 == part }.map(\.element)) }
    var left = parts[0]
    left.merge(parts[1])
    left.merge(parts[2])
    var right = parts[1]
    right.merge(parts[2])
    var first = parts[0]
    first.merge(right)
    let whole = seen(all)
    for (number, hour) in whole.hours {
      #expect(left[number] == first[number] && left[number].events == hour.events)
      #expect(left[number].busiest >= hour.busiest)
    }
  }

  @Test("learning the same twice changes nothing", arguments: 1...5) func twice(seed: UInt64) {
    let all = events(seed)
    var baseline = seen(all)
    baseline.join(seen(all))
    #expect(baseline.hours.map(\.hour) == seen(all).hours.map(\.hour))
    baseline.join(seen(all.prefix(100)))
    #expect(baseline.events == seen(all).events)
  }

  @Test("one wrong clock makes nothing forgotten, a clock that was wrong before does in the end") func clocks() {
    var baseline = self.baseline([(3_600, false)])
    let far = (Self.monday + 100 * Self.week) * 360
    for _ in 0..<999 { baseline.observe(WindowEvent(slot: far), isTroubled: false) }
    #expect(baseline.events == 3_600)
    baseline.observe(WindowEvent(slot: far), isTroubled: false)
    #expect(baseline.events == 1)
    baseline.observe(WindowEvent(slot: 0), isTroubled: false)
    #expect(baseline.events == 1)
  }

  /// A surge window after `minutes` of a rate a slot, then one slot of a flood with errors.
  private func flood(before: Int, minutes: Int, peak: Int, season: SeasonalLevel?) -> (WindowLevel, String) {
    var limits = WindowLimits()
    (limits.events, limits.factor, limits.share, limits.distinct) = (300, 5, 0.3, 40)
    func address(_ number: Int) -> UInt64 {
      var dice = Dice(state: UInt64(number))
      return dice.next()
    }
    var window = Surge()
    window.expect(season)
    for slot in 0..<(minutes * 6) {
      for source in 0..<before { window.observe(WindowEvent(slot: Int64(slot), value: address(source))) }
    }
    for source in 0..<peak {
      window.observe(WindowEvent(slot: Int64(minutes * 6), value: address(source), marks: 2))
    }
    return (window.judge(limits), window.explain(limits))
  }

  @Test("a surge is judged by the hour's own level as well, and says so") func surge() {
    let quiet = SeasonalLevel(hourOfWeek: 9, weeks: 4, median: 20, spread: 2, busiest: 60, assetShare: 0)
    var rush = quiet
    (rush.median, rush.busiest) = (20, 900)
    #expect(flood(before: 20, minutes: 8, peak: 1_000, season: nil).0 == .reached)
    let (level, words) = flood(before: 20, minutes: 8, peak: 1_000, season: quiet)
    #expect(level == .reached && words.contains("Mondays from 09:00 UTC usually bring 20 a slot and 60"))
    // What comes in this hour every week is no flood.
    #expect(flood(before: 20, minutes: 8, peak: 1_000, season: rush).0 != .reached)
    #expect(flood(before: 20, minutes: 8, peak: 1_400, season: rush).0 == .reached)
    // The first minute after a start has a baseline.
    #expect(flood(before: 20, minutes: 0, peak: 1_000, season: nil).0 != .reached)
    #expect(flood(before: 20, minutes: 0, peak: 1_000, season: quiet).0 == .reached)
    // A rate that was high in the minutes before is no excuse once the hour is known.
    #expect(flood(before: 300, minutes: 8, peak: 1_000, season: nil).0 != .reached)
    #expect(flood(before: 300, minutes: 8, peak: 1_000, season: quiet).0 == .reached)
  }
}
