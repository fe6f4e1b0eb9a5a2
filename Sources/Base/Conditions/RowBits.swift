import Model

/// Which rows of a batch a condition holds for: one bit a row, valid until the scratch evaluates again.
package struct RowBits {
  /// Bit `row % 64` of word `row / 64`; the bits behind the last row are zero.
  package let words: UnsafePointer<UInt64>
  package let rows: Int

  @inlinable package init(words: UnsafePointer<UInt64>, rows: Int) {
    self.words = words
    self.rows = rows
  }

  @inlinable package var wordCount: Int { (rows &+ 63) >> 6 }

  @inlinable package subscript(row: Int) -> Bool { words[row >> 6] >> UInt64(row & 63) & 1 == 1 }

  @inlinable package var count: Int {
    var count = 0
    for word in 0..<wordCount { count &+= words[word].nonzeroBitCount }
    return count
  }

  @inlinable package var isEmpty: Bool {
    for word in 0..<wordCount where words[word] != 0 { return false }
    return true
  }

  /// Calls `body` with each row, in order.
  @inlinable package func forEach(_ body: (Int) -> Void) {
    for word in 0..<wordCount {
      var bits = words[word]
      while bits != 0 {
        body(word &<< 6 | bits.trailingZeroBitCount)
        bits &= bits &- 1
      }
    }
  }
}
