import CBytes
import Model

/// What ModSecurity writes into a server's error log: words, then `[key "value"]` pairs.
///
/// Source: ModSecurity Reference Manual v2, "Alert Action Description"; v3 writes the same pairs.
package enum ModSecurityMessage {
  package static let fields: [EventField] = [
    .eventClass, .securitySource, .action, .ruleID, .ruleName, .ruleMessage, .host, .uri, .path, .query, .ray,
    .logLevel,
    .ruleScore, .scheme, .message, .ipSource,
  ]

  /// Writes the fields of one message into the row; refused when it names no rule.
  package static func write(_ text: TextSlice, _ row: Int, _ batch: EventBatch) -> Rejection? {
    guard let rule = value("id", in: text, batch), rule.length > 0 else { return .unknownShape }
    batch.set(.ruleID, row, rule)
    batch.set(.eventClass, row, Int64(EventField.eventClasses.firstIndex(of: "security")!))
    batch.set(.message, row, text)
    if let name = value("msg", in: text, batch), name.length > 0 { batch.set(.ruleName, row, name) }
    if let data = value("data", in: text, batch), data.length > 0 { batch.set(.ruleMessage, row, data) }
    if let id = value("unique_id", in: text, batch), id.length > 0 { batch.set(.ray, row, id) }
    if let host = value("hostname", in: text, batch), host.length > 0, !batch.isPresent(.host, row) {
      batch.set(.host, row, host)
    }
    if let uri = value("uri", in: text, batch), uri.length > 0, !batch.isPresent(.uri, row) {
      RequestLine.writeURI(uri, row, batch)
    }
    if batch.addresses[row].isAbsent, let client = value("client", in: text, batch),
      let address = IPAddress(parsing: batch.bytes(client))
    {
      batch.addresses[row] = address
    }
    let words = batch.bytes(text)
    let isDenied = words.starts(with: "ModSecurity: Access denied".utf8) || contains(words, "Access denied with")
    batch.set(.action, row, batch.arena.append((isDenied ? "block" : "log").utf8))
    batch.set(.securitySource, row, batch.arena.append("modsecurity".utf8))
    writeScore(words, row, batch)
    return nil
  }

  /// `Total Score: 8` in the message of the rule that judges the sum.
  private static func writeScore(_ words: UnsafeBufferPointer<UInt8>, _ row: Int, _ batch: EventBatch) {
    guard let place = find("Total Score: ", in: words) else { return }
    var score: Int64 = 0
    for byte in words[place...].prefix(6) {
      guard byte &- 0x30 < 10 else { break }
      score = score * 10 + Int64(byte &- 0x30)
    }
    batch.set(.ruleScore, row, score)
  }

  /// The value of ` [key "value"]`, its backslash escapes kept.
  private static func value(_ key: StaticString, in text: TextSlice, _ batch: EventBatch) -> TextSlice? {
    let bytes = batch.bytes(text)
    var from = 0
    while let bracket = bytes[from...].firstIndex(of: 0x5B) {
      from = bracket + 1
      let start = from + key.utf8CodeUnitCount + 1
      guard start < bytes.count, stands(key, bytes, at: from), bytes[start - 1] == 0x20 else { continue }
      let isQuoted = bytes[start] == 0x22
      let valueStart = isQuoted ? start + 1 : start
      guard let end = end(of: bytes, from: valueStart, isQuoted: isQuoted) else { return nil }
      return TextSlice(offset: Int(text.offset) + valueStart, length: end - valueStart)
    }
    return nil
  }

  private static func end(of bytes: UnsafeBufferPointer<UInt8>, from: Int, isQuoted: Bool) -> Int? {
    var at = from
    while at < bytes.count {
      if !isQuoted, bytes[at] == 0x5D { return at }
      if isQuoted, bytes[at] == 0x22, at + 1 < bytes.count, bytes[at + 1] == 0x5D { return at }
      at += bytes[at] == 0x5C ? 2 : 1
    }
    return nil
  }

  private static func stands(_ word: StaticString, _ bytes: UnsafeBufferPointer<UInt8>, at start: Int) -> Bool {
    start + word.utf8CodeUnitCount <= bytes.count
      && (0..<word.utf8CodeUnitCount).allSatisfy { bytes[start + $0] == word.utf8Start[$0] }
  }

  private static func contains(_ bytes: UnsafeBufferPointer<UInt8>, _ word: StaticString) -> Bool {
    find(word, in: bytes) != nil
  }

  /// Where the text behind `word` begins.
  private static func find(_ word: StaticString, in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    var at = 0
    while let hit = bytes[at...].firstIndex(of: word.utf8Start[0]) {
      if stands(word, bytes, at: hit) { return hit + word.utf8CodeUnitCount }
      at = hit + 1
    }
    return nil
  }
}
