import Model

/// A word, sign or literal of a condition's text.
struct ConditionToken {
  enum Kind: Equatable {
    /// A field, function or operator word, or a sign such as `==`.
    case word(String)
    case text(ByteText)
    /// Digits, an address, a network or a range of those, as written.
    case number(String)
    /// `$name` without the dollar sign.
    case list(String)
    case end
  }

  var kind: Kind
  /// Offset of the first byte, and of the byte behind the last one.
  var start: Int
  var end: Int
}

/// Cuts a condition's text into tokens; stops at the first byte that cannot begin one.
struct ConditionLexer {
  let bytes: [UInt8]
  private(set) var at = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  struct Failure: Error {
    var message: String
    var at: Int
  }

  mutating func next() throws(Failure) -> ConditionToken {
    while at < bytes.count, [0x20, 0x09, 0x0a, 0x0d].contains(bytes[at]) { at += 1 }
    let start = at
    let kind = try kind()
    return ConditionToken(kind: kind, start: start, end: at)
  }

  private mutating func kind() throws(Failure) -> ConditionToken.Kind {
    guard at < bytes.count else { return .end }
    let byte = bytes[at]
    if byte == UInt8(ascii: "\"") { return .text(try quoted()) }
    if byte == UInt8(ascii: "r"), let hashes = rawStart() { return .text(try raw(hashes: hashes)) }
    if byte == UInt8(ascii: "$") {
      at += 1
      let name = run(Self.isWordByte)
      if name.isEmpty { throw Failure(message: "expected the name of a list behind $", at: at) }
      return .list(name)
    }
    if byte == UInt8(ascii: "-") {
      at += 1
      let digits = number()
      if digits.isEmpty { throw Failure(message: "expected digits behind the minus sign", at: at) }
      return .number("-" + digits)
    }
    if Self.startsNumber(bytes, at) { return .number(number()) }
    if Self.isWordByte(byte) { return .word(run(Self.isWordByte)) }
    return .word(try sign())
  }

  private mutating func sign() throws(Failure) -> String {
    for sign in ["==", "!=", "<=", ">=", "&&", "||", "^^", "(", ")", "{", "}", "[", "]", ",", "<", ">", "!", "~", "*"]
    where bytes[at...].starts(with: sign.utf8) {
      at += sign.utf8.count
      return sign
    }
    let byte = bytes[at]
    if byte == UInt8(ascii: "=") { throw Failure(message: "a single = compares nothing: write eq or ==", at: at) }
    if byte == UInt8(ascii: "'") { throw Failure(message: "texts stand in double quotes", at: at) }
    let shown = byte > 0x20 && byte < 0x7f ? "'\(Character(UnicodeScalar(byte)))'" : "byte \(byte)"
    throw Failure(message: "\(shown) has no meaning here", at: at)
  }

  private mutating func run(_ isPart: (UInt8) -> Bool) -> String {
    let start = at
    while at < bytes.count, isPart(bytes[at]) { at += 1 }
    return String(decoding: bytes[start..<at], as: UTF8.self)
  }

  /// Digits and what may stand among them; a range may end in a negative number.
  private mutating func number() -> String {
    var text = run(Self.isNumberByte)
    if text.hasSuffix(".."), at < bytes.count, bytes[at] == UInt8(ascii: "-") {
      at += 1
      text += "-" + run(Self.isNumberByte)
    }
    return text
  }

  static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."):
      true
    default: false
    }
  }

  private static func isNumberByte(_ byte: UInt8) -> Bool {
    isWordByte(byte) && byte != UInt8(ascii: "_") || byte == UInt8(ascii: ":") || byte == UInt8(ascii: "/")
  }

  /// Digits, a leading colon, or hexadecimal digits before a colon: `80`, `::1`, `fe80::1`.
  private static func startsNumber(_ bytes: [UInt8], _ start: Int) -> Bool {
    if bytes[start] &- UInt8(ascii: "0") < 10 || bytes[start] == UInt8(ascii: ":") { return true }
    var at = start
    while at < bytes.count, at - start < 4, hexDigit(bytes[at]) != nil { at += 1 }
    return at > start && at < bytes.count && bytes[at] == UInt8(ascii: ":")
  }
}

// MARK: - Texts

extension ConditionLexer {
  /// `"…"` with the escapes `\"`, `\\` and `\xHH`.
  private mutating func quoted() throws(Failure) -> ByteText {
    let start = at
    at += 1
    var text: [UInt8] = []
    while at < bytes.count {
      let byte = bytes[at]
      at += 1
      if byte == UInt8(ascii: "\"") { return ByteText(text) }
      if byte == UInt8(ascii: "\\") { text.append(try escaped()) } else { text.append(byte) }
    }
    throw Failure(message: "this text has no closing quote", at: start)
  }

  private mutating func escaped() throws(Failure) -> UInt8 {
    let start = at - 1
    guard at < bytes.count else { throw Failure(message: "nothing behind the backslash", at: start) }
    let byte = bytes[at]
    at += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): return byte
    case UInt8(ascii: "x"):
      guard at + 1 < bytes.count, let high = hexDigit(bytes[at]), let low = hexDigit(bytes[at + 1]) else {
        throw Failure(message: "expected two hexadecimal digits behind \\x", at: start)
      }
      at += 2
      return high << 4 | low
    default:
      throw Failure(message: #"only \", \\ and \xHH are escapes; write a regex as a raw text r"…""#, at: start)
    }
  }

  /// How many `#` a raw text at this place opens with, or nil where none begins.
  private func rawStart() -> Int? {
    var end = at + 1
    while end < bytes.count, bytes[end] == UInt8(ascii: "#"), end - at <= 255 { end += 1 }
    return end < bytes.count && bytes[end] == UInt8(ascii: "\"") ? end - at - 1 : nil
  }

  private mutating func raw(hashes: Int) throws(Failure) -> ByteText {
    let start = at
    at += hashes + 2
    let first = at
    while at < bytes.count {
      if bytes[at] == UInt8(ascii: "\""), at + hashes < bytes.count,
        bytes[(at + 1)..<(at + 1 + hashes)].allSatisfy({ $0 == UInt8(ascii: "#") })
      {
        let text = ByteText(Array(bytes[first..<at]))
        at += hashes + 1
        return text
      }
      at += 1
    }
    throw Failure(message: "this raw text has no closing quote", at: start)
  }
}
