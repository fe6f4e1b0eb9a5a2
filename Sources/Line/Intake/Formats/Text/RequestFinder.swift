import Model

/// Finds an HTTP request that a program's own log mentions: method, target and status in some order.
struct RequestFinder {
  var method: UnsafeBufferPointer<UInt8>
  var target: UnsafeBufferPointer<UInt8>
  var status: Int

  /// Nil where the line names no method with a target, or no status.
  init?(_ text: UnsafeBufferPointer<UInt8>) {
    guard let (start, length) = Self.method(in: text) else { return nil }
    method = UnsafeBufferPointer(rebasing: text[start..<(start + length)])
    let from = start + length + 1
    var end = from
    while end < text.count, text[end] > 0x20, text[end] != 0x22, text[end] != 0x27 { end += 1 }
    // A colon behind a target (`POST /login: …`) belongs to the sentence.
    while end > from, text[end - 1] == 0x3a || text[end - 1] == 0x2c { end -= 1 }
    guard end > from else { return nil }
    target = UnsafeBufferPointer(rebasing: text[from..<end])
    guard
      let status = Self.status(in: text, from: end, to: min(text.count, end + 160))
        ?? Self.status(in: text, from: max(0, start - 48), to: start)
    else { return nil }
    self.status = status
  }

  private static let methods: [StaticString] = ["GET", "POST", "PUT", "HEAD", "DELETE", "PATCH", "OPTIONS", "PROPFIND"]

  private static func method(in text: UnsafeBufferPointer<UInt8>) -> (start: Int, length: Int)? {
    guard text.count > 6 else { return nil }
    for at in 0..<(text.count - 5) where text[at] &- 0x41 < 26 && (at == 0 || !isWord(text[at - 1])) {
      for name in methods {
        let size = name.utf8CodeUnitCount
        guard at + size + 1 < text.count, text[at + size] == 0x20,
          text[at + size + 1] == 0x2f || text[at + size + 1] == 0x68,
          UnsafeBufferPointer(rebasing: text[at..<(at + size)]).elementsEqual(
            UnsafeBufferPointer(start: name.utf8Start, count: size))
        else { continue }
        return (at, size)
      }
    }
    return nil
  }

  /// The first number from 100 to 599 that stands alone.
  private static func status(in text: UnsafeBufferPointer<UInt8>, from start: Int, to end: Int) -> Int? {
    var at = start
    while at + 3 <= end {
      if text[at] &- 0x31 < 5, text[at + 1] &- 0x30 < 10, text[at + 2] &- 0x30 < 10, at == 0 || !isWord(text[at - 1]),
        at + 3 >= text.count || !isWord(text[at + 3])
      {
        return Int(text[at] - 0x30) * 100 + Int(text[at + 1] - 0x30) * 10 + Int(text[at + 2] - 0x30)
      }
      at += 1
    }
    return nil
  }

  /// Bytes that make a number part of something longer (`8ms`, `1.401`, `192.168`).
  private static func isWord(_ byte: UInt8) -> Bool {
    (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || byte == 0x2e || byte == 0x2d || byte == 0x5f || byte >= 0x80
      || byte == 0x2f
  }
}
