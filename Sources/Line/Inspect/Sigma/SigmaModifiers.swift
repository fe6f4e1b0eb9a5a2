import Model

/// The modifiers behind a field's name: `field|contains|all`.
///
/// Source: Sigma specification 2.1, appendix on modifiers.
struct SigmaModifiers {
  enum Placement { case whole, contains, startsWith, endsWith }

  var placement = Placement.whole
  var all = false
  var cased = false
  var negated = false
  var exists = false
  var cidr = false
  var expand = false
  var fieldref = false
  /// Flags of a regex, or nil where the value is none.
  var regex: String?
  /// How a number is compared.
  var order: ConditionRelation?
  /// Which part of a time is compared.
  var timePart: DerivedField?
  /// Encodings in the order in which they are applied.
  var encodings: [SigmaEncoding] = []

  static let words =
    ["all", "startswith", "endswith", "contains", "exists", "cased", "neq", "windash", "re", "i", "m", "s", "base64"]
    + [
      "base64offset", "utf16le", "utf16be", "utf16", "wide", "lt", "lte", "gt", "gte", "minute", "hour", "day", "week",
    ]
    + ["month", "year", "cidr", "expand", "fieldref"]

  struct Unknown: Error {
    var message: String
    var suggestion: String?
  }

  init(_ words: some Sequence<String>) throws(Unknown) {
    for word in words { try take(word) }
    let isText = placement != .whole || cased || !encodings.isEmpty
    if regex != nil, isText { throw Unknown(message: "'re' does not go together with other text modifiers") }
    if cidr || order != nil || exists, isText || regex != nil {
      throw Unknown(message: "text modifiers do not go together with cidr, exists or comparisons")
    }
    if timePart != nil, placement != .whole || regex != nil { throw Unknown(message: "a part of a time is a number") }
    if let last = encodings.last, last.isWide {
      throw Unknown(
        message: "'\(last.rawValue)' makes bytes that no log holds as such: follow it by base64 or base64offset")
    }
  }

  private mutating func take(_ word: String) throws(Unknown) {
    switch word {
    case "contains": placement = .contains
    case "startswith": placement = .startsWith
    case "endswith": placement = .endsWith
    case "all": all = true
    case "cased": cased = true
    case "neq": negated = true
    case "exists": exists = true
    case "cidr": cidr = true
    case "expand": expand = true
    case "fieldref": fieldref = true
    case "re": regex = ""
    case "i", "m", "s":
      guard let flags = regex else { throw Unknown(message: "'\(word)' is a flag of 're' and stands behind it") }
      regex = flags + word
    case "lt": order = .less
    case "lte": order = .lessOrEqual
    case "gt": order = .greater
    case "gte": order = .greaterOrEqual
    case "minute", "hour", "day", "week", "month", "year": timePart = DerivedField(rawValue: "event.time." + word)
    default:
      guard let encoding = SigmaEncoding(rawValue: word) else {
        throw Unknown(message: "there is no modifier '\(word)'", suggestion: nearestWord(to: word, in: Self.words))
      }
      encodings.append(encoding)
    }
  }

  func placed(_ pattern: SigmaPattern) -> SigmaPattern {
    var pattern = pattern
    if placement == .contains || placement == .endsWith { pattern.openStart() }
    if placement == .contains || placement == .startsWith { pattern.openEnd() }
    return pattern
  }
}

/// Modifiers that turn one text into one or several others.
enum SigmaEncoding: String {
  case windash, base64, base64offset, utf16le, utf16be, utf16, wide

  var isWide: Bool { self == .utf16le || self == .utf16be || self == .utf16 || self == .wide }

  /// The texts that stand for `pattern`; nil where there would be too many.
  func apply(to pattern: SigmaPattern) -> [SigmaPattern]? {
    switch self {
    case .windash: return Self.dashes(pattern)
    case .base64: return [pattern.changed { Self.base64($0) }]
    case .base64offset:
      return (0..<3).map { offset in pattern.changed { Self.base64($0, offset: offset) } }
    case .utf16le, .wide: return [pattern.changed { $0.flatMap { [$0, 0] } }]
    case .utf16be: return [pattern.changed { $0.flatMap { [0, $0] } }]
    case .utf16: return [pattern.changed { [0xff, 0xfe] + $0.flatMap { [$0, 0] } }]
    }
  }

  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  private static func base64(_ bytes: [UInt8]) -> [UInt8] {
    let digits = digits(bytes)
    return digits + Array(repeating: UInt8(ascii: "="), count: (4 - digits.count % 4) % 4)
  }

  /// What is certain of the encoding when `offset` unknown bytes stand before the text and others behind it.
  private static func base64(_ bytes: [UInt8], offset: Int) -> [UInt8] {
    let digits = digits(Array(repeating: UInt8(ascii: " "), count: offset) + bytes)
    let unknownBefore = [0, 2, 3][offset]
    let unknownBehind = (offset + bytes.count) % 3 == 0 ? 0 : 1
    return Array(digits.dropFirst(unknownBefore).dropLast(unknownBehind))
  }

  private static func digits(_ bytes: [UInt8]) -> [UInt8] {
    var digits: [UInt8] = []
    var bits: UInt32 = 0, have: UInt32 = 0
    for byte in bytes {
      bits = (bits << 8 | UInt32(byte)) & 0xffff
      have += 8
      while have >= 6 {
        have -= 6
        digits.append(alphabet[Int(bits >> have & 63)])
      }
    }
    if have > 0 { digits.append(alphabet[Int(bits << (6 - have) & 63)]) }
    return digits
  }

  /// Every dash or slash that opens a word, as any of the signs that Windows takes for it.
  private static func dashes(_ pattern: SigmaPattern) -> [SigmaPattern]? {
    let signs = ["-", "/", "\u{2013}", "\u{2014}", "\u{2015}"].map { Array($0.utf8) }
    var patterns = [pattern]
    for case .text(let bytes) in pattern.pieces {
      var variants: [[UInt8]] = [[]]
      for (index, byte) in bytes.enumerated() {
        let isSign = byte == UInt8(ascii: "-") || byte == UInt8(ascii: "/")
        let opens = index + 1 < bytes.count && isWord(bytes[index + 1]) && (index == 0 || !isWord(bytes[index - 1]))
        let choices = isSign && opens ? signs : [[byte]]
        variants = variants.flatMap { start in choices.map { start + $0 } }
        if variants.count > 625 { return nil }
      }
      patterns = patterns.flatMap { pattern in
        variants.map { variant in pattern.changed { $0 == bytes ? variant : $0 } }
      }
      if patterns.count > 625 { return nil }
    }
    return patterns
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10 || byte == UInt8(ascii: "_")
  }
}
