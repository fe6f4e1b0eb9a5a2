/// What a text must be, as regexes of PCRE over bytes that any configuration language can hold.
///
/// The regexes are built of letters, digits and `_-/,:=!<>^$.*+?()[]{}|\` only: every other byte is written `\xHH`, so
/// no quote, blank, dollar-brace or line end can leave the place where it was put.
struct BytePattern: Hashable, Sendable {
  /// What is done to the value before it is compared.
  enum Folding: Sendable { case exact, lower, upper }

  /// Flags, or nothing.
  private(set) var head = ""
  private(set) var front = ""
  /// One of them must fit.
  private(set) var alternatives: [String]
  private(set) var back = ""

  /// One of several whole values; nil when none of them can be a folded value.
  static func oneOf(_ texts: [[UInt8]], _ folding: Folding) -> BytePattern? {
    let possible = texts.filter { isPossible($0, folding) }
    return BytePattern(head: flags(folding), front: #"\A"#, alternatives: possible.map(literal), back: #"\z"#)
  }

  static func other(than text: [UInt8], _ folding: Folding) -> BytePattern {
    guard isPossible(text, folding) else { return BytePattern(alternatives: [#"\A"#]) }
    return BytePattern(head: flags(folding), alternatives: [#"\A(?!"# + literal(text) + #"\z)"#])
  }

  /// The text somewhere, at the start or at the end.
  static func affix(_ text: [UInt8], _ folding: Folding, start: Bool, end: Bool) -> BytePattern? {
    guard isPossible(text, folding) else { return nil }
    return BytePattern(
      head: flags(folding),
      alternatives: [(start ? #"\A"# : "") + (text.isEmpty ? "(?:)" : literal(text)) + (end ? #"\z"# : "")])
  }

  /// Nil for a text that is no wildcard.
  static func wildcard(_ text: [UInt8], _ folding: Folding, ignoringCase: Bool) -> BytePattern? {
    var out = ""
    var at = 0
    while at < text.count {
      if text[at] == UInt8(ascii: "*") {
        out += ".*"
      } else {
        if text[at] == UInt8(ascii: "\\") { at += 1 }
        guard at < text.count, ignoringCase || isPossible([text[at]], folding) else { return nil }
        out += literal([text[at]])
      }
      at += 1
    }
    let caseless = ignoringCase || folding != .exact
    return BytePattern(head: caseless ? "(?is)" : "(?s)", front: #"\A"#, alternatives: [out], back: #"\z"#)
  }

  static func lengths(_ ranges: [ClosedRange<Int64>]) -> BytePattern {
    BytePattern(
      head: "(?s)", front: #"\A"#,
      alternatives: ranges.map { ".{\($0.lowerBound),\($0.upperBound == .max ? "" : String($0.upperBound))}" },
      back: #"\z"#)
  }

  static func regex(_ portable: String) -> BytePattern { BytePattern(alternatives: [portable]) }

  /// As few regexes as keep to `limit` bytes, one of which must be found; nil when one alternative alone is longer.
  func regexes(limit: Int) -> [String]? {
    if alternatives.count == 1 {
      let one = head + front + alternatives[0] + back
      return one.utf8.count <= limit ? [one] : nil
    }
    var pieces: [[String]] = []
    let frame = head.utf8.count + front.utf8.count + back.utf8.count + 4
    var size = Int.max / 2
    for alternative in alternatives {
      guard alternative.utf8.count + frame <= limit else { return nil }
      if size + alternative.utf8.count + 1 > limit {
        pieces.append([])
        size = frame
      }
      pieces[pieces.count - 1].append(alternative)
      size += alternative.utf8.count + 1
    }
    return pieces.map { head + front + "(?:" + $0.joined(separator: "|") + ")" + back }
  }

  /// The bytes as a regex that takes just them.
  static func literal(_ bytes: [UInt8]) -> String {
    bytes.map { byte in
      switch byte {
      case 48...57, 65...90, 97...122, UInt8(ascii: "/"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "="):
        String(UnicodeScalar(byte))
      case UInt8(ascii: "."): #"\."#
      default: hex(byte)
      }
    }.joined()
  }

  static func hex(_ byte: UInt8) -> String { "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16) }

  private static func flags(_ folding: Folding) -> String { folding == .exact ? "" : "(?i)" }

  /// Whether a folded value can hold the text: `lower(x)` never has a capital.
  private static func isPossible(_ text: [UInt8], _ folding: Folding) -> Bool {
    switch folding {
    case .exact: true
    case .lower: !text.contains { (65...90).contains($0) }
    case .upper: !text.contains { (97...122).contains($0) }
    }
  }
}
