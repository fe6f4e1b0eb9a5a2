/// A few thousand events as columns over one byte arena, reused for the next batch.
///
/// A source reads whole lines into the arena; a format stores slices of them. A cell is eight bytes whatever its
/// field's type: a slice of the arena, a number, a time, or a keyword's place; `absentCell` where nothing was
/// recorded (absent is not zero). Addresses are 16 bytes in a column of their own. Owned by one worker at a time;
/// nothing here is safe to share between threads without handing the whole batch over. Exclusivity is not checked at run
/// time, since the checks would cost a third of decoding: no accessor here calls back into code that holds the batch.
package final class EventBatch {
  /// Rows that fit before the columns grow.
  @exclusivity(unchecked) @usableFromInline package private(set) var capacity: Int
  /// Events in the batch.
  @exclusivity(unchecked) @usableFromInline package internal(set) var count = 0
  /// The bytes that slices point into.
  @exclusivity(unchecked) package var arena: ByteArena
  /// Place in the order of all batches of this input; the sequence in which batches are folded.
  package var sequence = 0
  /// What the intake read into the arena and no format has decoded yet, in order.
  package var runs: [LineRun] = []

  @exclusivity(unchecked) @usableFromInline package var cells: UnsafeMutablePointer<UInt64>
  @exclusivity(unchecked) @usableFromInline package var addresses: UnsafeMutablePointer<IPAddress>
  /// `ip.dst` of each row; holds something only where that field was touched.
  @exclusivity(unchecked) @usableFromInline package var destinations: UnsafeMutablePointer<IPAddress>
  /// Each row's own line: where it lies in the arena and where it came from.
  @exclusivity(unchecked) @usableFromInline package var lines: UnsafeMutablePointer<LinePlace>
  /// One bit a field: columns that may hold something.
  @exclusivity(unchecked) @usableFromInline package internal(set) var touched: (UInt64, UInt64) = (0, 0)

  @inlinable package static var absentCell: UInt64 { 1 << 63 }

  package init(capacity: Int = 4096, arenaBytes: Int = 1 << 20) {
    self.capacity = max(capacity, 16)
    arena = ByteArena(capacity: arenaBytes)
    let cellCount = self.capacity * EventField.allCases.count
    cells = .allocate(capacity: cellCount)
    cells.initialize(repeating: Self.absentCell, count: cellCount)
    addresses = .allocate(capacity: self.capacity)
    addresses.initialize(repeating: .absent, count: self.capacity)
    destinations = .allocate(capacity: self.capacity)
    destinations.initialize(repeating: .absent, count: self.capacity)
    lines = .allocate(capacity: self.capacity)
    lines.initialize(repeating: .absent, count: self.capacity)
  }

  deinit {
    cells.deallocate()
    addresses.deallocate()
    destinations.deallocate()
    lines.deallocate()
  }

  /// Forgets all events and bytes; the memory stays.
  package func reset() {
    forgetRows()
    runs.removeAll(keepingCapacity: true)
    arena.reset()
  }

  /// Forgets all events; the bytes and the runs stay.
  package func forgetRows() {
    for field in EventField.allCases where isTouched(field) {
      column(field).update(repeating: Self.absentCell, count: min(count + 1, capacity))
    }
    addresses.update(repeating: .absent, count: min(count + 1, capacity))
    if isTouched(.ipDestination) { destinations.update(repeating: .absent, count: min(count + 1, capacity)) }
    touched = (0, 0)
    count = 0
  }

  /// The cells of one field, one a row.
  @inlinable package func column(_ field: EventField) -> UnsafeMutablePointer<UInt64> {
    cells + field.place &* capacity
  }

  /// Declares that `field` is about to be written; a format does it once a batch, not once a row.
  @inlinable package func touch(_ field: EventField) {
    if field.rawValue < 64 {
      touched.0 |= 1 << UInt64(field.rawValue)
    } else {
      touched.1 |= 1 << UInt64(field.rawValue - 64)
    }
  }

  /// Whether any row may hold something in `field`.
  @inlinable package func isTouched(_ field: EventField) -> Bool {
    field.rawValue < 64
      ? touched.0 >> UInt64(field.rawValue) & 1 == 1 : touched.1 >> UInt64(field.rawValue - 64) & 1 == 1
  }

  /// Keeps the row under construction (index `count`) as an event; grows the columns when they are full.
  @inlinable package func commitRow(_ place: LinePlace) {
    lines[count] = place
    count += 1
    if count == capacity { grow() }
  }

  /// Forgets what was written into the row under construction.
  package func abandonRow() {
    for field in EventField.allCases where isTouched(field) { column(field)[count] = Self.absentCell }
    addresses[count] = .absent
    destinations[count] = .absent
  }

  @usableFromInline func grow() {
    let wider = capacity * 2
    let cellCount = wider * EventField.allCases.count
    let newCells = UnsafeMutablePointer<UInt64>.allocate(capacity: cellCount)
    newCells.initialize(repeating: Self.absentCell, count: cellCount)
    for field in EventField.allCases where isTouched(field) {
      (newCells + Int(field.rawValue) * wider).update(from: column(field), count: count)
    }
    cells.deallocate()
    cells = newCells
    addresses = Self.widened(addresses, count: count, to: wider, filler: .absent)
    destinations = Self.widened(destinations, count: count, to: wider, filler: .absent)
    lines = Self.widened(lines, count: count, to: wider, filler: .absent)
    capacity = wider
  }

  private static func widened<T>(
    _ old: UnsafeMutablePointer<T>, count: Int, to capacity: Int, filler: T
  ) -> UnsafeMutablePointer<T> {
    let new = UnsafeMutablePointer<T>.allocate(capacity: capacity)
    new.initialize(repeating: filler, count: capacity)
    new.update(from: old, count: count)
    old.deallocate()
    return new
  }
}
