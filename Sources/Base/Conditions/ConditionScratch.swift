import Model

/// What one worker needs to judge a `ConditionSet`, and the answers for the last batch. Not shared between threads.
package final class ConditionScratch {
  let set: ConditionSet
  let text = ScratchText()
  let regex = RegexScratch()
  let bits: TestBits
  let addresses: [AddressCache]
  let memories: [TextMemory]
  /// The rows of the stage at hand.
  private(set) var need: UnsafeMutablePointer<UInt64>
  /// Bitmaps for the levels of the deepest condition.
  private(set) var levels: UnsafeMutablePointer<UInt64>
  private var answers: UnsafeMutablePointer<UInt64>
  private var rows = 0
  private var stride = 0

  init(for set: ConditionSet) {
    self.set = set
    bits = TestBits(tests: set.code.tests.count)
    addresses = set.addresses.map { _ in AddressCache() }
    let scan = ScanScratch()
    memories = set.texts.map { group in
      precondition(group.admit(scan), "no memory for a scan's working space")
      return TextMemory(scan: scan)
    }
    need = .allocate(capacity: 1)
    levels = .allocate(capacity: 1)
    answers = .allocate(capacity: 1)
  }

  deinit {
    need.deallocate()
    levels.deallocate()
    answers.deallocate()
  }

  func prepare(rows: Int) {
    bits.prepare(rows: rows)
    self.rows = rows
    let needed = (rows + 63) / 64
    if needed <= stride { return }
    stride = needed
    for old in [need, levels, answers] { old.deallocate() }
    need = .allocate(capacity: stride)
    levels = .allocate(capacity: stride * (2 * set.plan.depth + 4))
    answers = .allocate(capacity: max(stride * set.conditions.count, 1))
  }

  func words(of condition: Int) -> UnsafeMutablePointer<UInt64> { answers + condition * stride }

  /// The rows of the last batch that the condition with this number holds for.
  package func matches(_ condition: Int) -> RowBits {
    precondition(set.conditions.indices.contains(condition), "no condition of that number")
    return RowBits(words: words(of: condition), rows: rows)
  }

  /// Calls `body` with each row that the condition holds for, in order.
  package func forEachMatch(_ condition: Int, _ body: (Int) -> Void) { matches(condition).forEach(body) }
}
