import Model

/// What one worker observed in one batch, compact and reused: a bitmap a condition, a column of hashes a key.
///
/// Valid until the same worker observes its next batch.
package final class Observations {
  let columnCount: Int
  let conditionCount: Int
  package private(set) var rows = 0
  /// 64-bit words of one bitmap.
  private(set) var words = 0
  private var capacity = 0
  private var hits: UnsafeMutablePointer<UInt64>
  private var cells: UnsafeMutablePointer<UInt64>

  init(conditionCount: Int, columnCount: Int) {
    self.conditionCount = conditionCount
    self.columnCount = columnCount
    hits = .allocate(capacity: 1)
    cells = .allocate(capacity: 1)
  }

  deinit {
    hits.deallocate()
    cells.deallocate()
  }

  func prepare(rows: Int) {
    self.rows = rows
    words = (rows + 63) / 64
    guard rows > capacity else { return }
    capacity = max(rows, 4096)
    hits.deallocate()
    cells.deallocate()
    hits = .allocate(capacity: max(1, conditionCount) * ((capacity + 63) / 64))
    cells = .allocate(capacity: columnCount * capacity)
  }

  /// The bitmap of one condition.
  @inline(__always) func bitmap(_ condition: Int) -> UnsafeMutablePointer<UInt64> { hits + condition &* words }
  /// The cells of one column; only rows that some user of the column matched are filled.
  @inline(__always) func column(_ index: Int) -> UnsafeMutablePointer<UInt64> { cells + index &* capacity }
}

/// Calls `body` with each row whose bit is set, ascending.
@inline(__always)
func forEachRow(_ word: UInt64, _ index: Int, _ body: (Int) -> Void) {
  var bits = word
  while bits != 0 {
    body(index &* 64 &+ bits.trailingZeroBitCount)
    bits &= bits &- 1
  }
}
