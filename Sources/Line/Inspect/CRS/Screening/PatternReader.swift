/// Reads a PCRE pattern as far as its needs go; nil for what it does not know, and then nothing can be ruled out.
///
/// Case is ignored throughout, look-around and anchors ask for nothing.
struct PatternReader {
  private let text: [UInt8]
  private var at = 0

  private struct Unknown: Error {}

  static func need(of pattern: String) -> Need? {
    var reader = PatternReader(text: Array(pattern.utf8))
    guard let need = try? reader.alternatives(), reader.at == reader.text.count else { return nil }
    return need
  }

  private init(text: [UInt8]) { self.text = text }

  private var next: UInt8? { at < text.count ? text[at] : nil }

  private mutating func take(_ wanted: StaticString) -> Bool {
    let count = wanted.utf8CodeUnitCount
    guard at + count <= text.count, (0..<count).allSatisfy({ text[at + $0] == wanted.utf8Start[$0] }) else {
      return false
    }
    at += count
    return true
  }

  private mutating func byte() throws -> UInt8 {
    guard let byte = next else { throw Unknown() }
    at += 1
    return byte
  }

  private mutating func alternatives() throws -> Need {
    var all = [try sequence()]
    while take("|") { all.append(try sequence()) }
    return all.count == 1 ? all[0] : .either(all)
  }

  private mutating func sequence() throws -> Need {
    var parts: [Need] = []
    while let byte = next, byte != UInt8(ascii: "|"), byte != UInt8(ascii: ")") {
      let part = try atom()
      parts.append(part.repeated(try quantifier()))
    }
    return .sequence(parts)
  }

  private mutating func quantifier() throws -> ClosedRange<Int> {
    var times = 1...1
    if take("*") {
      times = 0...Int.max
    } else if take("+") {
      times = 1...Int.max
    } else if take("?") {
      times = 0...1
    } else if let counted = counts() {
      times = counted
    } else {
      return times
    }
    // Lazy or possessive: the same needs.
    if !take("?") { _ = take("+") }
    return times
  }

  /// `{n}`, `{n,}` or `{n,m}`; anything else is a brace.
  private mutating func counts() -> ClosedRange<Int>? {
    let start = at
    if take("{"), let low = number() {
      if take("}") { return low...low }
      if take(",") {
        if take("}") { return low...Int.max }
        if let high = number(), high >= low, take("}") { return low...high }
      }
    }
    at = start
    return nil
  }

  private mutating func number() -> Int? {
    let start = at
    while let byte = next, isDigit(byte), at - start < 6 { at += 1 }
    return Int(String(decoding: text[start..<at], as: UTF8.self))
  }

  private mutating func atom() throws -> Need {
    switch try byte() {
    case UInt8(ascii: "("): return try group()
    case UInt8(ascii: "["): return .byte(in: try set())
    case UInt8(ascii: "."): return .anyByte
    case UInt8(ascii: "^"), UInt8(ascii: "$"): return .nothing
    case UInt8(ascii: "\\"): return try escape()
    case let byte: return .byte(in: single(byte))
    }
  }

  private func single(_ byte: UInt8) -> [Bool] {
    var set = [Bool](repeating: false, count: 256)
    set[Int(byte)] = true
    return set
  }

  private mutating func group() throws -> Need {
    if take("?") {
      if take("=") || take("!") || take("<=") || take("<!") {
        _ = try closed()
        return .nothing
      }
      if !take(":"), !take(">") {
        // Options: all but `x`, which would make blanks meaningless.
        while let byte = next, isLetter(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "^") {
          if byte == UInt8(ascii: "x") { throw Unknown() }
          at += 1
        }
        if take(")") { return .nothing }
        guard take(":") else { throw Unknown() }
      }
    } else if next == UInt8(ascii: "*") {
      throw Unknown()
    }
    return try closed()
  }

  private mutating func closed() throws -> Need {
    let need = try alternatives()
    guard take(")") else { throw Unknown() }
    return need
  }

