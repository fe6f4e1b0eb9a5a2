import Model

/// One batch as it is folded: rows, hashes, event times without holes, and which rows turned out to belong to an alert.
final class FoldContext {
  unowned(unsafe) var batch: EventBatch
  unowned(unsafe) var observations: Observations
  private(set) var times: UnsafeMutablePointer<Int64>
  private(set) var attack: UnsafeMutablePointer<UInt64>
  private var capacity = 0
  /// The event time reached so far: what a row without a time is given.
  private(set) var clock: Int64 = 0
  private(set) var isWeighted = false
  /// Rows that somebody expects; nil where nothing is excused.
  private(set) var excuses: Excuses?
  /// Whether what is usual is learned from these events; false where it was before.
  private(set) var learns = true

  init(batch: EventBatch, observations: Observations) {
    self.batch = batch
    self.observations = observations
    times = .allocate(capacity: 1)
    attack = .allocate(capacity: 1)
  }

  deinit {
    times.deallocate()
    attack.deallocate()
  }

  func begin(_ batch: EventBatch, _ observations: Observations, _ excuses: Excuses?, learns: Bool) {
    self.excuses = excuses
    self.learns = learns
    self.batch = batch
    self.observations = observations
    isWeighted = batch.isTouched(.weight)
    if batch.count > capacity {
      capacity = max(batch.count, 4096)
      times.deallocate()
      attack.deallocate()
      times = .allocate(capacity: capacity)
      attack = .allocate(capacity: (capacity + 63) / 64)
    }
    attack.update(repeating: 0, count: observations.words)
    let column = batch.column(.time)
    for row in 0..<batch.count {
      if column[row] != EventBatch.absentCell { clock = Int64(bitPattern: column[row]) }
      times[row] = clock
    }
  }

  @inline(__always) func weight(_ row: Int) -> UInt32 {
    guard isWeighted, let weight = batch.number(.weight, row), weight > 0 else { return 1 }
    return UInt32(clamping: weight)
  }

  @inline(__always) func markAttack(_ row: Int) { attack[row / 64] |= 1 << UInt64(row % 64) }
}
