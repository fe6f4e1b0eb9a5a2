import Model

/// A JSON format whose records do not lie one on a line.
struct SpreadJSONFormat: LogFormat {
  let inner: JSONFormat
  let spread: JSONSpread

  var name: String { inner.name }
  var fields: [EventField] { inner.fields }
  var standsAmongText: Bool { inner.standsAmongText }
  var framing: Framing { .records { [spread] in spread.pieceEnd($0) } }

  func likeness(of sample: Sample, _ scratch: DecodeScratch) -> Int {
    sample.share(decodedBy: self, scratch) * inner.sureness / 100
  }

  func time(of record: UnsafeBufferPointer<UInt8>, _ scratch: DecodeScratch) -> Int64? {
    isRecord(record) ? inner.time(of: record, scratch) : nil
  }

  func decodeRecord(_ record: LinePlace, _ batch: EventBatch, _ scratch: DecodeScratch) -> Rejection? {
    let bytes = batch.bytes(record.slice)
    if isRecord(bytes) { return inner.decodeRecord(record, batch, scratch) }
    return isRim(bytes) ? nil : .badJSON
  }

  func extras(of row: Int, _ batch: EventBatch, _ scratch: DecodeScratch) -> [(key: String, json: String)] {
    inner.extras(of: row, batch, scratch)
  }

  private func isRecord(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    bytes.first == 0x7b && bytes.last != 0x5b
  }

  /// What stands around records: the head of an envelope, brackets, commas, and the members behind its list.
  private func isRim(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    switch bytes.first {
    case 0x7b, 0x5b, 0x5d, 0x2c, 0x7d: true
    default: spread.envelope != nil && bytes.first == 0x22
    }
  }
}

extension LogFormat {
  /// The same format for a file in which JSON is spread.
  func reading(_ spread: JSONSpread?) -> any LogFormat {
    guard let spread, let format = self as? JSONFormat else { return self }
    return SpreadJSONFormat(inner: format, spread: spread)
  }
}
