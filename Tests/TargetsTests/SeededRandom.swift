import Model

/// The same numbers for the same seed, so that a failure can be had again.
struct SeededRandom: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    return hashMix(state, 0xbf58_476d_1ce4_e5b9)
  }

  mutating func pick<T>(_ list: [T]) -> T { list.randomElement(using: &self)! }
  mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }
}
