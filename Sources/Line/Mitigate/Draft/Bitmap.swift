/// One bit a row of a cohort.
struct Bitmap: Sendable {
  private(set) var words: [UInt64]

  init(rows: Int) { words = Array(repeating: 0, count: (rows + 63) / 64) }

  mutating func set(_ row: Int) { words[row >> 6] |= 1 << UInt64(row & 63) }

  var count: Int { words.reduce(0) { $0 &+ $1.nonzeroBitCount } }

  func count(within other: Bitmap) -> Int {
    var count = 0
    for (a, b) in zip(words, other.words) { count &+= (a & b).nonzeroBitCount }
    return count
  }

  mutating func formIntersection(_ other: Bitmap) { for index in words.indices { words[index] &= other.words[index] } }
  mutating func formUnion(_ other: Bitmap) { for index in words.indices { words[index] |= other.words[index] } }
}
