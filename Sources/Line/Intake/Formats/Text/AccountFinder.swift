import Model

/// Finds the account that a line of text about a log-in names.
///
/// In this order: a labelled value (`user=x`, `username: x`, `user "x"`), what stands behind `for`, what stands behind
/// `failed:`, what is said not to be found, anything that looks like an e-mail address.
enum AccountFinder {
  static func find(_ text: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8>? {
    labelled(text) ?? behindFor(text) ?? behindFailed(text) ?? beforeNotFound(text) ?? email(text)
      ?? beforeAddress(text)
  }

  /// A value behind one of the words that mean an account.
  private static func labelled(_ text: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8>? {
    var words = Words(text)
    while let word = words.next() {
      guard let label = labels.first(where: { endsWith(word.bytes, $0.name) }) else { continue }
      if let value = value(text, from: word.end, bare: label.bare) { return value }
    }
    return nil
  }

  private static func behindFor(_ text: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8>? {
    var words = Words(text)
    while let word = words.next() {
      if matchesWord(word.bytes, "for") || matchesWord(word.bytes, "pour") || matchesWord(word.bytes, "of"),
        let value = value(text, from: word.end, bare: true)
      {
        return value
      }
    }
    return nil
  }

  /// `Login failed: x (…`.
  private static func behindFailed(_ text: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8>? {
    var words = Words(text)
    while let word = words.next() {
      guard matchesWord(word.bytes, "failed") || matchesWord(word.bytes, "failure"), word.end + 2 < text.count,
        text[word.end] == 0x3a, let value = value(text, from: word.end, bare: true)
      else { continue }
      let behind = value.baseAddress! + value.count - text.baseAddress!
      // A sentence that goes on was no name.
      if behind == text.count || text[behind] == 0x20 && behind + 1 < text.count && text[behind + 1] == 0x28 {
        return value
      }
    }
    return nil
  }

  /// `x was not found`, `x failed to log in`.
  private static func beforeNotFound(_ text: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8>? {
    var words = Words(text)
    var previous: UnsafeBufferPointer<UInt8>?
    while let word = words.next() {
      if matchesWord(word.bytes, "was") || matchesWord(word.bytes, "does"), let previous,
        text[word.end...].starts(with: " not ".utf8), !isStop(previous)
      {
        return previous
      }
      previous = word.bytes
    }
    return nil
  }

  /// `ann 192.0.2.7 failed to log in`, `ann - 192.0.2.7 …`: the word right before the address.
  private static func beforeAddress(_ text: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8>? {
    var previous: UnsafeBufferPointer<UInt8>?
    for word in text.split(separator: 0x20, omittingEmptySubsequences: true) {
      let word = UnsafeBufferPointer(rebasing: word)
      if let name = previous, IPAddress(parsing: word) != nil {
        return name.allSatisfy(isName) && !isStop(name) && name.contains { ($0 | 0x20) &- 0x61 < 26 } ? name : nil
      }
      if !isDash(word) { previous = word }
    }
    return nil
  }

  private static func email(_ text: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8>? {
    for at in text.indices where text[at] == 0x40 {
      var start = at
      while start > 0, isName(text[start - 1]) { start -= 1 }
      var end = at + 1
      while end < text.count, isName(text[end]) { end += 1 }
      while end > at, text[end - 1] == 0x2e { end -= 1 }
      if at > start, text[at..<end].contains(0x2e) { return UnsafeBufferPointer(rebasing: text[start..<end]) }
    }
    return nil
  }

  /// The value behind a label: between quotes or brackets, behind `=` or `:`, or, where `bare`, the next word.
  private static func value(
    _ text: UnsafeBufferPointer<UInt8>, from start: Int, bare: Bool
  ) -> UnsafeBufferPointer<UInt8>? {
    var at = start
    var isAssigned = false
    // The label's own closing quote, separators, blanks.
    if at + 1 < text.count, text[at] == 0x22 || text[at] == 0x5c { at += 1 }
    while at < text.count, at - start < 6, text[at] == 0x20 || text[at] == 0x3d || text[at] == 0x3a || text[at] == 0x22
    {
      if text[at] == 0x22, isAssigned || text[at - 1] == 0x20 { break }
      if text[at] != 0x20 { isAssigned = true }
      at += 1
    }
    guard at < text.count else { return nil }
    if text[at] == 0x5c, at + 1 < text.count, text[at + 1] == 0x22 { at += 1 }
    if let close = closing(text[at]) {
      let from = at + 1
      guard at > start, let end = text[from...].prefix(200).firstIndex(where: { $0 == close || $0 == 0x5c }) else {
        return nil
      }
      let value = UnsafeBufferPointer(rebasing: text[from..<end])
      // (user) [user] 'user' "user": a sentence in brackets is none.
      return meansNothing(value) || close != 0x22 && value.contains(0x20) || IPAddress(parsing: value) != nil
        ? nil : value
    }
    guard bare || isAssigned, at > start else { return nil }
    var end = at
    while end < text.count, !endsValue(text[end]) { end += 1 }
    while end > at, text[end - 1] == 0x2e || text[end - 1] == 0x3a { end -= 1 }
    let value = UnsafeBufferPointer(rebasing: text[at..<end])
    if meansNothing(value) || isStop(value) || IPAddress(parsing: value) != nil { return nil }
    return value
  }

  private static func closing(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x22, 0x27, 0x60: byte
    case 0x28: 0x29
    case 0x5b: 0x5d
    case 0x3c: 0x3e
    default: nil
    }
  }

  private static func endsValue(_ byte: UInt8) -> Bool {
    switch byte {
    case 0...0x20, 0x2c, 0x7b, 0x5b, 0x3b, 0x22, 0x27, 0x60, 0x29, 0x28, 0x5d, 0x7d, 0x3e, 0x26, 0x7c: true
    default: false
    }
  }

  private static func isName(_ byte: UInt8) -> Bool {
    (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || byte == 0x2e || byte == 0x2d || byte == 0x5f || byte == 0x2b
      || byte >= 0x80
  }

  private static func endsWith(_ word: UnsafeBufferPointer<UInt8>, _ name: StaticString) -> Bool {
    let size = name.utf8CodeUnitCount
    guard word.count >= size else { return false }
    guard matchesWord(UnsafeBufferPointer(rebasing: word[(word.count - size)...]), name) else { return false }
    if word.count == size { return true }
    let before = word[word.count - size - 1]
    return before == 0x5f || before == 0x2d || word[word.count - size] &- 0x41 < 26
  }

  /// Words that follow a label without being the account.
  private static func isStop(_ value: UnsafeBufferPointer<UInt8>) -> Bool {
    stops.contains { matchesWord(value, $0) }
  }

  private static let stops: [StaticString] = [
    "or", "and", "the", "a", "an", "is", "was", "has", "not", "does", "did", "do", "from", "by", "in", "on", "at", "to",
    "with",
    "for", "of", "failed", "failure", "invalid", "unknown", "wrong", "user", "users", "username", "account", "login",
    "password",
    "passwords", "credentials", "authentication", "auth", "logged", "log", "name", "email", "id", "ip", "address",
    "attempt",
    "attempts", "denied", "agent", "exists", "exist", "found", "already", "error", "db", "service", "action", "request",
    "illegal", "disabled", "locked", "expired", "session", "method", "via", "using", "details", "could", "cannot", "no",
    "any",
    "this", "that", "it", "client", "host", "remote", "reason", "lookup", "authenticated", "authenticating",
    "successfully",
    "logon", "tried", "entered", "provided", "token", "ssh2", "admin_ui", "authenticator",
  ]

  private struct Label {
    let name: StaticString
    /// Whether a word that simply follows is the account.
    let bare: Bool
  }

  private static let labels: [Label] = [
    Label(name: "username", bare: true), Label(name: "user_name", bare: false), Label(name: "uname", bare: false),
    Label(name: "user", bare: true), Label(name: "login", bare: false), Label(name: "account", bare: true),
    Label(name: "acct", bare: false), Label(name: "email", bare: false), Label(name: "mail", bare: false),
    Label(name: "logname", bare: false), Label(name: "usr", bare: false), Label(name: "identifier", bare: false),
    Label(name: "userid", bare: false), Label(name: "principal", bare: false), Label(name: "benutzer", bare: true),
    Label(name: "utilisateur", bare: true),
  ]

  /// Runs of letters, digits, `_` and `-`, with where they end.
  private struct Words {
    private let text: UnsafeBufferPointer<UInt8>
    private var at = 0

    init(_ text: UnsafeBufferPointer<UInt8>) { self.text = text }

    mutating func next() -> (bytes: UnsafeBufferPointer<UInt8>, end: Int)? {
      while at < text.count, !isWord(text[at]) { at += 1 }
      guard at < text.count else { return nil }
      let start = at
      while at < text.count, isWord(text[at]) { at += 1 }
      return (UnsafeBufferPointer(rebasing: text[start..<at]), at)
    }

    private func isWord(_ byte: UInt8) -> Bool {
      (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || byte == 0x5f || byte == 0x2d
    }
  }
}
