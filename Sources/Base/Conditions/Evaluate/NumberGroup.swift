import Model

/// All tests that look at the number, or the keyword, in one column.
struct NumberGroup: Sendable {
  let field: EventField
  private let table: SegmentTable<Int64>
  /// The lists for 0, 1, 2 …: status codes, scores and keywords are small.
  private let small: [Int32]

  init(_ field: EventField, _ tests: [(test: Int, ranges: [ClosedRange<Int64>])]) {
    self.field = field
    let table = SegmentTable(tests) { $0 == .max ? nil : $0 + 1 }
    small = (0..<1024).map { table.list(for: $0) }
    self.table = table
  }

  func mark(_ batch: EventBatch, _ bits: TestBits) {
    let column = batch.column(field), rows = batch.count
    small.withUnsafeBufferPointer { small in
      table.hits.starts.withUnsafeBufferPointer { starts in
        table.hits.hits.withUnsafeBufferPointer { hits in
          for row in 0..<rows {
            let cell = column[row]
            let list = cell < 1024 ? small[Int(cell)] : other(cell)
            for at in Int(starts[Int(list)])..<Int(starts[Int(list) &+ 1]) { bits.mark(Int(hits[at]), row) }
          }
        }
      }
    }
  }

  @inline(never) private func other(_ cell: UInt64) -> Int32 {
    cell == EventBatch.absentCell ? 0 : table.list(for: Int64(bitPattern: cell))
  }
}

/// All tests that look at one column of addresses.
struct AddressGroup: Sendable {
  private let field: EventField
  private let table: SegmentTable<IPAddress>

  init(_ field: EventField, _ tests: [(test: Int, ranges: [ClosedRange<IPAddress>])]) {
    self.field = field
    table = SegmentTable(tests) { $0.high == .max && $0.low == .max ? nil : $0.next }
  }

  func mark(_ batch: EventBatch, _ bits: TestBits, _ cache: AddressCache) {
    if field == .ipDestination, !batch.isTouched(field) { return }
    let addresses = field == .ipDestination ? batch.destinations : batch.addresses
    table.hits.starts.withUnsafeBufferPointer { starts in
      table.hits.hits.withUnsafeBufferPointer { hits in
        for row in 0..<batch.count {
          let address = addresses[row]
          if address.isAbsent { continue }
          let list = cache.list(for: address, in: table)
          for at in Int(starts[Int(list)])..<Int(starts[Int(list) &+ 1]) { bits.mark(Int(hits[at]), row) }
        }
      }
    }
  }
}

/// The lists of the addresses met last: clients come back within a batch.
final class AddressCache {
  private let slots: UnsafeMutablePointer<(address: IPAddress, list: Int32)>
  private static let count = 2048

  init() {
    slots = .allocate(capacity: Self.count)
    slots.initialize(repeating: (.absent, 0), count: Self.count)
  }

  deinit { slots.deallocate() }

  func list(for address: IPAddress, in table: SegmentTable<IPAddress>) -> Int32 {
    let slot = slots + Int(truncatingIfNeeded: address.hash(seed: 0) & UInt64(Self.count - 1))
    if slot.pointee.address.low == address.low, slot.pointee.address.high == address.high { return slot.pointee.list }
    let list = table.list(for: address)
    slot.pointee = (address, list)
    return list
  }
}
