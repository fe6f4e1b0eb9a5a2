import Model
import Testing

@Test("a share's interval holds the share, stays within 0 and 1, and narrows with more evidence")
func intervals() {
  for whole in [0, 1, 3, 20, 1_000, 1_000_000] {
    for part in Set([0, 1, whole / 3, whole]) where part <= whole {
      let share = Share(part, of: whole)
      #expect(share.low >= 0 && share.high <= 1)
      #expect(share.low <= share.value && share.value <= share.high)
    }
  }
  // Three of three is no proof; none of 1,000 leaves less than half a percent.
  #expect(Share(3, of: 3).low < 0.5)
  #expect(Share(0, of: 1_000).high < 0.005)
  #expect(Share(0, of: 1_000).high > Share(0, of: 10_000).high)
}
