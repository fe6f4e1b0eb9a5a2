import Model

/// A format whose lines are told by regular expressions; slower than a pattern, and able to say more.
package struct RegexFormat: LogFormat {
  package let name: String
  package let fields: [EventField]
  let programs: [RegexProgram]
  let escaping: Escaping
  let constants: RowConstants
  package var standsAmongText: Bool { constants.standAmongText }

  init(name: String, programs: [RegexProgram], escaping: Escaping, constants: RowConstants) {
    self.name = name
    self.programs = programs
    self.escaping = escaping
    self.constants = constants
    fields = constants.fields + programs.flatMap(\.sinks).flatMap(\.fields).filter { !constants.fields.contains($0) }
  }

  package func decodeRecord(_ record: LinePlace, _ batch: EventBatch, _ scratch: DecodeScratch) -> Rejection? {
    let start = UnsafePointer(batch.arena.base) + Int(record.slice.offset)
    let end = start + Int(record.slice.length)
    var reason = Rejection.unknownShape
    for program in programs where program.match(start, end, scratch) {
      guard let refusal = write(program, batch, scratch) else {
        constants.write(record, batch, scratch)
        batch.commitRow(record)
        return nil
      }
      batch.abandonRow()
      if refusal != .unknownShape { reason = refusal }
    }
    return reason
  }

  package func time(of record: UnsafeBufferPointer<UInt8>, _ scratch: DecodeScratch) -> Int64? {
    guard let start = record.baseAddress else { return nil }
    for program in programs {
      guard let place = program.sinks.firstIndex(where: { $0.kind == .time }),
        program.match(start, start + record.count, scratch)
      else { continue }
      guard let from = scratch.spans[place].start, let to = scratch.spans[place].end else { return nil }
      return scratch.clock.parse(UnsafeBufferPointer(start: from, count: to - from), as: program.sinks[place].spelling)
    }
    return nil
  }

  private func write(_ program: RegexProgram, _ batch: EventBatch, _ scratch: DecodeScratch) -> Rejection? {
    let writer = RowWriter(batch: batch, scratch: scratch, escaping: escaping)
    return program.sinks.withUnsafeBufferPointer { sinks in
      for i in sinks.indices {
        if let refusal = writer.write(scratch.spans[i], sinks.baseAddress! + i) { return refusal }
      }
      return nil
    }
  }
}
