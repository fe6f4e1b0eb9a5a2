/// A wildcard literal: pieces of text with `*` (any bytes, none included) between them; it must cover the whole value.
///
/// `\*` and `\\` are escapes; `**` and any other escape make it nil.
struct WildcardPattern {
  /// Always one more than there are stars.
  private(set) var pieces: [[UInt8]] = [[]]

  init?(_ text: [UInt8]) {
    var at = 0
    var afterStar = false
    while at < text.count {
      let byte = text[at]
      at += 1
      switch byte {
      case UInt8(ascii: "*"):
        if afterStar { return nil }
        pieces.append([])
        afterStar = true
        continue
      case UInt8(ascii: "\\"):
        guard at < text.count, text[at] == UInt8(ascii: "*") || text[at] == UInt8(ascii: "\\") else { return nil }
        pieces[pieces.count - 1].append(text[at])
        at += 1
      default: pieces[pieces.count - 1].append(byte)
      }
      afterStar = false
    }
  }

  /// The regex of the same meaning, for engines whose dot takes every byte.
  var regex: String { #"\A"# + pieces.map(RegexProgram.quoted).joined(separator: ".*") + #"\z"# }
}
