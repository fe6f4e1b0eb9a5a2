/// A condition's text cut at its outermost `and`s, so that conditions can be compared and joined part by part.
///
/// Works on the text alone: quotes, raw texts, brackets and sets are stepped over. A condition with an outermost `or` or
/// `xor` is one part, put into brackets.
struct QueryTerms: Hashable {
  var terms: [String]

  init(_ condition: String) {
    let bytes = Array(condition.utf8)
    let words = OutermostWords(bytes)
    if words.places.contains(where: { $0.word == "or" || $0.word == "xor" }) {
      terms = ["(" + condition + ")"]
      return
    }
    terms = []
    var start = 0
    for place in words.places {
      terms.append(Self.trimmed(bytes[start..<place.range.lowerBound]))
      start = place.range.upperBound
    }
    terms.append(Self.trimmed(bytes[start...]))
    terms = terms.filter { !$0.isEmpty }.flatMap { Self.opened($0) }
  }

  /// A part that is nothing but brackets around more parts is opened too.
  private static func opened(_ term: String) -> [String] {
    let bytes = Array(term.utf8)
    guard bytes.count > 2, bytes[0] == UInt8(ascii: "("), OutermostWords.closing(of: 0, in: bytes) == bytes.count - 1
    else { return [term] }
    let inner = trimmed(bytes[1..<bytes.count - 1])
    let innerTerms = QueryTerms(inner).terms
    return innerTerms == ["(" + inner + ")"] ? [term] : innerTerms
  }

  private static func trimmed(_ bytes: ArraySlice<UInt8>) -> String {
    let blank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x0a || $0 == 0x09 || $0 == 0x0d }
    let head = bytes.drop(while: blank)
    let end = head.lastIndex { !blank($0) }.map { $0 + 1 } ?? head.startIndex
    return String(decoding: head[head.startIndex..<end], as: UTF8.self)
  }
}

/// Places of `and`, `or` and `xor` outside of every bracket and text.
struct OutermostWords {
  private(set) var places: [(word: String, range: Range<Int>)] = []

  init(_ bytes: [UInt8]) {
    var at = 0
    while at < bytes.count {
      if let end = Self.skipped(from: at, in: bytes) {
        at = end
        continue
      }
      guard Self.isWord(bytes[at]) else {
        if let sign = Self.sign(at: at, in: bytes) { places.append((sign, at..<at + 2)) }
        at += Self.sign(at: at, in: bytes) == nil ? 1 : 2
        continue
      }
      let end = bytes[at...].firstIndex { !Self.isWord($0) } ?? bytes.count
      let word = String(decoding: bytes[at..<end], as: UTF8.self)
      if word == "and" || word == "or" || word == "xor" { places.append((word, at..<end)) }
      at = end
    }
  }

  /// End of the text or bracket that begins here, or nil when none does.
  private static func skipped(from at: Int, in bytes: [UInt8]) -> Int? {
    switch bytes[at] {
    case UInt8(ascii: "\""): return textEnd(from: at, in: bytes)
    case UInt8(ascii: "r") where at == 0 || !isWord(bytes[at - 1]): return rawEnd(from: at, in: bytes)
    case UInt8(ascii: "("), UInt8(ascii: "{"), UInt8(ascii: "["):
      return closing(of: at, in: bytes).map { $0 + 1 } ?? bytes.count
    default: return nil
    }
  }

  /// Place of the bracket that closes the one at `start`.
  static func closing(of start: Int, in bytes: [UInt8]) -> Int? {
    var depth = 0
    var at = start
    while at < bytes.count {
      switch bytes[at] {
      case UInt8(ascii: "\""): at = textEnd(from: at, in: bytes) - 1
      case UInt8(ascii: "r") where at == 0 || !isWord(bytes[at - 1]):
        if let end = rawEnd(from: at, in: bytes) { at = end - 1 }
      case UInt8(ascii: "("), UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: ")"), UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        if depth == 0 { return at }
      default: break
      }
      at += 1
    }
    return nil
  }

  private static func textEnd(from start: Int, in bytes: [UInt8]) -> Int {
    var at = start + 1
    while at < bytes.count, bytes[at] != UInt8(ascii: "\"") { at += bytes[at] == UInt8(ascii: "\\") ? 2 : 1 }
    return min(at + 1, bytes.count)
  }

  private static func rawEnd(from start: Int, in bytes: [UInt8]) -> Int? {
    var open = start + 1
    while open < bytes.count, bytes[open] == UInt8(ascii: "#") { open += 1 }
    guard open < bytes.count, bytes[open] == UInt8(ascii: "\"") else { return nil }
    let close = [UInt8(ascii: "\"")] + [UInt8](repeating: UInt8(ascii: "#"), count: open - start - 1)
    var at = open + 1
    while at < bytes.count {
      if bytes[at...].starts(with: close) { return at + close.count }
      at += 1
    }
    return bytes.count
  }

  private static func sign(at: Int, in bytes: [UInt8]) -> String? {
    guard at + 1 < bytes.count, bytes[at] == bytes[at + 1] else { return nil }
    switch bytes[at] {
    case UInt8(ascii: "&"): return "and"
    case UInt8(ascii: "|"): return "or"
    case UInt8(ascii: "^"): return "xor"
    default: return nil
    }
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."):
      true
    default: false
    }
  }
}
