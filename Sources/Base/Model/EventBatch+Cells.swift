// Reading and writing single cells. Writing goes to the row under construction (`count`) or to a finished row.
extension EventBatch {
  @inlinable package func set(_ field: EventField, _ row: Int, _ slice: TextSlice) {
    column(field)[row] = slice.cell
  }

  @inlinable package func set(_ field: EventField, _ row: Int, _ number: Int64) {
    column(field)[row] = UInt64(bitPattern: number)
  }

  @inlinable package func isPresent(_ field: EventField, _ row: Int) -> Bool {
    switch field {
    case .ipSource, .ipDestination: !address(field, row).isAbsent
    default: column(field)[row] != Self.absentCell
    }
  }

  /// The address in `ip.src` or `ip.dst`, the two fields of that type.
  @inlinable package func address(_ field: EventField, _ row: Int) -> IPAddress {
    // A switch, since == on the enum calls across modules.
    switch field {
    case .ipDestination: destinations[row]
    default: addresses[row]
    }
  }

  @inlinable package func set(_ field: EventField, _ row: Int, _ address: IPAddress) {
    switch field {
    case .ipDestination: destinations[row] = address
    default: addresses[row] = address
    }
  }

  /// The number, time, bool (0 or 1) or keyword's place in a cell; nil where absent.
  @inlinable package func number(_ field: EventField, _ row: Int) -> Int64? {
    let cell = column(field)[row]
    return cell == Self.absentCell ? nil : Int64(bitPattern: cell)
  }

  @inlinable package func slice(_ field: EventField, _ row: Int) -> TextSlice {
    TextSlice(cell: column(field)[row])
  }

  /// The bytes of a text cell, empty where absent; valid until the arena grows or the batch is reset.
  @inlinable package func bytes(_ field: EventField, _ row: Int) -> UnsafeBufferPointer<UInt8> {
    bytes(slice(field, row))
  }

  @inlinable package func bytes(_ slice: TextSlice) -> UnsafeBufferPointer<UInt8> {
    slice.isAbsent
      ? UnsafeBufferPointer(start: arena.base, count: 0)
      : UnsafeBufferPointer(start: arena.base + Int(slice.offset), count: Int(slice.length))
  }

  /// The text of a cell for people, invalid UTF-8 repaired; nil where absent. Allocates: not for the hot path.
  package func text(_ field: EventField, _ row: Int) -> String? {
    let slice = slice(field, row)
    return slice.isAbsent ? nil : String(decoding: bytes(slice), as: UTF8.self)
  }

  /// The line as it came in.
  @inlinable package func line(_ row: Int) -> UnsafeBufferPointer<UInt8> { bytes(lines[row].slice) }
}
