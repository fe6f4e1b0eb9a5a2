extension [UInt8] {
  /// The text with what `decode` makes of each mark and what follows it, nil where it makes nothing of any.
  ///
  /// `decode` appends what it reads and says how many bytes behind the mark it took; nil leaves the mark as it is.
  fileprivate func replacing(_ mark: UInt8, _ decode: (ArraySlice<UInt8>, inout [UInt8]) -> Int?) -> [UInt8]? {
    guard let first = firstIndex(of: mark) else { return nil }
    var out: [UInt8] = []
    out.reserveCapacity(count)
    out += self[..<first]
    var changed = false
    var at = first
    while at < count {
      if self[at] == mark, let taken = decode(self[(at + 1)...], &out) {
        at += 1 + taken
        changed = true
      } else {
        out.append(self[at])
        at += 1
      }
    }
    return changed ? out : nil
  }
}

/// `%41`, `%u0041`.
enum PercentDecoding {
  /// One layer off, or nil when there is nothing to take off. A `%` without two hexadecimal digits stays.
  static func decode(_ bytes: [UInt8], _ disguise: inout Disguise) -> [UInt8]? {
    bytes.replacing(ASCII.percent) { rest, out in
      if rest.count >= 2, let value = hexNumber(rest.prefix(2)) {
        out.append(UInt8(value))
        return 2
      }
      guard let first = rest.first, first | 0x20 == UInt8(ascii: "u"), rest.count >= 5,
        let value = hexNumber(rest.dropFirst().prefix(4))
      else { return nil }
      out.appendScalar(value)
      disguise.insert(.percentU)
      return 5
    }
  }

  /// The number that up to eight hexadecimal digits write, nil when one is none.
  static func hexNumber(_ digits: some Collection<UInt8>) -> UInt32? {
    guard !digits.isEmpty, digits.count <= 8 else { return nil }
    var value: UInt32 = 0
    for digit in digits {
      guard let next = digit.hexValue else { return nil }
      value = value << 4 | next
    }
    return value
  }
}

/// `\u0041`, `\u{41}`, `\x41`, and `\n`-like letters when they stand for control characters of a shell or a header.
enum EscapeDecoding {
  static func decode(_ bytes: [UInt8]) -> [UInt8]? {
    bytes.replacing(ASCII.backslash) { rest, out in
      guard let (value, length) = escape(rest) else { return nil }
      out.appendScalar(value)
      return length
    }
  }

  private static func escape(_ rest: ArraySlice<UInt8>) -> (UInt32, Int)? {
    guard let kind = rest.first else { return nil }
    let digits = rest.dropFirst()
    switch kind {
    case UInt8(ascii: "u"), UInt8(ascii: "U"):
      if digits.first == ASCII.openBrace, let end = digits.prefix(10).firstIndex(of: ASCII.closeBrace),
        let value = PercentDecoding.hexNumber(digits[(digits.startIndex + 1)..<end]), value < 0x11_0000
      {
        return (value, end - rest.startIndex + 1)
      }
      guard digits.count >= 4, let value = PercentDecoding.hexNumber(digits.prefix(4)) else { return nil }
      return (value, 5)
    case UInt8(ascii: "x"), UInt8(ascii: "X"):
      guard digits.count >= 2, let value = PercentDecoding.hexNumber(digits.prefix(2)) else { return nil }
      return (value, 3)
    default: return nil
    }
  }
}

/// `&lt;`, `&#60;`, `&#x3c`: the references that HTML parsers accept, a missing semicolon included.
enum EntityDecoding {
  private static let named: [(StaticString, UInt8)] = [
    ("lt", 0x3C), ("gt", 0x3E), ("amp", 0x26), ("quot", 0x22), ("apos", 0x27), ("lpar", 0x28), ("rpar", 0x29),
    ("colon", 0x3A), ("semi", 0x3B), ("tab", 0x09), ("newline", 0x0A), ("sol", 0x2F), ("bsol", 0x5C),
    ("excl", 0x21), ("equals", 0x3D), ("lbrace", 0x7B), ("rbrace", 0x7D), ("lsqb", 0x5B), ("rsqb", 0x5D),
    ("grave", 0x60), ("num", 0x23), ("period", 0x2E), ("comma", 0x2C), ("plus", 0x2B), ("dollar", 0x24),
    ("lowbar", 0x5F), ("nbsp", 0x20), ("ast", 0x2A), ("percnt", 0x25),
  ]

  static func decode(_ bytes: [UInt8]) -> [UInt8]? {
    bytes.replacing(ASCII.ampersand) { rest, out in
      guard let (value, length) = reference(rest.prefix(12)) else { return nil }
      out.appendScalar(value)
      return length
    }
  }

  private static func reference(_ rest: ArraySlice<UInt8>) -> (UInt32, Int)? {
    if rest.first == ASCII.hash { return number(rest.dropFirst()) }
    for (name, value) in named where rest.beginsCaseless(name) {
      let length = name.utf8CodeUnitCount
      // Without its semicolon a name is more likely a parameter (`&lt=3`) than a reference.
      guard rest.dropFirst(length).first == ASCII.semicolon else { continue }
      return (UInt32(value), length + 1)
    }
    return nil
  }

