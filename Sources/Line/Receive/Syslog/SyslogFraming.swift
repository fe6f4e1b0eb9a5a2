/// Cuts a TCP stream into syslog messages, one line each.
///
/// Octet counting where a message begins with its length, else a newline ends it. A newline within a counted message
/// becomes a space: one message is one line, whatever its sender put into it. Source: RFC 6587 section 3.4.
package struct SyslogFraming {
  /// Longer messages are cut. RFC 5424 section 6.1 asks for 2,048; logs of requests are longer.
  package static let limit = 64 << 10

  private var rest: [UInt8] = []
  /// Bytes of a message beyond the limit that are still to be thrown away; until the newline where negative.
  private var skipping = 0
  package private(set) var messages = 0
  package private(set) var cut = 0

  package init() {}

  /// Takes bytes as they came and appends whole messages to `lines`, each with a line end.
  package mutating func take(_ bytes: some Collection<UInt8>, into lines: inout [UInt8]) {
    rest += bytes
    var start = 0
    while let next = message(from: start) {
      append(rest[next.text], to: &lines)
      start = next.end
    }
    rest.removeFirst(min(start, rest.count))
  }

  /// What is left when the connection ends: a last message without its newline.
  package mutating func finish(into lines: inout [UInt8]) {
    if skipping == 0, !rest.isEmpty, counted(from: 0) == nil { append(rest[...], to: &lines) }
    rest = []
  }

  private mutating func append(_ text: ArraySlice<UInt8>, to lines: inout [UInt8]) {
    // Some senders end counted messages with a newline or a zero as well.
    var text = text
    while let last = text.last, last == 0x0A || last == 0x0D || last == 0 { text.removeLast() }
    if text.isEmpty { return }
    messages += 1
    lines += text.lazy.map { $0 == 0x0A || $0 == 0x0D ? 0x20 : $0 }
    lines.append(0x0A)
  }

  /// The next whole message behind `start`, nil where it has not all come yet.
  private mutating func message(from start: Int) -> (text: Range<Int>, end: Int)? {
    if skipping != 0 { return skip(from: start) }
    guard start < rest.count else { return nil }
    if let (length, begin) = counted(from: start) {
      let kept = min(length, Self.limit)
      guard rest.count - begin >= kept else { return nil }
      if length > kept {
        cut += 1
        skipping = length - kept
      }
      return (begin..<begin + kept, begin + kept)
    }
    if couldBeCounted(from: start) { return nil }
    if let end = rest[start...].firstIndex(of: 0x0A) {
      if end - start > Self.limit { cut += 1 }
      return (start..<min(end, start + Self.limit), end + 1)
    }
    guard rest.count - start >= Self.limit else { return nil }
    cut += 1
    skipping = -1
    return (start..<start + Self.limit, start + Self.limit)
  }

  /// Throws away what lies beyond the limit; the empty message in its place is left out.
  private mutating func skip(from start: Int) -> (text: Range<Int>, end: Int)? {
    let end: Int
    if skipping > 0 {
      end = min(rest.count, start + skipping)
      skipping -= end - start
    } else if let newline = rest[start...].firstIndex(of: 0x0A) {
      skipping = 0
      end = newline + 1
    } else {
      end = rest.count
    }
    return end > start ? (start..<start, end) : nil
  }

  /// `123 <13>…`: length and where the message begins.
  private func counted(from start: Int) -> (length: Int, begin: Int)? {
    var length = 0
    var at = start
    while at < rest.count, at - start < 8, rest[at] &- 0x30 < 10 {
      length = length * 10 + Int(rest[at] &- 0x30)
      at += 1
    }
    guard at > start, rest[start] != 0x30, at < rest.count, rest[at] == 0x20,
      at + 1 == rest.count || rest[at + 1] == 0x3C
    else { return nil }
    return (length, at + 1)
  }

  /// Whether what has come so far may turn out to begin with a length.
  private func couldBeCounted(from start: Int) -> Bool {
    rest.count - start < 8 && rest[start] != 0x30 && rest[start...].allSatisfy { $0 &- 0x30 < 10 }
  }
}
