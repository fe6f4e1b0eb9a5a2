import Model

/// Walks JSON text that may be broken: looks up keys and elements without building anything.
///
/// Never reads outside the buffer; nested values are skipped by counting, not by recursion. A text that stops being
/// JSON ends the walk.
struct JSONCursor {
  private let bytes: UnsafeBufferPointer<UInt8>
  private(set) var at = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  /// A value as it stands in the text.
  struct Value {
    enum Kind { case text, number, word, list, map }
    var kind: Kind
    /// Without the quotes of a text.
    var range: Range<Int>
    /// Whether a text holds backslashes.
    var isEscaped = false
  }

  private mutating func skipSpace() {
    while at < bytes.count, bytes[at] == 0x20 || bytes[at] &- 9 < 5 { at &+= 1 }
  }

  /// Takes the sign when it is next.
  mutating func take(_ sign: UInt8) -> Bool {
    skipSpace()
    guard at < bytes.count, bytes[at] == sign else { return false }
    at &+= 1
    return true
  }

  mutating func value() -> Value? {
    skipSpace()
    guard at < bytes.count else { return nil }
    switch bytes[at] {
    case UInt8(ascii: "\""): return text()
    case UInt8(ascii: "{"): return nested(.map)
    case UInt8(ascii: "["): return nested(.list)
    default:
      let start = at
      while at < bytes.count, !Self.endsWord(bytes[at]) { at &+= 1 }
      if at == start { return nil }
      let isNumber = bytes[start] &- 0x30 < 10 || bytes[start] == UInt8(ascii: "-")
      return Value(kind: isNumber ? .number : .word, range: start..<at)
    }
  }

  private static func endsWord(_ byte: UInt8) -> Bool {
    byte <= 0x20 || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}")
      || byte == UInt8(ascii: ":") || byte == UInt8(ascii: "\"")
  }

  private mutating func text() -> Value? {
    at &+= 1
    let start = at
    var isEscaped = false
    while at < bytes.count {
      let byte = bytes[at]
      if byte == UInt8(ascii: "\"") {
        at &+= 1
        return Value(kind: .text, range: start..<(at &- 1), isEscaped: isEscaped)
      }
      if byte == UInt8(ascii: "\\") {
        isEscaped = true
        at &+= 1
      }
      at &+= 1
    }
    at = bytes.count
    return nil
  }

  private mutating func nested(_ kind: Value.Kind) -> Value? {
    let start = at
    var depth = 0
    while at < bytes.count {
      switch bytes[at] {
      case UInt8(ascii: "\""):
        if text() == nil { return nil }
        continue
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth &+= 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"): depth &-= 1
      default: break
      }
      at &+= 1
      if depth == 0 { return Value(kind: kind, range: start..<at) }
    }
    return nil
  }

  /// The next key of the map the cursor is in; the cursor stands before its value then.
  mutating func nextKey(isFirst: inout Bool) -> Value? {
    guard take(isFirst ? UInt8(ascii: "{") : UInt8(ascii: ",")) else { return nil }
    isFirst = false
    skipSpace()
    guard at < bytes.count, bytes[at] == UInt8(ascii: "\""), let key = text(), take(UInt8(ascii: ":")) else {
      return nil
    }
    return key
  }

  /// The next element of the list the cursor is in.
  mutating func nextElement(isFirst: inout Bool) -> Value? {
    guard take(isFirst ? UInt8(ascii: "[") : UInt8(ascii: ",")) else { return nil }
    isFirst = false
    return value()
  }
}

/// Undoes JSON's escapes into `target`, which must hold as many bytes as `text`; gives the bytes written.
///
/// A lone half of a surrogate pair becomes U+FFFD; an unknown escape stands for itself.
func unescapeJSON(_ text: UnsafeBufferPointer<UInt8>, into target: UnsafeMutablePointer<UInt8>) -> Int {
  var read = 0, written = 0
  func unit(at start: Int) -> UInt32? {
    guard start + 4 <= text.count else { return nil }
    var value: UInt32 = 0
    for index in start..<(start + 4) {
      guard let digit = hexDigit(text[index]) else { return nil }
      value = value << 4 | UInt32(digit)
    }
    return value
  }
  while read < text.count {
    let byte = text[read]
    read &+= 1
    guard byte == UInt8(ascii: "\\"), read < text.count else {
      target[written] = byte
      written &+= 1
      continue
    }
    let escape = text[read]
    read &+= 1
    var scalar: UInt32
    switch escape {
    case UInt8(ascii: "n"): scalar = 10
    case UInt8(ascii: "t"): scalar = 9
    case UInt8(ascii: "r"): scalar = 13
    case UInt8(ascii: "b"): scalar = 8
    case UInt8(ascii: "f"): scalar = 12
    case UInt8(ascii: "u"):
      guard let first = unit(at: read) else {
        scalar = UInt32(escape)
        break
      }
      read &+= 4
      scalar = first
      if 0xd800..<0xe000 ~= first {
        scalar = 0xfffd
        if first < 0xdc00, read + 6 <= text.count, text[read] == UInt8(ascii: "\\"),
          text[read + 1] == UInt8(ascii: "u"),
          let second = unit(at: read + 2), 0xdc00..<0xe000 ~= second
        {
          scalar = 0x10000 + (first - 0xd800) << 10 + (second - 0xdc00)
          read &+= 6
        }
      }
    default:
      // A byte of a longer character stands for itself, as it came.
      target[written] = escape
      written &+= 1
      continue
    }
    for unit in UTF8.encode(UnicodeScalar(scalar) ?? "\u{fffd}")! {
      target[written] = unit
      written &+= 1
    }
  }
  return written
}
