import Model

/// Whether a regex of PCRE means the same in the engines that run in linear time (Rust's regex crate, RE2).
///
/// Refused: looking around, references to groups, atomic and possessive parts, and what those engines spell differently.
enum LinearRegex {
  static func check(_ pattern: [UInt8]) throws(Refusals) -> String {
    guard pattern.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else {
      throw Refusals("", "bytes beyond printable ASCII in a regex, which this engine reads as characters")
    }
    let text = String(decoding: pattern, as: UTF8.self)
    for pair in ["&&", "~~", "--", "[[", "++", "*+", "?+", "}+", "(*"] where text.contains(pair) {
      throw Refusals("", "'\(pair)' in a regex, which PCRE and linear engines read differently")
    }
    var bytes = pattern[...]
    while let byte = bytes.popFirst() {
      switch byte {
      case UInt8(ascii: "\\"): try escape(bytes.popFirst())
      case UInt8(ascii: "("): try group(bytes)
      case UInt8(ascii: "{"): try count(bytes)
      default: break
      }
    }
    return text
  }

  private static func escape(_ next: UInt8?) throws(Refusals) {
    let isWord = next.map { (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) } ?? true
    guard !isWord || "AbBdDnrstfvwWSxz".utf8.contains(next ?? 0) else {
      throw Refusals(
        "", "\\\(next.map { String(UnicodeScalar($0)) } ?? "") in a regex, which linear engines do not have")
    }
  }

  private static func group(_ rest: ArraySlice<UInt8>) throws(Refusals) {
    let start = String(decoding: rest.prefix(6), as: UTF8.self)
    guard start.hasPrefix("?"), !start.hasPrefix("?:") else { return }
    let flags = start.dropFirst().prefix { "ims-".contains($0) }
    let close = start.dropFirst(1 + flags.count).first
    guard !flags.isEmpty, close == ":" || close == ")" else {
      throw Refusals("", "looking around and special groups in a regex, which linear engines do not have")
    }
  }

  private static func count(_ rest: ArraySlice<UInt8>) throws(Refusals) {
    let inside = rest.prefix { $0 != UInt8(ascii: "}") }
    guard inside.count < rest.count, let first = inside.first, (48...57).contains(first),
      inside.allSatisfy({ (48...57).contains($0) || $0 == UInt8(ascii: ",") })
    else { throw Refusals("", "a brace in a regex that is no repetition, which linear engines refuse") }
    let counts = inside.split(separator: UInt8(ascii: ",")).compactMap { Int(String(decoding: $0, as: UTF8.self)) }
    guard counts.allSatisfy({ $0 <= 1000 }) else { throw Refusals("", "more than 1,000 repetitions in a regex") }
  }
}
