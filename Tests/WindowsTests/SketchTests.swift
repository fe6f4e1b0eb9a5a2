import Testing

@testable import Windows

@Suite("Sketches")
struct SketchTests {
  @Test("HyperLogLog is within a tenth and merges to what one sketch would be", arguments: [10, 1_000, 50_000])
  func distinct(number: Int) {
    var dice = Dice(state: UInt64(number))
    var whole = HyperLogLog(), left = HyperLogLog(), right = HyperLogLog()
    for index in 0..<number {
      let hash = dice.next()
      whole.observe(hash)
      if index % 3 == 0 { left.observe(hash) } else { right.observe(hash) }
    }
    left.merge(right)
    #expect(left == whole)
    #expect(abs(Double(whole.estimate) / Double(number) - 1) < 0.1)
  }

  @Test("quantiles are within the promised 5 %, merged or not") func quantiles() {
    var sketch = DDSketch(), other = DDSketch()
    for number in 1...10_000 as ClosedRange<Int64> {
      if number % 2 == 0 { sketch.observe(number) } else { other.observe(number) }
    }
    sketch.merge(other)
    for q in [0.1, 0.5, 0.9, 0.99] { #expect(abs(sketch.quantile(q) / (q * 10_000) - 1) < 0.06) }
  }

  @Test("frequent items are exact while they fit, and hold the heavy ones when they do not") func frequent() {
    var items = FrequentItems(capacity: 64)
    var dice = Dice(state: 5)
    for number in 0..<20_000 {
      let key = number % 4 == 0 ? "heavy" : number % 9 == 0 ? "second" : "rare\(dice.next() % 5_000)"
      let bytes = Array(key.utf8)
      bytes.withUnsafeBufferPointer { text in
        items.observe(bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }, text)
      }
    }
    let top = items.top(2).map { String(decoding: $0.text, as: UTF8.self) }
    #expect(top == ["heavy", "second"])
    #expect(items.count <= 64)
    #expect(items.error > 0)
    #expect(abs(items.top(1)[0].count - 5_000) <= Int(items.error))
  }
}
