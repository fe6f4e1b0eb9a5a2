import Conditions
import Model

/// One thread's observing: pure, no state over batches but its buffers.
package final class DetectWorker {
  private let detector: Detector
  private let scratch: ConditionScratch
  private let observations: Observations

  init(_ detector: Detector) {
    self.detector = detector
    scratch = detector.conditions.makeScratch()
    observations = Observations(
      conditionCount: detector.plan.conditionCount + detector.plan.firingCount, columnCount: detector.plan.columns.count
    )
  }

  /// Evaluates every condition and hashes the keys and values that the matching rows need.
  package func observe(_ batch: EventBatch) -> Observations {
    observations.prepare(rows: batch.count)
    guard batch.count > 0 else { return observations }
    detector.conditions.evaluate(batch, scratch)
    for index in 0..<detector.plan.conditionCount {
      observations.bitmap(index).update(from: scratch.matches(index).words, count: observations.words)
    }
    for firing in 0..<detector.plan.firingCount {
      observations.bitmap(detector.plan.conditionCount + firing).update(repeating: 0, count: observations.words)
    }
    for index in detector.plan.columns.indices { fill(index, batch) }
    return observations
  }

  private func fill(_ index: Int, _ batch: EventBatch) {
    let column = detector.plan.columns[index]
    let users = detector.plan.users[index]
    let cells = observations.column(index)
    let hasher = ColumnHasher(column, batch, seed: detector.settings.seed)
    if users.isEmpty {
      for row in 0..<batch.count { cells[row] = hasher.cell(row) }
      return
    }
    let others = column.alternatives.map { other in
      let own = ObservationPlan.Column(fields: other.fields, isNumber: column.isNumber)
      return (
        rows: observations.bitmap(other.condition), hasher: ColumnHasher(own, batch, seed: detector.settings.seed)
      )
    }
    for word in 0..<observations.words {
      var bits: UInt64 = 0
      for user in users { bits |= observations.bitmap(user)[word] }
      for other in others {
        let own = bits & other.rows[word]
        forEachRow(own, word) { cells[$0] = other.hasher.cell($0) }
        bits &= ~own
      }
      forEachRow(bits, word) { cells[$0] = hasher.cell($0) }
    }
  }
}

/// Hashes the fields of one column, row by row; 0 means that nothing was recorded.
struct ColumnHasher {
  private let batch: EventBatch
  private let fields: [KeyField]
  private let seed: UInt64
  private let isNumber: Bool
  /// The one field of most columns, taken apart once.
  private let single: KeyField?

  init(_ column: ObservationPlan.Column, _ batch: EventBatch, seed: UInt64) {
    self.batch = batch
    self.seed = seed
    fields = column.fields
    isNumber = column.isNumber
    single = column.fields.count == 1 ? column.fields[0] : nil
  }

  @inline(__always) func cell(_ row: Int) -> UInt64 {
    if let single {
      if isNumber { return batch.number(single.field, row).map { UInt64(bitPattern: $0) } ?? 0 }
      return part(single, row)
    }
    return combined(row)
  }

  /// A key of several fields needs one of them at least: a log without hosts still groups by address, and one that names
  /// neither host nor service is about one of each.
  private func combined(_ row: Int) -> UInt64 {
    var hash = seed
    // No field at all: everything is one group.
    var present = fields.isEmpty
    let isGround = fields.allSatisfy(\.isGround)
    for field in fields {
      let part = part(field, row)
      if part != 0, isGround || !field.isGround { present = true }
      hash = hashMix(hash ^ part, 0x9e37_79b9_7f4a_7c15 ^ part)
    }
    return present ? max(hash, 1) : 0
  }

  @inline(__always) private func part(_ field: KeyField, _ row: Int) -> UInt64 {
    switch field.field {
    case .ipSource, .ipDestination:
      let address = batch.address(field.field, row)
      return address.isAbsent ? 0 : max(1, field.network(of: address).address.hash(seed: seed))
    default: break
    }
    let cell = batch.column(field.field)[row]
    if cell == EventBatch.absentCell {
      // A log that names no host is about one host without a name.
      return field.field.place == EventField.host.place ? 1 : 0
    }
    return field.isText
      ? max(1, byteHash(batch.bytes(TextSlice(cell: cell)), seed: seed))
      : max(1, hashMix(cell ^ seed, 0xd6e8_feb8_6659_fd93))
  }
}
