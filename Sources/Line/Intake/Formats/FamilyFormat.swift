import Model

/// A general format with others that know some of its lines better: each line is offered to those first.
///
/// An error log is one file with many kinds of message; which of them fills the sample must not decide how the rest of
/// its lines are read.
struct FamilyFormat: LogFormat {
  let general: any LogFormat
  /// In the order of their ranks.
  let special: [any LogFormat]
  let fields: [EventField]

  init(_ general: any LogFormat, _ special: [any LogFormat]) {
    self.general = general
    self.special = special
    var fields = general.fields
    for field in special.flatMap(\.fields) where !fields.contains(field) { fields.append(field) }
    self.fields = fields
  }

  var name: String { general.name }
  var framing: Framing { general.framing }
  var standsAmongText: Bool { general.standsAmongText }

  func decodeRecord(_ record: LinePlace, _ batch: EventBatch, _ scratch: DecodeScratch) -> Rejection? {
    let mark = batch.arena.count
    for format in special {
      if format.decodeRecord(record, batch, scratch) == nil { return nil }
      batch.arena.truncate(to: mark)
    }
    return general.decodeRecord(record, batch, scratch)
  }

  func time(of record: UnsafeBufferPointer<UInt8>, _ scratch: DecodeScratch) -> Int64? {
    general.time(of: record, scratch)
  }
}
