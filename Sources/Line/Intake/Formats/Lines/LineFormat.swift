import Model

/// A format whose records are single lines of one of a few shapes; a class, so that no line costs a copy of it.
package final class LineFormat: LogFormat {
  package let name: String
  package let fields: [EventField]
  let programs: [LineProgram]
  let escaping: Escaping
  let constants: RowConstants
  package var standsAmongText: Bool { constants.standAmongText }
  let firstBytes: ByteSet
  /// Whether lines give path and query, but no whole.
  private let composesURI: Bool

  /// Errors: `PatternProblem` of the pattern that cannot be compiled.
  init(
    name: String, patterns: [LinePattern], escaping: Escaping, constants: RowConstants
  ) throws(PatternProblem) {
    self.name = name
    self.escaping = escaping
    self.constants = constants
    var programs: [LineProgram] = []
    var firstBytes = ByteSet()
    for pattern in patterns {
      let program = try LineProgram(pattern, honoursBackslash: escaping == .c)
      programs.append(program)
      firstBytes.formUnion(program.firstBytes)
    }
    self.programs = programs
    self.firstBytes = firstBytes
    var fields = constants.fields
    for field in patterns.flatMap(\.fields) where !fields.contains(field) { fields.append(field) }
    composesURI = fields.contains(.path) && !fields.contains(.uri)
    if composesURI { fields += [.uri, .query] }
    self.fields = fields
  }

  package func decodeRecord(_ record: LinePlace, _ batch: EventBatch, _ scratch: DecodeScratch) -> Rejection? {
    let start = UnsafePointer(batch.arena.base) + Int(record.slice.offset)
    guard firstBytes.contains(start[0]) else { return .unknownShape }
    var reason = Rejection.unknownShape
    for program in programs {
      guard let refusal = decode(record, start, program, batch, scratch) else { return nil }
      if refusal != .unknownShape { reason = refusal }
    }
    return reason
  }

  package func time(of record: UnsafeBufferPointer<UInt8>, _ scratch: DecodeScratch) -> Int64? {
    guard let start = record.baseAddress, record.count > 0, firstBytes.contains(start[0]) else { return nil }
    for program in programs {
      guard let place = program.timeSink, program.match(start, start + record.count, scratch.spans) else { continue }
      let span = scratch.spans[place]
      guard let from = span.start, let to = span.end else { return nil }
      return scratch.clock.parse(
        UnsafeBufferPointer(start: from, count: to - from), as: program.sinks[place].spelling)
    }
    return nil
  }

  @inline(__always) private func decode(
    _ record: LinePlace, _ start: UnsafePointer<UInt8>, _ program: LineProgram, _ batch: EventBatch,
    _ scratch: DecodeScratch
  ) -> Rejection? {
    let spans = scratch.spans
    guard program.match(start, start + Int(record.slice.length), spans) else { return .unknownShape }
    let writer = RowWriter(batch: batch, scratch: scratch, escaping: escaping)
    for i in 0..<program.sinkCount {
      if let refusal = writer.write(spans[i], program.sinks + i) {
        batch.abandonRow()
        return refusal
      }
    }
    if composesURI, !batch.isPresent(.uri, batch.count) { RequestLine.compose(batch.count, batch) }
    constants.write(record, batch, scratch)
    batch.commitRow(record)
    return nil
  }
}
