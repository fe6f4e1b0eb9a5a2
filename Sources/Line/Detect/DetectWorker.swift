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
    let sources = index == 0 ? nil : observations.column(0)
    let hasher = ColumnHasher(column, batch, sources, seed: detector.settings.seed)
    if users.isEmpty {
      if let constant = hasher.constant {
        cells.update(repeating: constant, count: batch.count)
      } else {
        for row in 0..<batch.count { cells[row] = hasher.cell(row) }
      }
      return
    }
    let others = column.alternatives.map { other in
      let own = ObservationPlan.Column(fields: other.fields, isNumber: column.isNumber)
      return (
        rows: observations.bitmap(other.condition),
        hasher: ColumnHasher(own, batch, sources, seed: detector.settings.seed)
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
  private let seed: UInt64
  private let isNumber: Bool
  private let isGround: Bool
  private let count: Int
  /// Most keys have one field or two; they are taken apart once a batch.
  private let first: Part
  private let second: Part
  private let rest: [Part]

  /// How one field's cell becomes a number.
  private struct Part {
    enum Kind { case known, source, destination, text, number }
    var kind: Kind
    var cells: UnsafeMutablePointer<UInt64>
    var key: KeyField
    /// A log that names no host is about one host without a name.
    var absent: UInt64
  }

  /// `sources` are the hashes of the rows' sources, where they were worked out before.
  init(
    _ column: ObservationPlan.Column, _ batch: EventBatch, _ sources: UnsafeMutablePointer<UInt64>?, seed: UInt64
  ) {
    self.batch = batch
    self.seed = seed
    isNumber = column.isNumber
    count = column.fields.count
    isGround = column.fields.allSatisfy(\.isGround)
    func part(_ place: Int) -> Part {
      let key = place < column.fields.count ? column.fields[place] : KeyField(.host)
      var part = Part(
        kind: .number, cells: batch.column(key.field), key: key,
        absent: key.field.place == EventField.host.place ? 1 : 0)
      switch key.field {
      case .ipSource: part.kind = .source
      case .ipDestination: part.kind = .destination
      default: part.kind = key.isText ? .text : .number
      }
      if let sources, part.kind == .source, key.bits == nil {
        part.kind = .known
        part.cells = sources
      }
      return part
    }
    first = part(0)
    second = part(1)
    rest = column.fields.count > 2 ? (2..<column.fields.count).map(part) : []
  }

  /// What every row has, where no row holds anything.
  var constant: UInt64? {
    guard count == 1, first.kind == .text || first.kind == .number, !batch.isTouched(first.key.field) else {
      return nil
    }
    return isNumber ? 0 : first.absent
  }

  @inline(__always) func cell(_ row: Int) -> UInt64 {
    if count == 1 {
      if isNumber { return batch.number(first.key.field, row).map { UInt64(bitPattern: $0) } ?? 0 }
      return value(of: first, row)
    }
    return combined(row)
  }

  /// A key of several fields needs one of them at least: a log without hosts still groups by address, and one that names
  /// neither host nor service is about one of each.
  @inline(__always) private func combined(_ row: Int) -> UInt64 {
    // No field at all: everything is one group.
    if count == 0 { return max(seed, 1) }
    var hash = seed
    var present = false
    mix(first, row, &hash, &present)
    mix(second, row, &hash, &present)
    if count > 2 { for part in rest { mix(part, row, &hash, &present) } }
    return present ? max(hash, 1) : 0
  }

  @inline(__always) private func mix(_ part: Part, _ row: Int, _ hash: inout UInt64, _ present: inout Bool) {
    let value = value(of: part, row)
    if value != 0, isGround || !part.key.isGround { present = true }
    hash = hashMix(hash ^ value, 0x9e37_79b9_7f4a_7c15 ^ value)
  }

  @inline(__always) private func value(of part: Part, _ row: Int) -> UInt64 {
    switch part.kind {
    case .known: return part.cells[row]
    case .source: return address(batch.addresses[row], part.key)
    case .destination: return address(batch.destinations[row], part.key)
    case .text:
      let cell = part.cells[row]
      if cell == EventBatch.absentCell { return part.absent }
      return max(1, byteHash(batch.bytes(TextSlice(cell: cell)), seed: seed))
    case .number:
      let cell = part.cells[row]
      if cell == EventBatch.absentCell { return part.absent }
      return max(1, hashMix(cell ^ seed, 0xd6e8_feb8_6659_fd93))
    }
  }

  @inline(__always) private func address(_ address: IPAddress, _ key: KeyField) -> UInt64 {
    if address.isAbsent { return 0 }
    return max(1, (key.bits == nil ? address : key.network(of: address).address).hash(seed: seed))
  }
}
