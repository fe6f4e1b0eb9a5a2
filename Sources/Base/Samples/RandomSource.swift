import Glibc

/// Numbers from a seed: the same seed gives the same traffic on every machine.
///
/// Source: Steele, Lea, Flood 2014, "Fast Splittable Pseudorandom Number Generators" (SplitMix64).
struct RandomSource {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    return Self.mix(state)
  }

  /// A number that always belongs to `value`: how clients and pages keep their traits without a table.
  static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// From 0 up to, not including, `bound`; 0 for a bound of 0.
  mutating func below(_ bound: Int) -> Int {
    Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(max(bound, 1))).high)
  }

  mutating func within(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + below(range.upperBound - range.lowerBound + 1)
  }

  /// From 0 up to, not including, 1.
  mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  mutating func chance(_ probability: Double) -> Bool { unit() < probability }

  mutating func exponential(mean: Double) -> Double { -mean * log(1 - unit()) }

  /// How many more: 0 with probability 1 − `more`, 1 with `more` × (1 − `more`), and so on, at most `limit`.
  mutating func geometric(more: Double, limit: Int) -> Int {
    var count = 0
    while count < limit, chance(more) { count += 1 }
    return count
  }
}

/// Draws a rank from 0 with probability falling as 1 / (rank + 1) to the power of `exponent`, in constant time.
///
/// Source: Vose 1991, "A linear algorithm for generating random numbers with a given distribution" (alias tables).
struct ZipfTable {
  private var keep: [Double]
  private var alias: [UInt32]

  init(count: Int, exponent: Double) {
    let weights = (0..<count).map { pow(Double($0 + 1), -exponent) }
    let total = weights.reduce(0, +)
    keep = weights.map { $0 / total * Double(count) }
    alias = (0..<count).map { UInt32($0) }
    var small = keep.indices.filter { keep[$0] < 1 }
    var large = keep.indices.filter { keep[$0] >= 1 }
    while let low = small.popLast(), let high = large.last {
      alias[low] = UInt32(high)
      keep[high] -= 1 - keep[low]
      if keep[high] < 1 {
        large.removeLast()
        small.append(high)
      }
    }
  }

  func draw(_ random: inout RandomSource) -> Int {
    let slot = random.below(keep.count)
    return random.unit() < keep[slot] ? slot : Int(alias[slot])
  }
}
