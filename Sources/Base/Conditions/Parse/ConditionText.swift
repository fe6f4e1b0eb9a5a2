import Model

/// The text of a condition and where it stands, so that every complaint shows its place.
struct ConditionText {
  let bytes: [UInt8]
  let file: String?
  /// Where the first byte stands in `file`.
  let line: Int
  let column: Int

  /// A place met before and its offset; places are asked for in the order of the text, so counting goes on from it.
  private var last = (offset: 0, line: 0, column: 0)

  init(bytes: [UInt8], file: String?, line: Int, column: Int) {
    self.bytes = bytes
    self.file = file
    self.line = line
    self.column = column
    last = (0, line, column)
  }

  mutating func place(_ offset: Int) -> SourcePlace {
    let offset = min(offset, bytes.count)
    if offset < last.offset { last = (0, line, column) }
    for byte in bytes[last.offset..<offset] {
      if byte == 0x0a {
        last.line += 1
        last.column = 1
      } else if byte & 0xc0 != 0x80 {
        last.column += 1
      }
    }
    last.offset = offset
    return SourcePlace(line: last.line, column: last.column)
  }

  mutating func problem(_ message: String, at offset: Int, suggestion: String? = nil) -> ContentProblem {
    let place = place(offset)
    return ContentProblem(
      file: file, line: place.line, column: place.column, message: message, suggestion: suggestion,
      excerpt: excerpt(offset))
  }

  /// The line around `offset`, cut to 100 bytes, and a caret below it.
  private func excerpt(_ offset: Int) -> String {
    let offset = min(offset, bytes.count)
    let isBreak = { (byte: UInt8) in byte == 0x0a || byte == 0x0d }
    var start = offset, end = offset
    while start > 0, offset - start < 60, !isBreak(bytes[start - 1]) { start -= 1 }
    while start < offset, bytes[start] & 0xc0 == 0x80 { start += 1 }
    while end < bytes.count, end - offset < 40, !isBreak(bytes[end]) { end += 1 }
    let shown = String(decoding: bytes[start..<end], as: UTF8.self).unicodeScalars
      .map { $0.properties.generalCategory == .control ? "\u{fffd}" : String($0) }.joined()
    return shown + "\n" + String(repeating: " ", count: characters(start..<offset)) + "^"
  }

  private func characters(_ range: Range<Int>) -> Int {
    String(decoding: bytes[range], as: UTF8.self).unicodeScalars.count
  }
}
