/// A set of small numbers while a plan is made; all sets of a program have the same number of words.
struct BitSet: Sendable {
  private(set) var words: [UInt64]

  init(count: Int) { words = Array(repeating: 0, count: (count + 63) / 64) }

  mutating func insert(_ number: Int) { words[number >> 6] |= 1 << UInt64(number & 63) }

  mutating func formUnion(_ other: BitSet) {
    for index in words.indices { words[index] |= other.words[index] }
  }

  func meets(_ other: BitSet) -> Bool {
    zip(words, other.words).contains { $0 & $1 != 0 }
  }
}
