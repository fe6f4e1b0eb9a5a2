import Model

/// What a format says its records are.
enum RecordClass: String, CaseIterable, Sendable {
  case http, security, dns, flow, tls, host
  /// Told from each record: a request when it has a method or a target with a status, otherwise a host's message.
  case any

  /// The place of the class in `EventField.eventClasses`.
  var place: Int64 { Int64(EventField.eventClasses.firstIndex(of: rawValue) ?? EventField.eventClasses.count - 1) }
}

extension CellWriter {
  /// Makes the cells of a row agree once all of its keys were read, and says what it is.
  mutating func finish(as kind: RecordClass) {
    settleTarget()
    settleDuration()
    var kind = kind
    if kind == .any { kind = !isAbsent(.method) || !isAbsent(.uri) && !isAbsent(.status) ? .http : .host }
    set(.eventClass, kind.place)
  }

  /// A key that holds the end of a request left it where the duration goes: turns it into the time from the start.
  ///
  /// Jobs that log whole seconds give no duration for requests within one second: absent, since 0 would claim more.
  private func settleDuration() {
    guard ranks[Int(EventField.duration.rawValue)] == CellWriter.endRank else { return }
    let end = Int64(bitPattern: cell(.duration))
    setCell(.duration, EventBatch.absentCell)
    guard !isAbsent(.time) else { return }
    let (span, over) = end.subtractingReportingOverflow(Int64(bitPattern: cell(.time)))
    if !over, span > 0 { set(.duration, span / 1000) }
  }

  /// The rank that marks a duration which still is an end; a duration of its own wins over it.
  static let endRank: UInt8 = 255
}
