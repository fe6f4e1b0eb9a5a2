import Model

/// The first bytes of an input, whole records only, on which formats are recognised.
package final class Sample {
  /// Holds the bytes from offset 0 on; rows that formats decode while they try are thrown away.
  package let batch: EventBatch
  package let run: LineRun
  /// Whether the sample is the whole input.
  package let isWhole: Bool

  /// Records tried per format.
  static let tried = 64

  package init(_ bytes: some Collection<UInt8>, isWhole: Bool = true) {
    batch = EventBatch(capacity: 128, arenaBytes: bytes.count * 2 + 4096)
    run = LineRun(slice: batch.arena.append(bytes), source: 0, firstLine: 1)
    self.isWhole = isWhole
  }

  package var bytes: UnsafeBufferPointer<UInt8> { batch.bytes(run.slice) }

  /// The percentage of the sample's first records that `format` decodes.
  package func share(decodedBy format: some LogFormat, _ scratch: DecodeScratch) -> Int {
    let mark = batch.arena.count
    defer { forget(to: mark) }
    for field in format.fields { batch.touch(field) }
    scratch.header = .absent
    var cursor = RunCursor(run)
    var records = 0, decoded = 0
    while records < Self.tried, cursor.advance(in: batch, format.framing) {
      if case .headed(let isHeader) = format.framing,
        isHeader(batch.bytes(cursor.current.slice), Int(cursor.current.number))
      {
        scratch.header = cursor.current.slice
      } else {
        records += 1
        if format.decodeRecord(cursor.current, batch, scratch) == nil { decoded += 1 }
      }
    }
    return records == 0 ? 0 : decoded == records ? 100 : decoded * 99 / records
  }

  private func forget(to mark: Int) {
    batch.forgetRows()
    batch.arena.truncate(to: mark)
    _ = batch.arena.reserve(mark + 4096)
  }
}