  // MARK: escapes and sets

  private mutating func escape() throws -> Need {
    switch try byte() {
    case UInt8(ascii: "b"), UInt8(ascii: "B"), UInt8(ascii: "A"), UInt8(ascii: "Z"), UInt8(ascii: "z"),
      UInt8(ascii: "G"), UInt8(ascii: "K"):
      return .nothing
    case UInt8(ascii: "1")...UInt8(ascii: "9"):
      while let byte = next, isDigit(byte) { at += 1 }
      return .unknown
    case UInt8(ascii: "N"), UInt8(ascii: "R"), UInt8(ascii: "C"): return .anyByte
    default:
      at -= 1
      return .byte(in: try escapedSet())
    }
  }

  /// The bytes that the escape after a backslash stands for.
  private mutating func escapedSet() throws -> [Bool] {
    let byte = try byte()
    switch byte {
    case UInt8(ascii: "d"): return members(isDigit)
    case UInt8(ascii: "D"): return members { !isDigit($0) }
    case UInt8(ascii: "w"): return members(isWord)
    case UInt8(ascii: "W"): return members { !isWord($0) }
    case UInt8(ascii: "s"): return members(isBlank)
    case UInt8(ascii: "S"): return members { !isBlank($0) }
    case UInt8(ascii: "h"): return members { $0 == 9 || $0 == 32 || $0 == 0xa0 }
    case UInt8(ascii: "v"): return members { ($0 >= 10 && $0 <= 13) || $0 == 0x85 }
    case UInt8(ascii: "n"): return single(10)
    case UInt8(ascii: "r"): return single(13)
    case UInt8(ascii: "t"): return single(9)
    case UInt8(ascii: "f"): return single(12)
    case UInt8(ascii: "e"): return single(27)
    case UInt8(ascii: "a"): return single(7)
    case UInt8(ascii: "x"): return single(try hex())
    case let byte where isLetter(byte) || isDigit(byte): throw Unknown()
    default: return single(byte)
    }
  }

  private mutating func hex() throws -> UInt8 {
    var value: UInt8 = 0
    var digits = 0
    while digits < 2, let byte = next, isHexDigit(byte) {
      value = value &* 16 &+ hexValue(byte)
      digits += 1
      at += 1
    }
    if digits == 0 { throw Unknown() }
    return value
  }

  private func members(_ isMember: (UInt8) -> Bool) -> [Bool] { (0...255).map { isMember(UInt8($0)) } }

  private func isWord(_ byte: UInt8) -> Bool { isLetter(byte) || isDigit(byte) || byte == UInt8(ascii: "_") }

  private mutating func set() throws -> [Bool] {
    let isNegated = take("^")
    var set = [Bool](repeating: false, count: 256)
    var isFirst = true
    while isFirst || next != UInt8(ascii: "]") {
      isFirst = false
      if next == UInt8(ascii: "["), at + 1 < text.count, text[at + 1] == UInt8(ascii: ":") { throw Unknown() }
      let low = try member()
      if next == UInt8(ascii: "-"), at + 1 < text.count, text[at + 1] != UInt8(ascii: "]"), low.one != nil {
        at += 1
        let high = try member()
        guard let first = low.one, let last = high.one, first <= last else { throw Unknown() }
        for byte in first...last { set[Int(byte)] = true }
      } else {
        for byte in 0...255 where low.set[byte] { set[byte] = true }
      }
    }
    at += 1
    return isNegated ? set.map { !$0 } : set
  }

  /// One entry of a set; `one` when it is a single byte.
  private mutating func member() throws -> (set: [Bool], one: UInt8?) {
    let byte = try byte()
    guard byte == UInt8(ascii: "\\") else { return (single(byte), byte) }
    if take("b") { return (single(8), 8) }
    let set = try escapedSet()
    let members = (0...255).filter { set[$0] }
    return (set, members.count == 1 ? UInt8(members[0]) : nil)
  }
}
