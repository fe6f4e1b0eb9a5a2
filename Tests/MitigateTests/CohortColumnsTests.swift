import Model
import Testing

@testable import Mitigate

@Test("thinning keeps a small attack whole beside much baseline, and counts every event")
func thinning() {
  let columns = CohortColumns(attacks: 2, limit: 2_000)
  var random = SeededRandom(seed: 4)
  var expected = [0, 0, 0]
  for _ in 0..<40 {
    let batch = Batches.random(rows: 300, &random)
    let words = (batch.count + 63) / 64
    var (small, large) = ([UInt64](repeating: 0, count: words), [UInt64](repeating: 0, count: words))
    small[0] = 0b101
    for word in 0..<words { large[word] = 0xff00 }
    for row in 0..<batch.count {
      let isSmall = row == 0 || row == 2
      let isLarge = (8..<16).contains(row % 64)
      if isSmall { expected[0] += 1 }
      if isLarge { expected[1] += 1 }
      if !isSmall && !isLarge { expected[2] += 1 }
    }
    columns.take(batch, attacks: [small, large], baseline: [UInt64](repeating: ~0, count: words))
  }
  #expect(columns.cohorts.map(\.events) == expected)
  #expect(columns.rows(ofAttack: 0).count == expected[0])
  #expect(columns.count <= 2_000)
  // The thinned rows stand for the baseline as a whole.
  let kept = columns.baselineRows().count << columns.cohorts[2].thinning
  #expect(abs(kept - expected[2]) < expected[2] / 5)
}
