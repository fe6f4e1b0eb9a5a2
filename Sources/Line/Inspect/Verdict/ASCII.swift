/// The bytes that the verdict's scanners speak of by name.
enum ASCII {
  static let tab: UInt8 = 0x09
  static let newline: UInt8 = 0x0A
  static let carriageReturn: UInt8 = 0x0D
  static let space: UInt8 = 0x20
  static let quote: UInt8 = 0x22
  static let hash: UInt8 = 0x23
  static let dollar: UInt8 = 0x24
  static let percent: UInt8 = 0x25
  static let ampersand: UInt8 = 0x26
  static let apostrophe: UInt8 = 0x27
  static let star: UInt8 = 0x2A
  static let plus: UInt8 = 0x2B
  static let dash: UInt8 = 0x2D
  static let dot: UInt8 = 0x2E
  static let slash: UInt8 = 0x2F
  static let colon: UInt8 = 0x3A
  static let semicolon: UInt8 = 0x3B
  static let less: UInt8 = 0x3C
  static let equals: UInt8 = 0x3D
  static let greater: UInt8 = 0x3E
  static let question: UInt8 = 0x3F
  static let openBracket: UInt8 = 0x5B
  static let backslash: UInt8 = 0x5C
  static let closeBracket: UInt8 = 0x5D
  static let caret: UInt8 = 0x5E
  static let underscore: UInt8 = 0x5F
  static let openBrace: UInt8 = 0x7B
  static let pipe: UInt8 = 0x7C
  static let closeBrace: UInt8 = 0x7D
}

extension UInt8 {
  @inline(__always) var isASCIIDigit: Bool { self &- 0x30 < 10 }
  @inline(__always) var isASCIILetter: Bool { (self | 0x20) &- 0x61 < 26 }
  @inline(__always) var isASCIIAlphanumeric: Bool { isASCIIDigit || isASCIILetter }
  @inline(__always) var isASCIIWord: Bool { isASCIIAlphanumeric || self == ASCII.underscore }
  @inline(__always) var isASCIISpace: Bool { self == 0x20 || self &- 9 < 5 }
  @inline(__always) var asciiLowercased: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }

  /// The value of a hexadecimal digit, nil for any other byte.
  @inline(__always) var hexValue: UInt32? {
    if isASCIIDigit { return UInt32(self &- 0x30) }
    let low = self | 0x20
    return low &- 0x61 < 6 ? UInt32(low &- 0x61 &+ 10) : nil
  }
}

extension [UInt8] {
  /// Appends a scalar as UTF-8; what is no scalar (a surrogate) goes in as three bytes all the same.
  mutating func appendScalar(_ value: UInt32) {
    switch value {
    case 0..<0x80: append(UInt8(value))
    case 0x80..<0x800:
      append(UInt8(0xC0 | value >> 6))
      append(UInt8(0x80 | value & 0x3F))
    case 0x800..<0x10000:
      append(UInt8(0xE0 | value >> 12))
      append(UInt8(0x80 | value >> 6 & 0x3F))
      append(UInt8(0x80 | value & 0x3F))
    default:
      append(UInt8(0xF0 | value >> 18 & 0x07))
      append(UInt8(0x80 | value >> 12 & 0x3F))
      append(UInt8(0x80 | value >> 6 & 0x3F))
      append(UInt8(0x80 | value & 0x3F))
    }
  }
}

extension Collection<UInt8> {
  /// Whether it begins with `prefix`, ASCII letters of either case alike; `prefix` is lower case.
  func beginsCaseless(_ prefix: StaticString) -> Bool {
    guard count >= prefix.utf8CodeUnitCount else { return false }
    let wanted = UnsafeBufferPointer(start: prefix.utf8Start, count: prefix.utf8CodeUnitCount)
    return zip(self, wanted).allSatisfy { $0.asciiLowercased == $1 }
  }

  /// Whether `text` stands in it anywhere.
  func holds(_ text: StaticString) -> Bool {
    var rest = self[...]
    while rest.count >= text.utf8CodeUnitCount {
      if rest.starts(with: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)) { return true }
      guard let next = rest.dropFirst().firstIndex(of: text.utf8Start[0]) else { return false }
      rest = rest[next...]
    }
    return false
  }

  func equalsCaseless(_ other: StaticString) -> Bool {
    count == other.utf8CodeUnitCount && beginsCaseless(other)
  }
}
