import Model

/// Writes values into the row under construction of a batch.
///
/// Made anew for each row, since the batch's memory may have moved. `out` is arena space reserved beforehand for texts
/// that do not stand in the line as they are meant (escapes undone, case folded, path and query joined); a row never
/// writes behind `outEnd`.
struct CellWriter {
  let cells: UnsafeMutablePointer<UInt64>
  let stride: Int
  let row: Int
  let address: UnsafeMutablePointer<IPAddress>
  let destination: UnsafeMutablePointer<IPAddress>
  let base: UnsafeMutablePointer<UInt8>
  /// Where the next text made for this row goes.
  var out: UnsafeMutablePointer<UInt8>
  /// Behind the arena space that this row may use.
  let outEnd: UnsafeMutablePointer<UInt8>
  let clock: UnsafeMutablePointer<TimeParser>
  /// Rank of the key that filled each field so far; 128 bytes.
  let ranks: UnsafeMutablePointer<UInt8>

  @inline(__always) func setCell(_ field: EventField, _ cell: UInt64) {
    cells[field.place &* stride &+ row] = cell
  }

  /// Whether a key of this rank may fill the column, which is then its own.
  @inline(__always) func claims(_ column: Int, _ rank: UInt8) -> Bool {
    if rank == 0 { return true }
    if ranks[column] != 0, ranks[column] < rank { return false }
    ranks[column] = rank
    return true
  }

  @inline(__always) func setColumn(_ column: Int, _ cell: UInt64) { cells[column &* stride &+ row] = cell }

  @inline(__always) func set(_ field: EventField, _ number: Int64) {
    setCell(field, UInt64(bitPattern: number))
  }

  @inline(__always) func cell(_ field: EventField) -> UInt64 {
    cells[field.place &* stride &+ row]
  }

  @inline(__always) func isAbsent(_ field: EventField) -> Bool { cell(field) == EventBatch.absentCell }

  @inline(__always) func slice(_ start: UnsafePointer<UInt8>, _ count: Int) -> UInt64 {
    UInt64(UInt32(truncatingIfNeeded: count)) << 32 | UInt64(UInt32(truncatingIfNeeded: start - UnsafePointer(base)))
  }

  @inline(__always) func bytes(_ field: EventField) -> UnsafeBufferPointer<UInt8> {
    let slice = TextSlice(cell: cell(field))
    return slice.isAbsent
      ? UnsafeBufferPointer(start: base, count: 0)
      : UnsafeBufferPointer(start: base + Int(slice.offset), count: Int(slice.length))
  }

  /// The value's text with escapes undone: in place where there are none.
  @inline(__always) mutating func plain(_ value: RawValue) -> UnsafeBufferPointer<UInt8> {
    value.escaped ? unescaped(value) : value.bytes
  }

  /// Text as it came where the row's space is used up, which only a record of hostile duplicates does.
  @inline(never) private mutating func unescaped(_ value: RawValue) -> UnsafeBufferPointer<UInt8> {
    guard value.count <= outEnd - out else { return value.bytes }
    let start = out
    out += jsonUnescape(value.start, value.count, into: out)
    return UnsafeBufferPointer(start: start, count: out - start)
  }

  /// What the record's words said about a log-in so far.
  var heard: AuthReading = []

  /// Writes `value` as `action` says. Values that mean nothing leave the cell absent.
  @inline(__always) mutating func write(_ action: FieldAction, _ value: RawValue) {
    if action.take == .speech, value.kind == .string { heard.formUnion(AuthReading.of(value.bytes)) }
    if action.rank == 0 {
      _ = convert(action, value)
      return
    }
    let field = action.field.place
    if ranks[field] != 0, ranks[field] < action.rank { return }
    if convert(action, value) { ranks[field] = action.rank }
  }

  @inline(__always) private mutating func convert(_ action: FieldAction, _ value: RawValue) -> Bool {
    switch (action.take, value.kind) {
    case (.text, .string):
      let text = plain(value)
      if isDash(text) { return false }
      setCell(action.field, slice(text.baseAddress!, text.count))
      return true
    case (.name, .string) where !value.escaped:
      if meansNothing(value.bytes) { return false }
      setCell(action.field, slice(value.start, value.count))
      return true
    case (.number, .number):
      guard let number = scaledDecimal(value.bytes, power: Int(action.power)) else { return false }
      // No server answers with status 0: there was no answer.
      if number == 0, action.field == .status { return false }
      set(action.field, number)
      return true
    case (_, .null):
      return false
    default:
      return convertOther(action, value)
    }
  }
}
