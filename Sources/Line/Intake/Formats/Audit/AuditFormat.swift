import Model

/// ModSecurity's and Coraza's serial audit log: records of several sections (A, B, C, F, H, Z).
///
/// A record with matches is a `security` event, one without is a request. Source: ModSecurity 2 Data Formats,
/// "Audit Log"; both time forms (with and without microseconds).
package struct AuditFormat: LogFormat {
  package let name = "modsecurity-audit"
  package let fields: [EventField] =
    [
      .time, .eventClass, .ipSource, .sourcePort, .serverIP, .ray, .method, .scheme, .host, .uri, .path, .query,
      .version,
      .userAgent, .referer, .cookie, .forwardedFor, .contentType, .body, .status, .responseType, .message, .ruleID,
      .ruleIDs,
      .ruleName, .ruleMessage, .ruleScore, .action, .securitySource, .service,
    ]
  package var framing: Framing { .records(end: { AuditSections.recordEnd($0) }) }
  private let place = DecodeScratch.MemoryPlace()

  package func likeness(of sample: Sample, _ scratch: DecodeScratch) -> Int {
    let first = sample.bytes.prefix(64)
    guard let end = first.firstIndex(of: 0x0a) else { return 0 }
    let line = UnsafeBufferPointer(rebasing: first[..<(end > 0 && first[end - 1] == 0x0d ? end - 1 : end)])
    return AuditSections.boundary(line) == 0x41 ? 100 : 0
  }

  package func time(of record: UnsafeBufferPointer<UInt8>, _ scratch: DecodeScratch) -> Int64? {
    guard let open = record.prefix(96).firstIndex(of: 0x5b), let close = record[open...].prefix(48).firstIndex(of: 0x5d)
    else { return nil }
    return scratch.clock.parse(UnsafeBufferPointer(rebasing: record[(open + 1)..<close]), as: .auto)
  }

  package func decodeRecord(_ record: LinePlace, _ batch: EventBatch, _ scratch: DecodeScratch) -> Rejection? {
    let text = batch.bytes(record.slice)
    let line = text.count > 0 ? AuditSections.line(text, 0) : (end: 0, next: 0)
    guard AuditSections.boundary(UnsafeBufferPointer(rebasing: text[..<line.end])) == 0x41 else { return .unknownShape }
    let ranks = scratch.memory(at: place) { RankMemory() }.ranks
    let reason = scratch.withClock { clock -> Rejection? in
      var writer = CellWriter(batch, budget: text.count, clock: clock, ranks: ranks)
      var matches = RuleMatches()
      var sections = AuditSections(text)
      var isWhole = false
      while let section = sections.next() {
        switch section.letter {
        case 0x41: guard writer.auditHead(section.body) else { return .badTime }
        case 0x42: writer.auditRequest(section.body)
        case 0x43, 0x49: _ = writer.text(.body, trimmedEnd(section.body))
        case 0x46: writer.auditAnswer(section.body)
        case 0x48: writer.auditTrail(section.body, &matches)
        case 0x5a: isWhole = true
        default: break
        }
      }
      guard isWhole else { return .cutOff }
      matches.write(&writer)
      writer.settleTarget()
      writer.set(.eventClass, (matches.isEmpty ? RecordClass.http : .security).place)
      batch.arena.advance(writer.out - batch.arena.end)
      return nil
    }
    if let reason {
      batch.abandonRow()
      return reason
    }
    batch.commitRow(record)
    return nil
  }
}

/// Without the line ends that belong to the log.
private func trimmedEnd(_ bytes: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8>? {
  var end = bytes.count
  while end > 0, bytes[end - 1] == 0x0a || bytes[end - 1] == 0x0d { end -= 1 }
  return end > 0 ? UnsafeBufferPointer(rebasing: bytes[..<end]) : nil
}

// What each section holds.
extension CellWriter {
  /// `[time] id client port server port`.
  fileprivate mutating func auditHead(_ body: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let open = body.firstIndex(of: 0x5b), let close = body[open...].firstIndex(of: 0x5d),
      let time = clock.pointee.parse(UnsafeBufferPointer(rebasing: body[(open + 1)..<close]), as: .auto)
    else { return false }
    set(.time, time)
    let words = body[(close + 1)...].split(whereSeparator: { $0 <= 0x20 }).map { UnsafeBufferPointer(rebasing: $0) }
    guard words.count >= 3 else { return true }
    _ = text(.ray, words[0])
    _ = endpoint(.ipSource, words[1])
    if let port = scaledDecimal(words[2], power: 0) { set(.sourcePort, port) }
    if words.count > 3 { _ = text(.serverIP, words[3]) }
    return true
  }

  /// The request line and the headers behind it.
  fileprivate mutating func auditRequest(_ body: UnsafeBufferPointer<UInt8>) {
    var at = 0
    var isFirst = true
    while at < body.count {
      let place = AuditSections.line(body, at)
      let line = UnsafeBufferPointer(rebasing: body[at..<place.end])
      at = place.next
      if line.count == 0 { continue }
      if isFirst { requestLine(line) } else { auditHeader(line) { Self.field(ofHeader: $0) } }
      isFirst = false
    }
  }

  /// `HTTP/1.1 403 Forbidden` and headers.
  fileprivate mutating func auditAnswer(_ body: UnsafeBufferPointer<UInt8>) {
    var at = 0
    while at < body.count {
      let place = AuditSections.line(body, at)
      let line = UnsafeBufferPointer(rebasing: body[at..<place.end])
      if at == 0, let blank = line.firstIndex(of: 0x20) {
        let digits = line[(blank + 1)...].prefix { $0 &- 0x30 < 10 }
        if let status = scaledDecimal(UnsafeBufferPointer(rebasing: digits), power: 0), status > 0 {
          set(.status, status)
        }
      } else {
        auditHeader(line) { matchesWord($0, "content-type") ? .responseType : nil }
      }
      at = place.next
    }
  }

  private mutating func auditHeader(
    _ line: UnsafeBufferPointer<UInt8>, _ field: (UnsafeBufferPointer<UInt8>) -> EventField?
  ) {
    guard let colon = line.firstIndex(of: 0x3a), let field = field(UnsafeBufferPointer(rebasing: line[..<colon])),
      isAbsent(field)
    else { return }
    let value = trimmed(UnsafeBufferPointer(rebasing: line[(colon + 1)...]))
    _ = field == .host ? host(.host, value) : text(field, value)
  }

  /// `Message: …` (version 2), `ModSecurity: …` (version 3), `Action: Intercepted`.
  fileprivate mutating func auditTrail(_ body: UnsafeBufferPointer<UInt8>, _ matches: inout RuleMatches) {
    var at = 0
    while at < body.count {
      let place = AuditSections.line(body, at)
      let line = UnsafeBufferPointer(rebasing: body[at..<place.end])
      at = place.next
      for label in ["Message: ", "ModSecurity: ", "Coraza: "] as [StaticString] {
        let label = UnsafeBufferPointer(start: label.utf8Start, count: label.utf8CodeUnitCount)
        if line.starts(with: label) { matches.add(message: UnsafeBufferPointer(rebasing: line[label.count...])) }
      }
      if line.starts(with: "Action: Intercepted".utf8) { matches.deny() }
    }
  }
}