  private static func number(_ rest: ArraySlice<UInt8>) -> (UInt32, Int)? {
    let isHex = rest.first.map { $0 | 0x20 == UInt8(ascii: "x") } ?? false
    let digits = (isHex ? rest.dropFirst() : rest).prefix { isHex ? $0.hexValue != nil : $0.isASCIIDigit }
    guard !digits.isEmpty, digits.count <= 7 else { return nil }
    let base: UInt32 = isHex ? 16 : 10
    let value = digits.reduce(UInt32(0)) { $0 &* base &+ ($1.hexValue ?? 0) }
    guard value < 0x11_0000 else { return nil }
    let length = 1 + (isHex ? 1 : 0) + digits.count
    let hasSemicolon = rest.dropFirst(length - 1).first == ASCII.semicolon
    return (value, length + (hasSemicolon ? 1 : 0))
  }
}

/// Overlong UTF-8 and full-width forms folded to the ASCII they are read as.
enum WideFolding {
  static func fold(_ bytes: [UInt8], _ disguise: inout Disguise) -> [UInt8]? {
    guard bytes.contains(where: { $0 == 0xC0 || $0 == 0xC1 || $0 == 0xE0 || $0 == 0xEF || $0 == 0xE5 }) else {
      return nil
    }
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count)
    var at = 0
    while at < bytes.count {
      if let (value, length, kind) = folded(bytes[at...].prefix(3)) {
        out.append(value)
        at += length
        disguise.insert(kind)
      } else {
        out.append(bytes[at])
        at += 1
      }
    }
    return out.count == bytes.count ? nil : out
  }

  private static func folded(_ rest: ArraySlice<UInt8>) -> (UInt8, Int, Disguise)? {
    let a = rest[rest.startIndex]
    guard rest.count >= 2 else { return nil }
    let b = rest[rest.startIndex + 1]
    if a == 0xC0 || a == 0xC1, b & 0xC0 == 0x80 { return ((a & 1) << 6 | b & 0x3F, 2, .overlong) }
    guard rest.count == 3 else { return nil }
    let c = rest[rest.startIndex + 2]
    if a == 0xE0, b & 0xFE == 0x80, c & 0xC0 == 0x80 { return ((b & 1) << 6 | c & 0x3F, 3, .overlong) }
    // U+FF01…U+FF5E stand for U+0021…U+007E.
    if a == 0xEF, b == 0xBC, c > 0x80, c <= 0xBF { return (c &- 0x60, 3, .fullWidth) }
    if a == 0xEF, b == 0xBD, c >= 0x80, c <= 0x9E { return (c &- 0x20, 3, .fullWidth) }
    // U+560A and U+560D: servers that keep the low byte write a line break into the answer.
    if a == 0xE5, b == 0x98, c == 0x8A || c == 0x8D { return (c & 0x0F, 3, .overlong) }
    return nil
  }
}

/// `+ADw-script+AD4-` (RFC 2152): browsers and XML parsers of old took it for markup.
enum UTF7Decoding {
  static func decode(_ bytes: [UInt8]) -> [UInt8]? {
    guard bytes.holds("+AD") else { return nil }
    return bytes.replacing(ASCII.plus) { rest, out in
      let run = rest.prefix { $0.isASCIIAlphanumeric || $0 == ASCII.plus || $0 == ASCII.slash }
      guard run.count >= 3, run.first == UInt8(ascii: "A") else { return nil }
      let units = Base64.bits(run)
      for index in stride(from: 0, to: units.count - 1, by: 2) {
        out.appendScalar(UInt32(units[index]) << 8 | UInt32(units[index + 1]))
      }
      return run.count + (rest.dropFirst(run.count).first == ASCII.dash ? 1 : 0)
    }
  }
}

/// Base64, both alphabets (RFC 4648), padding optional.
enum Base64 {
  static func value(of byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte &- 65
    case UInt8(ascii: "a")...UInt8(ascii: "z"): byte &- 71
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte &+ 4
    case ASCII.plus, ASCII.dash: 62
    case ASCII.slash, ASCII.underscore: 63
    default: nil
    }
  }

  /// The bytes that a run of base64 letters holds; left-over bits are dropped.
  static func bits(_ letters: some Collection<UInt8>) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(letters.count * 3 / 4)
    var store: UInt32 = 0
    var held = 0
    for letter in letters {
      guard let six = value(of: letter) else { break }
      store = store << 6 | UInt32(six)
      held += 6
      if held >= 8 {
        held -= 8
        out.append(UInt8(truncatingIfNeeded: store >> UInt32(held)))
      }
    }
    return out
  }

  static let shortest = 10

  /// The text inside when the whole of `bytes` is base64 of printable ASCII, else nil: a token or a name.
  static func text(_ bytes: [UInt8]) -> [UInt8]? {
    var letters = bytes[...]
    if let slash = letters.first, slash == ASCII.slash { letters = letters.dropFirst() }
    while letters.last == ASCII.equals { letters = letters.dropLast() }
    guard letters.count >= shortest, letters.count <= 1 << 16, letters.count % 4 != 1,
      isReadable(bits(letters.prefix(12))[...]), letters.allSatisfy({ value(of: $0) != nil })
    else { return nil }
    let text = bits(letters)
    return isReadable(text[...]) ? text : nil
  }

  private static func isReadable(_ text: ArraySlice<UInt8>) -> Bool {
    text.allSatisfy { ($0 >= 0x20 && $0 < 0x7F) || $0 == 9 || $0 == 10 || $0 == 13 }
  }
}
