import Model

/// Tells whether a row's fields hold what one key of its record said.
///
/// A key may have lost to a newer name of the same field, or its value may say nothing that the field can hold. The
/// value is held when writing it alone gives nothing but what the row says already. For `weir decode` and `weir explain`,
/// not for the hot path: it decodes each value a second time.
struct HeldValues {
  private let row: Int
  private let batch: EventBatch
  private let fields: [EventField]
  /// One row, in an arena that holds a copy of the record.
  private let probe: EventBatch
  private let place: TextSlice
  private let ranks = RankMemory()

  init(_ row: Int, _ batch: EventBatch, _ map: RecordMap) {
    self.row = row
    self.batch = batch
    fields = map.fields
    let line = batch.line(row)
    probe = EventBatch(capacity: 16, arenaBytes: line.count * 3 + 4096)
    place = probe.arena.append(line)
    for field in fields { probe.touch(field) }
  }

  /// The copy of the record, in which the values asked about must lie.
  var line: UnsafeBufferPointer<UInt8> { probe.bytes(place) }

  /// Values that say nothing (null, an empty text) are held by an absent field.
  mutating func holds(_ value: RawValue, _ action: FieldAction, _ clock: UnsafeMutablePointer<TimeParser>) -> Bool {
    if value.kind == .null || value.kind == .string && value.count == 0 { return true }
    // The end of a request went into its duration; scaled numbers lose digits.
    if action.take == .end || action.take == .number && action.power < 0 { return false }
    var action = action
    action.rank = 0
    probe.arena.truncate(to: place.end)
    // Undone escapes and folded case take room one after the other.
    var writer = CellWriter(probe, budget: value.count * 2, clock: clock, ranks: ranks.ranks)
    writer.write(action, value)
    probe.arena.advance(writer.out - probe.arena.end)
    defer { probe.abandonRow() }
    let written = fields.filter { probe.isPresent($0, 0) }
    return !written.isEmpty && written.allSatisfy(isSame)
  }

  private func isSame(_ field: EventField) -> Bool {
    guard batch.isPresent(field, row) else { return false }
    switch field.spec.type {
    case .ip: return probe.address(field, 0) == batch.address(field, row)
    case .text, .list, .map: return probe.bytes(field, 0).elementsEqual(batch.bytes(field, row))
    case .int, .bool, .time, .keyword: return probe.number(field, 0) == batch.number(field, row)
    }
  }
}
