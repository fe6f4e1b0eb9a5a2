import Model

/// Finds the client's address among all that a line of text names.
///
/// Each address is judged by the word before it: `from`, `ip`, `client`, `rhost` speak of the client, `to`, `server`,
/// `upstream` of somebody else. The best wins, the first of equals.
struct AddressFinder {
  /// `score` says how sure the words are that this is the client: 1 when they say nothing.
  private(set) var best: (address: IPAddress, port: Int?, score: Int)?
  private var bestRank = Int.min
  private let text: UnsafeBufferPointer<UInt8>

  init(_ text: UnsafeBufferPointer<UInt8>) {
    self.text = text
    var at = 0
    while at < text.count {
      let byte = text[at]
      guard Self.mayBegin(byte), at == 0 || !Self.joins(text[at - 1]) else {
        at += 1
        continue
      }
      let end = Self.tokenEnd(text, at)
      consider(at, end)
      at = max(end, at + 1)
    }
  }

  private static func mayBegin(_ byte: UInt8) -> Bool {
    byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 6 || byte == 0x3a
  }

  /// Bytes that, standing before, make an address part of a longer word.
  private static func joins(_ byte: UInt8) -> Bool {
    (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || byte == 0x2e || byte == 0x2d || byte == 0x5f || byte >= 0x80
  }

  /// The end of the run of digits, hexadecimal letters, points and colons that begins at `start`.
  private static func tokenEnd(_ text: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int {
    if let end = dottedEnd(text, start) { return end }
    var at = start
    while at < text.count {
      let byte = text[at]
      if byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 6 || byte == 0x2e || byte == 0x3a { at += 1 } else { break }
    }
    return at
  }

  /// The end of four numbers with points between, and of a port behind them; nil where something else stands.
  private static func dottedEnd(_ text: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int? {
    var at = start
    for part in 0..<4 {
      let first = at
      while at < text.count, at - first < 4, text[at] &- 0x30 < 10 { at += 1 }
      guard 1...3 ~= at - first else { return nil }
      if part == 3 { break }
      guard at < text.count, text[at] == 0x2e else { return nil }
      at += 1
    }
    guard at + 1 < text.count, text[at] == 0x3a || text[at] == 0x23 else { return at }
    var digits = at + 1
    while digits < text.count, digits - at <= 5, text[digits] &- 0x30 < 10 { digits += 1 }
    return digits > at + 1 ? digits : at
  }

  private mutating func consider(_ start: Int, _ end: Int) {
    if end < text.count, Self.joins(text[end]), text[end] != 0x2d,
      text[end] != 0x2e || end + 1 < text.count && text[end + 1] &- 0x30 < 10
    {
      return
    }
    var last = end
    while last > start,
      text[last - 1] == 0x2e || text[last - 1] == 0x3a && !(last - start >= 2 && text[last - 2] == 0x3a)
    {
      last -= 1
    }
    guard last - start >= 3 else { return }
    let token = UnsafeBufferPointer(rebasing: text[start..<last])
    guard token.contains(0x2e) || token.contains(0x3a), let found = Endpoint(parsing: token) else { return }
    // A version number such as 4.7.0.1 stands behind a slash or a letter v; those were joined or are labelled so.
    if start > 0, text[start - 1] == 0x2f, found.address.isV4, start < 2 || text[start - 2] != 0x2f { return }
    var score = Self.score(text, before: start)
    // `client:port -> server:port`.
    if text[end...].starts(with: "->".utf8) || text[end...].starts(with: " -> ".utf8) { score += 4 }
    let rank = Self.isLoopback(found.address) ? score - 3 : score
    if rank > bestRank {
      bestRank = rank
      best = (found.address, found.port ?? port(behind: end), score)
    }
  }

  /// 127.0.0.0/8 or ::1: a proxy on the same machine, when another address is named too.
  private static func isLoopback(_ address: IPAddress) -> Bool {
    address.isV4 ? (address.low >> 24) & 0xff == 127 : address.high == 0 && address.low == 1
  }

  /// The port behind a bracketed address, or behind the word port.
  private func port(behind end: Int) -> Int? {
    var at = end
    if at < text.count, text[at] == 0x5d { at += 1 }
    if at < text.count, text[at] == 0x3a || text[at] == 0x23 {
      at += 1
    } else if text[at...].starts(with: " port ".utf8) {
      at += 6
    } else {
      return nil
    }
    var digits = at
    while digits < text.count, digits - at < 5, text[digits] &- 0x30 < 10 { digits += 1 }
    guard digits > at else { return nil }
    return scaledDecimal(UnsafeBufferPointer(rebasing: text[at..<digits]), power: 0).map(Int.init)
  }

  /// How surely the word before `start` says that a client's address follows.
  private static func score(_ text: UnsafeBufferPointer<UInt8>, before start: Int) -> Int {
    // `sip:ann@192.0.2.7`: where an account lives, seldom where its client is.
    if start > 0, text[start - 1] == 0x40 { return 0 }
    var end = start
    while end > 0, isBetween(text[end - 1]) { end -= 1 }
    var begin = end
    while begin > 0, isWord(text[begin - 1]) { begin -= 1 }
    guard begin < end, start - end <= 4 else { return 1 }
    let word = UnsafeBufferPointer(rebasing: text[begin..<end])
    for (name, score) in labels where endsWith(word, name) { return score }
    return 1
  }

  private static func isBetween(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x20, 0x3a, 0x3d, 0x22, 0x27, 0x60, 0x5b, 0x28, 0x5c, 0x3c: true  // space : = " ' ` [ ( \ <
    default: false
    }
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || byte == 0x5f || byte == 0x2d
  }

  private static func endsWith(_ word: UnsafeBufferPointer<UInt8>, _ name: StaticString) -> Bool {
    let size = name.utf8CodeUnitCount
    guard word.count >= size else { return false }
    let tail = UnsafeBufferPointer(rebasing: word[(word.count - size)...])
    guard matchesWord(tail, name) else { return false }
    // A whole word, or the last part of a compound one (`client_ip`, `remoteAddr`).
    guard word.count > size else { return true }
    let before = word[word.count - size - 1]
    return before == 0x5f || before == 0x2d || word[word.count - size] &- 0x41 < 26
  }

  /// Longer names before their own endings.
  private static let labels: [(StaticString, Int)] = [
    ("server_ip", -3), ("local_ip", -3), ("dest_ip", -3), ("dst_ip", -3), ("proxy_ip", -2), ("host_ip", -2),
    ("server_addr", -3), ("local_addr", -3), ("local_address", -3), ("destination", -3), ("server", -3),
    ("upstream", -3),
    ("local", -3), ("listen", -3), ("listening", -3), ("dst", -3), ("dest", -3), ("to", -2), ("via", -2), ("on", -1),
    ("at", -1), ("proxy", -2), ("gateway", -2), ("forwarded-for", 9), ("forwarded_for", 9), ("real-ip", 5),
    ("real_ip", 5),
    ("realip", 5), ("oip", 5), ("clientip", 5), ("client_ip", 5), ("client", 4), ("rhost", 4), ("remote_ip", 4),
    ("remoteip", 4), ("remote_addr", 4), ("remoteaddr", 4), ("remote_address", 4), ("remote", 4), ("from", 4),
    ("ip", 4),
    ("von", 4), ("van", 4), ("de", 4), ("by", 3), ("src", 4), ("srcip", 4), ("source", 4), ("addr", 3), ("address", 3),
    ("peer", 3),
    ("host", 2), ("hote", 2),
  ]
}
