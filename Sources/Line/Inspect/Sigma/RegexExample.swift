/// Texts that a regex matches, made by walking its own spelling.
///
/// Knows literals, classes, groups, alternatives and repeats: what signature rules are written with. A construct it does
/// not know ends the walk, and the caller finds out by trying the text.
struct RegexExample {
  private var pattern: ArraySlice<UInt8>
  private var depth = 0
  /// Which alternative is taken wherever there are several.
  private let choice: Int

  /// A few candidates, one for each of the first alternatives.
  static func texts(of pattern: [UInt8], choices: Int = 4) -> [[UInt8]] {
    var texts: [[UInt8]] = []
    for choice in 0..<choices {
      var walk = RegexExample(pattern: pattern[...], choice: choice)
      let text = walk.alternatives()
      if !texts.contains(text) { texts.append(text) }
    }
    return texts
  }

  private init(pattern: ArraySlice<UInt8>, choice: Int) {
    self.pattern = pattern
    self.choice = choice
  }

  private mutating func take(_ sign: Character) -> Bool {
    guard let byte = pattern.first, byte == sign.asciiValue else { return false }
    pattern.removeFirst()
    return true
  }

  private mutating func alternatives() -> [UInt8] {
    depth += 1
    defer { depth -= 1 }
    guard depth < 100 else { return [] }
    var all = [sequence()]
    while take("|") { all.append(sequence()) }
    return all[min(choice, all.count - 1)]
  }

  private mutating func sequence() -> [UInt8] {
    var text: [UInt8] = []
    while let byte = pattern.first, byte != UInt8(ascii: "|"), byte != UInt8(ascii: ")") {
      let piece = atom()
      text += Array(repeating: piece, count: times()).joined()
    }
    return text
  }

  private mutating func atom() -> [UInt8] {
    let byte = pattern.removeFirst()
    switch byte {
    case UInt8(ascii: "("): return group()
    case UInt8(ascii: "["): return oneOfClass()
    case UInt8(ascii: "."): return [UInt8(ascii: "x")]
    case UInt8(ascii: "^"), UInt8(ascii: "$"): return []
    case UInt8(ascii: "\\"): return escape()
    default: return [byte]
    }
  }

  private mutating func group() -> [UInt8] {
    var isLookaround = false
    if take("?") {
      // Flags, names and look-around end at the sign that opens the body.
      while let byte = pattern.first, byte != UInt8(ascii: ")") {
        pattern.removeFirst()
        if byte == UInt8(ascii: "=") || byte == UInt8(ascii: "!") { isLookaround = true }
        if byte == UInt8(ascii: ":") || byte == UInt8(ascii: ">") || isLookaround { break }
      }
    }
    let text = alternatives()
    _ = take(")")
    return isLookaround ? [] : text
  }

  private mutating func escape() -> [UInt8] {
    guard let byte = pattern.popFirst() else { return [] }
    switch byte {
    case UInt8(ascii: "d"): return [UInt8(ascii: "1")]
    case UInt8(ascii: "w"): return [UInt8(ascii: "a")]
    case UInt8(ascii: "s"): return [0x20]
    case UInt8(ascii: "S"), UInt8(ascii: "D"): return [UInt8(ascii: "a")]
    case UInt8(ascii: "W"): return [UInt8(ascii: "-")]
    case UInt8(ascii: "t"): return [9]
    case UInt8(ascii: "n"): return [10]
    case UInt8(ascii: "r"): return [13]
    case UInt8(ascii: "b"), UInt8(ascii: "B"), UInt8(ascii: "A"), UInt8(ascii: "z"), UInt8(ascii: "Z"): return []
    case UInt8(ascii: "x"):
      let digits = pattern.prefix(2)
      guard digits.count == 2, let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16) else { return [] }
      pattern = pattern.dropFirst(2)
      return [value]
    default: return [byte]
    }
  }

  /// One byte that the class takes.
  private mutating func oneOfClass() -> [UInt8] {
    let isNegated = take("^")
    var members: Set<UInt8> = []
    var isFirst = true
    while let byte = pattern.popFirst(), isFirst || byte != UInt8(ascii: "]") {
      isFirst = false
      var low = [byte]
      if byte == UInt8(ascii: "\\") { low = escape() }
      if pattern.count > 1, pattern.first == UInt8(ascii: "-"), pattern.dropFirst().first != UInt8(ascii: "]"),
        let start = low.first
      {
        pattern.removeFirst()
        let end = pattern.removeFirst()
        if start <= end { members.formUnion(start...end) }
      } else {
        members.formUnion(low)
      }
    }
    if !isNegated { return members.min().map { [$0] } ?? [] }
    let plain = Array("xa1-_ ".utf8)
    return plain.first { !members.contains($0) }.map { [$0] } ?? []
  }

  /// How often the last piece must stand there.
  private mutating func times() -> Int {
    var count = 1
    if take("*") || take("?") {
      count = 0
    } else if take("+") {
      count = 1
    } else if pattern.first == UInt8(ascii: "{"), let end = pattern.firstIndex(of: UInt8(ascii: "}")) {
      let inside = String(decoding: pattern[(pattern.startIndex + 1)..<end], as: UTF8.self)
      if let least = inside.split(separator: ",", omittingEmptySubsequences: false).first.flatMap({
        $0.isEmpty ? 0 : Int($0)
      }) {
        pattern = pattern[(end + 1)...]
        count = min(least, 2000)
      }
    }
    _ = take("?") || take("+")
    return count
  }
}
