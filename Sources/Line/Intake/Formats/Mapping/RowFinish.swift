import Model

/// What a format says its records are.
enum RecordClass: String, CaseIterable, Sendable {
  case http, security, dns, flow, tls, host, route
  /// Told from each record: a request when it has a method or a target with a status, otherwise a host's message.
  case any

  /// The place of the class in `EventField.eventClasses`.
  var place: Int64 {
    switch self {
    case .http: 0
    case .security: 1
    case .dns: 2
    case .flow: 3
    case .tls: 4
    case .host, .any: 5
    case .route: 6
    }
  }
}

extension CellWriter {
  /// Makes the cells of a row agree once all of its keys were read, and says what it is. `prefix` is what stood before
  /// a record: a syslog header, or words for people.
  mutating func finish(as kind: RecordClass, prefix: UnsafeBufferPointer<UInt8>) {
    if isAbsent(.time), prefix.count > 7, let found = TimeFinder.find(prefix, clock) { set(.time, found.time) }
    var kind = kind
    if kind == .any || kind == .host { listen(prefix, isAnything: kind == .any) }
    settleTarget()
    settleDuration()
    if kind == .any { kind = kindFromCells }
    if kind == .flow { settleFlow() }
    if kind == .dns { settleLookUp() }
    set(.eventClass, kind.place)
  }

  private var kindFromCells: RecordClass {
    if !isAbsent(.authOutcome) { return .host }
    if !isAbsent(.ruleID), isAbsent(.status) { return .security }
    if isAbsent(.uri), !isAbsent(.destinationPort) || !isAbsent(.udpDestinationPort) { return .flow }
    return !isAbsent(.method) && !isAbsent(.uri) || !isAbsent(.uri) && !isAbsent(.status) ? .http : .host
  }

  /// Puts together what the words of a record tell: matches of a rule set, a log-in, a request.
  private mutating func listen(_ prefix: UnsafeBufferPointer<UInt8>, isAnything: Bool) {
    let message = bytes(.message)
    if holdsRuleMatch(message) { return }
    if prefix.count > 7 { heard.formUnion(AuthReading.of(prefix)) }
    if !heard.isDisjoint(with: [.failure, .success]) {
      if isAbsent(.authOutcome) || heard.contains(.failure) { set(.authOutcome, heard.contains(.failure) ? 0 : 1) }
    } else if isAnything, !isAbsent(.authOutcome), !heard.contains(.login) {
      // Something went well or badly, but it was no log-in.
      setCell(.authOutcome, EventBatch.absentCell)
    }
    let asksForRequest = isAbsent(.method)
    if message.count > 0 { readText(message, mayHoldRequest: asksForRequest) }
    if prefix.count > 7 { readText(prefix, mayHoldRequest: asksForRequest) }
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

/// Whether a message is one of ModSecurity's or Coraza's, which end in `[id "942100"] [msg "…"]`.
func holdsRuleMatch(_ message: UnsafeBufferPointer<UInt8>) -> Bool {
  var at = 0
  while let open = message[at...].firstIndex(of: 0x5b) {
    at = open + 1
    if message[at...].starts(with: "id \"".utf8) { return true }
  }
  return false
}
