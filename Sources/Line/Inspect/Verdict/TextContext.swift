/// What kind of text a value is, as far as it bears on whether a pattern in it means anything.
struct TextContext {
  /// Words and sentences, as people write them into a form.
  let isProse: Bool
  /// So long that many patterns turn up by chance.
  let isLong: Bool
  let isVeryLong: Bool
  /// Whether a mark is in it that SQL needs to do anything: consent strings (`1---`) and addresses have none.
  let hasStatementMarks: Bool

  static let longText = 1500
  static let veryLongText = 6000

  private static let statementMarks = Set("'\"`()=<>;#*,|&!".utf8)

  init(_ text: [UInt8]) {
    isLong = text.count > Self.longText
    isVeryLong = text.count > Self.veryLongText
    hasStatementMarks = text.contains { Self.statementMarks.contains($0) }
    isProse = Self.looksLikeProse(text)
  }

  /// At least three words of letters, and next to nothing but letters, spaces and the marks of ordinary sentences.
  private static func looksLikeProse(_ text: [UInt8]) -> Bool {
    guard text.count >= 8 else { return false }
    var plain = 0
    var words = 0
    var run = 0
    for byte in text {
      if byte.isASCIILetter || byte >= 0x80 {
        plain += 1
        run += 1
        continue
      }
      if run >= 2, byte.isASCIISpace || byte == UInt8(ascii: ",") || byte == ASCII.dot || byte == ASCII.colon {
        words += 1
      }
      run = 0
      if byte == ASCII.space || byte == UInt8(ascii: ",") || byte == ASCII.dot { plain += 1 }
    }
    if run >= 2 { words += 1 }
    return words >= 3 && plain * 100 >= text.count * 88
  }
}
