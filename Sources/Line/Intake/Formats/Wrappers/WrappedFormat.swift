import Model

/// Lines that a log daemon or container runtime wrote: its prefix, then a line of some other format.
///
/// What no format knows becomes an event of class `host` with the program's words as its message.
struct WrappedFormat: LogFormat {
  let name: String
  let fields: [EventField]
  var standsAmongText: Bool { true }
  /// The formats of the lines within, most likely first.
  let inner: [any LogFormat]

  /// Severities of RFC 5424 section 6.2.1, as syslog spells them.
  private static let severities = ["emerg", "alert", "crit", "error", "warning", "notice", "info", "debug"].map {
    Array($0.utf8)
  }
  private static let own: [EventField] =
    [.eventClass, .time, .serverName, .service, .message, .logLevel]
    + CellWriter.toldFields.filter { $0 != .service && $0 != .message && $0 != .logLevel }
  /// A prefix within a prefix is looked for once more: a container's line that holds a syslog line.
  private static let depth = 2

  init(_ inner: [any LogFormat], name: String = "syslog") {
    self.name = name
    self.inner = inner
    var fields = Self.own
    for field in inner.flatMap(\.fields) where !fields.contains(field) { fields.append(field) }
    self.fields = fields
  }

  /// The same with the formats in the order of how well they fit what lies behind the sample's prefixes.
  func ordered(for sample: Sample, _ scratch: DecodeScratch) -> WrappedFormat {
    var lines: [UInt8] = []
    var cursor = RunCursor(sample.run)
    while cursor.advanceLine(in: sample.batch) {
      let line = sample.batch.bytes(cursor.current.slice)
      guard let start = line.baseAddress, let prefix = LinePrefix.parse(start, start + line.count, &scratch.clock)
      else {
        continue
      }
      lines += UnsafeBufferPointer(start: prefix.rest, count: start + line.count - prefix.rest)
      lines.append(0x0A)
    }
    let ranking = Recognition.ranking(of: Sample(lines, isWhole: sample.isWhole), inner, scratch)
    guard let best = ranking.best else { return self }
    return WrappedFormat([best] + ranking.others.map { inner[$0] }, name: "syslog+" + best.name)
  }

  func decodeRecord(_ record: LinePlace, _ batch: EventBatch, _ scratch: DecodeScratch) -> Rejection? {
    decode(record, within: record, Self.depth, batch, scratch)
  }

  func time(of record: UnsafeBufferPointer<UInt8>, _ scratch: DecodeScratch) -> Int64? {
    guard let start = record.baseAddress else { return nil }
    return LinePrefix.parse(start, start + record.count, &scratch.clock)?.time
  }

  private func decode(
    _ record: LinePlace, within line: LinePlace, _ depth: Int, _ batch: EventBatch, _ scratch: DecodeScratch
  ) -> Rejection? {
    let start = UnsafePointer(batch.arena.base) + Int(line.slice.offset)
    let end = start + Int(line.slice.length)
    guard let prefix = LinePrefix.parse(start, end, &scratch.clock) else { return .unknownShape }
    let before = batch.count
    let rest = LinePlace(
      slice: TextSlice(offset: prefix.rest - UnsafePointer(batch.arena.base), length: end - prefix.rest),
      source: Int(line.source), number: Int(line.number))
    // Pointers into the arena hold: nothing that a format appends while decoding makes it move.
    if rest.slice.length > 0,
      takes(rest, batch, scratch)
        || depth > 1 && decode(record, within: rest, depth - 1, batch, scratch) == nil
        || takes(line, batch, scratch)
    {
      complete(before..<batch.count, record, prefix, batch, scratch)
      return nil
    }
    guard prefix.isSure, depth == Self.depth || prefix.program != nil else { return .unknownShape }
    batch.set(.eventClass, batch.count, Int64(EventField.eventClasses.firstIndex(of: "host")!))
    if rest.slice.length > 0 { batch.set(.message, batch.count, rest.slice) }
    CellWriter.readLine(rest, batch, scratch)
    batch.commitRow(record)
    complete(before..<batch.count, record, prefix, batch, scratch)
    return nil
  }

  private func takes(_ line: LinePlace, _ batch: EventBatch, _ scratch: DecodeScratch) -> Bool {
    let mark = batch.arena.count
    for format in inner {
      if format.decodeRecord(line, batch, scratch) == nil { return true }
      batch.arena.truncate(to: mark)
    }
    return false
  }

  /// Gives rows the whole line, and from the prefix what the line within did not say.
  private func complete(
    _ rows: Range<Int>, _ record: LinePlace, _ prefix: LinePrefix, _ batch: EventBatch, _ scratch: DecodeScratch
  ) {
    for row in rows {
      batch.lines[row] = record
      if let time = prefix.time, !batch.isPresent(.time, row) { batch.set(.time, row, time) }
      if let host = prefix.host, !batch.isPresent(.serverName, row) { batch.set(.serverName, row, slice(host, batch)) }
      if let program = prefix.program, !batch.isPresent(.service, row) {
        batch.set(.service, row, slice(program, batch))
      }
      if let severity = prefix.severity, !batch.isPresent(.logLevel, row) {
        batch.set(.logLevel, row, scratch.constant(Self.severities[Int(severity)], batch))
      }
    }
  }

  private func slice(_ text: UnsafeBufferPointer<UInt8>, _ batch: EventBatch) -> TextSlice {
    TextSlice(offset: text.baseAddress! - UnsafePointer(batch.arena.base), length: text.count)
  }
}
