/// How JSON lies in a file when it is not one record a line: indented over many lines, as one array, or as one object
/// around an array (`{"Records":[…]}`, the delivery files of cloud services).
///
/// Told from the first bytes. The pieces that it cuts depend on nothing but the bytes, so any cut into batches gives the
/// same records; memory is one record.
struct JSONSpread: Sendable {
  /// First key of the object around the array; nil where records follow one another bare or in an array.
  let envelope: [UInt8]?

  /// Nil where each line is a record of its own, or where this is no JSON.
  init?(sample: UnsafeBufferPointer<UInt8>, isWhole: Bool) {
    var at = JSONSpread.skip(sample, 0)
    guard at < sample.count else { return nil }
    let isArray = sample[at] == 0x5b
    if isArray { at = JSONSpread.skip(sample, at + 1) }
    guard at < sample.count, sample[at] == 0x7b else { return nil }
    let rest = UnsafeBufferPointer(rebasing: sample[at...])
    let end = JSONSpread.objectEnd(rest)
    if let head = JSONSpread.head(rest), Self.isEnvelope(head, rest, end: end, isWhole: isWhole) {
      envelope = head.key
      return
    }
    envelope = nil
    guard !isArray else { return }
    // Indented: the first line ends within the object, behind a bracket or comma, and so do objects of no other kind.
    let line = rest.firstIndex { $0 == 0x0a } ?? rest.count
    let last = rest[..<line].last { $0 > 0x20 }
    guard line < end ?? rest.count, last == 0x7b || last == 0x5b || last == 0x2c else { return nil }
  }

  /// Names that delivery services give their lists mean an envelope wherever they stand. Others do when the file is
  /// one object and its list is all that it holds besides plain values: a record may have lists of its own.
  private static func isEnvelope(
    _ head: Head, _ rest: UnsafeBufferPointer<UInt8>, end: Int?, isWhole: Bool
  ) -> Bool {
    if deliveryNames.contains(where: { head.list.elementsEqual($0.utf8) }) { return true }
    guard head.isPlain, answerNames.contains(where: { head.list.elementsEqual($0.utf8) }) else { return false }
    guard let end else { return true }
    guard isWhole, skip(rest, end) == rest.count, let start = rest.baseAddress else { return false }
    var cursor = JSONCursor(start + head.length - 1, start + end)
    guard (try? cursor.value()) != nil else { return false }
    return !rest[(cursor.p - start)..<end].contains(0x7b)
  }

  private static let deliveryNames = ["Records", "records", "logEvents"]
  private static let answerNames = [
    "events", "Events", "logs", "entries", "hits", "items", "value", "results", "result", "data", "messages",
  ]

  /// Where the piece that begins here ends: the head of an envelope, a record with the comma behind it, what closes an
  /// array or envelope, or a line that is none of these. Nil where it goes on behind the bytes.
  func pieceEnd(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    let start = Self.skip(bytes, 0)
    guard start < bytes.count else { return nil }
    let rest = UnsafeBufferPointer(rebasing: bytes[start...])
    switch rest[0] {
    case 0x7b:
      if let envelope, Self.firstKey(rest)?.elementsEqual(envelope) == true, let head = Self.head(rest) {
        return start + head.length
      }
      return Self.objectEnd(rest).flatMap { behind($0, rest) }.map { start + $0 }
    case 0x5b, 0x5d, 0x7d, 0x2c:
      return start + 1
    default:
      // Members of the envelope behind its list, or a broken line.
      let next = rest.firstIndex { $0 == 0x0a }
      return next.map { start + $0 + 1 }
    }
  }

  /// The comma behind a record belongs to its piece, so that the next record begins where its line begins.
  private func behind(_ end: Int, _ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    let next = Self.skip(bytes, end)
    guard next < bytes.count else { return nil }
    return bytes[next] == 0x2c ? next + 1 : next
  }

  /// `{"key":[` before a list of objects, and what may stand between.
  private struct Head {
    let key: [UInt8]
    let list: [UInt8]
    /// Bytes up to and with the bracket.
    let length: Int
    /// Whether only plain values stand before the list.
    let isPlain: Bool
  }

  private static func head(_ bytes: UnsafeBufferPointer<UInt8>) -> Head? {
    guard let start = bytes.baseAddress else { return nil }
    var cursor = JSONCursor(start + 1, start + bytes.count)
    var first: [UInt8]?
    var isPlain = true
    for _ in 0..<64 {
      guard cursor.take(0x22), let key = try? cursor.string(), cursor.take(0x3a) else { return nil }
      let name = Array(key.bytes)
      var list = cursor
      if list.take(0x5b) {
        let length = list.p - start
        if list.take(0x7b) { return Head(key: first ?? name, list: name, length: length, isPlain: isPlain) }
      }
      guard let value = try? cursor.value(), cursor.take(0x2c) else { return nil }
      if value.kind == .object { isPlain = false }
      if first == nil { first = name }
    }
    return nil
  }

  private static func firstKey(_ bytes: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8>? {
    guard let start = bytes.baseAddress else { return nil }
    var cursor = JSONCursor(start + 1, start + bytes.count)
    guard cursor.take(0x22) else { return nil }
    return (try? cursor.string())?.bytes
  }

  /// Behind the object that begins here; nil where it does not end.
  private static func objectEnd(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    guard let start = bytes.baseAddress else { return nil }
    var cursor = JSONCursor(start, start + bytes.count)
    return (try? cursor.value()).map { $0.end - start }
  }

  private static func skip(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int {
    var at = start
    while at < bytes.count, bytes[at] <= 0x20 { at += 1 }
    return at
  }
}
