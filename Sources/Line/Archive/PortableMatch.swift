/// A regex that DuckDB's engine (RE2, characters) and the language's (PCRE2, bytes) read the same way.
///
/// A part of both languages: ASCII literals, classes of ASCII, groups, alternatives, counts; a dot only as `.*` and `.+`,
/// where bytes and characters cannot differ; `^` first and `$` last. Exact only without `*`, `+` and open counts: with
/// them PCRE2 may give up on a long text, which then does not match; RE2 never does, so it finds at least as much.
struct PortableMatch {
  private(set) var isExact = true
  private let pattern: [UInt8]
  private var at = 0

  init?(_ pattern: [UInt8]) {
    self.pattern = pattern
    guard pattern.count <= 1_000, pattern.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else { return nil }
    if peek == UInt8(ascii: "^") { at += 1 }
    guard alternatives(depth: 0), at == pattern.count else { return nil }
  }

  private var peek: UInt8? { at < pattern.count ? pattern[at] : nil }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard peek == byte else { return false }
    at += 1
    return true
  }

  private mutating func alternatives(depth: Int) -> Bool {
    guard depth < 8 else { return false }
    repeat {
      // An empty alternative is read alike and rarely meant.
      guard pieces(depth: depth) else { return false }
    } while take(UInt8(ascii: "|"))
    return true
  }

  private mutating func pieces(depth: Int) -> Bool {
    var count = 0
    while let byte = peek, byte != UInt8(ascii: "|"), byte != UInt8(ascii: ")") {
      if byte == UInt8(ascii: "$") {
        guard depth == 0, at == pattern.count - 1 else { return false }
        at += 1
        return true
      }
      let isGroup = byte == UInt8(ascii: "(")
      let isDot = byte == UInt8(ascii: ".")
      guard atom(depth: depth) else { return false }
      guard let counted = repeatCount(afterDot: isDot), !(isGroup && counted) else { return false }
      count += 1
    }
    return count > 0
  }

  /// A count behind an atom, if there is one; nil where it is one that the engines may read otherwise.
  private mutating func repeatCount(afterDot: Bool) -> Bool? {
    guard let byte = peek else { return afterDot ? nil : false }
    switch byte {
    case UInt8(ascii: "*"), UInt8(ascii: "+"):
      at += 1
      isExact = false
    case UInt8(ascii: "?"):
      if afterDot { return nil }
      at += 1
    case UInt8(ascii: "{"):
      if afterDot { return nil }
      at += 1
      guard let low = number() else { return nil }
      var high = low
      if take(UInt8(ascii: ",")) {
        guard let end = number() else { return nil }
        high = end
      }
      guard low <= high, take(UInt8(ascii: "}")) else { return nil }
    default: return afterDot ? nil : false
    }
    // A lazy count finds in the same texts; a second count or a possessive one does not.
    _ = take(UInt8(ascii: "?"))
    if let next = peek, "*+?{".utf8.contains(next) { return nil }
    return true
  }

  private mutating func number() -> Int? {
    var value = 0
    var digits = 0
    while let byte = peek, byte &- 0x30 < 10, digits < 3 {
      value = value * 10 + Int(byte - 0x30)
      digits += 1
      at += 1
    }
    return digits > 0 && value <= 100 ? value : nil
  }

  private mutating func atom(depth: Int) -> Bool {
    guard let byte = peek else { return false }
    at += 1
    switch byte {
    case UInt8(ascii: "."): return true
    case UInt8(ascii: "("):
      if take(UInt8(ascii: "?")), !take(UInt8(ascii: ":")) { return false }
      return alternatives(depth: depth + 1) && take(UInt8(ascii: ")"))
    case UInt8(ascii: "["): return members()
    case UInt8(ascii: "\\"): return escape()
    case UInt8(ascii: "^"), UInt8(ascii: "$"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"),
      UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "]"):
      return false
    default: return true
    }
  }

  /// A digit, a word character, or a sign as itself.
  private mutating func escape() -> Bool {
    guard let byte = peek else { return false }
    at += 1
    let isLetter = (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10
    return !isLetter || byte == UInt8(ascii: "d") || byte == UInt8(ascii: "w")
  }

  private mutating func members() -> Bool {
    var count = 0
    while let byte = peek {
      at += 1
      switch byte {
      case UInt8(ascii: "]"): return count > 0
      case UInt8(ascii: "\\"): if !escape() { return false }
      // Named classes, and classes of everything else, which take a byte here and a character there.
      case UInt8(ascii: "["): return false
      case UInt8(ascii: "^") where count == 0: return false
      case UInt8(ascii: "&"), UInt8(ascii: "~"): return false
      default: break
      }
      count += 1
    }
    return false
  }
}
