/// A transformation of SecLang, byte for byte as libmodsecurity 3.0.9 does it, slips included.
///
/// Each knows which bytes it could touch at all: a text without them passes unchanged and uncopied.
enum Transformation: UInt8, CaseIterable, Sendable {
  case base64Decode, cmdLine, compressWhitespace, cssDecode, hexEncode, htmlEntityDecode, jsDecode, length, lowercase
  case normalisePath, normalisePathWin, removeNulls, removeWhitespace, replaceComments, urlDecode, urlDecodeUni
  case utf8toUnicode

  /// Nil for a name that is not known here.
  init?(name: String) {
    switch name.lowercased() {
    case "normalizepath": self = .normalisePath
    case "normalizepathwin": self = .normalisePathWin
    case let name:
      guard let found = Self.allCases.first(where: { "\($0)".lowercased() == name }) else { return nil }
      self = found
    }
  }

  /// A text without any of these bytes comes out as it went in; nil when that can never be said.
  var touches: ByteClasses? {
    switch self {
    case .base64Decode, .hexEncode, .length: nil
    case .cmdLine: [.of("\"'\\^,;"), .whitespace, .upper]
    case .compressWhitespace: .whitespace
    case .cssDecode: [.of("\\"), .nul]
    case .jsDecode: .of("\\")
    case .htmlEntityDecode: .of("&")
    case .lowercase: .upper
    case .normalisePath: .of("/.")
    case .normalisePathWin: .of("/.\\")
    case .removeNulls: .nul
    case .removeWhitespace: [.whitespace, .noBreak]
    case .replaceComments: .of("*")
    case .urlDecode, .urlDecodeUni: .of("%+")
    case .utf8toUnicode: [.anyHigh, .nul]
    }
  }

  /// What it changes for a reader who ignores case; everything when that can never be said.
  var changes: ByteClasses { self == .lowercase ? [] : touches ?? ByteClasses(rawValue: .max) }

  /// How many bytes the result of `count` bytes may need.
  func room(for count: Int) -> Int {
    switch self {
    case .hexEncode: count * 2
    case .utf8toUnicode: count * 8 + 8
    case .length: 24
    default: count + 1
    }
  }

  /// Writes the result to `out`, which has `room(for:)` bytes and does not overlap, and returns its length.
  func apply(_ text: UnsafePointer<UInt8>, _ count: Int, _ out: UnsafeMutablePointer<UInt8>) -> Int {
    switch self {
    case .base64Decode: decodeBase64(text, count, out)
    case .cmdLine: simplifyCommandLine(text, count, out)
    case .compressWhitespace: compressBlanks(text, count, out)
    case .cssDecode: decodeCSS(text, count, out)
    case .hexEncode: encodeHex(text, count, out)
    case .htmlEntityDecode: decodeEntities(text, count, out)
    case .jsDecode: decodeScript(text, count, out)
    case .length: writeDecimal(count, out)
    case .lowercase: foldCase(text, count, out)
    case .normalisePath: normalisePathBytes(text, count, out, windows: false)
    case .normalisePathWin: normalisePathBytes(text, count, out, windows: true)
    case .removeNulls: keep(text, count, out) { $0 != 0 }
    case .removeWhitespace: keep(text, count, out) { !isBlank($0) && $0 != 0xa0 && $0 != 0xc2 }
    case .replaceComments: blankComments(text, count, out)
    case .urlDecode: decodePercent(text, count, out, unicode: false)
    case .urlDecodeUni: decodePercent(text, count, out, unicode: true)
    case .utf8toUnicode: spellUnicode(text, count, out)
    }
  }
}

typealias Text = UnsafePointer<UInt8>
typealias Room = UnsafeMutablePointer<UInt8>

/// C's `isspace` in the C locale.
@inline(__always) func isBlank(_ byte: UInt8) -> Bool { byte == 32 || (byte >= 9 && byte <= 13) }

@inline(__always) func isHexDigit(_ byte: UInt8) -> Bool {
  (byte >= 0x30 && byte <= 0x39) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66)
}

@inline(__always) func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

@inline(__always) func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a }

/// ASCII only, as C's `tolower` in the C locale.
@inline(__always) func lowered(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte }

@inline(__always) func hexValue(_ byte: UInt8) -> UInt8 {
  byte >= 0x41 ? (byte & 0xdf) &- 0x41 &+ 10 : byte &- 0x30
}

/// The byte two hexadecimal digits spell.
@inline(__always) func hexByte(_ text: Text) -> UInt8 { hexValue(text[0]) &* 16 &+ hexValue(text[1]) }

/// Full-width ASCII (U+FF01…U+FF5E) falls onto plain ASCII when the high byte was spelled `ff`.
@inline(__always) func narrowed(_ byte: UInt8, high: Text) -> UInt8 {
  byte > 0 && byte < 0x5f && high[0] | 0x20 == 0x66 && high[1] | 0x20 == 0x66 ? byte &+ 0x20 : byte
}

func keep(_ text: Text, _ count: Int, _ out: Room, where wanted: (UInt8) -> Bool) -> Int {
  var used = 0
  for index in 0..<count where wanted(text[index]) {
    out[used] = text[index]
    used += 1
  }
  return used
}

func foldCase(_ text: Text, _ count: Int, _ out: Room) -> Int {
  for index in 0..<count { out[index] = lowered(text[index]) }
  return count
}

func encodeHex(_ text: Text, _ count: Int, _ out: Room) -> Int {
  let digits: StaticString = "0123456789abcdef"
  for index in 0..<count {
    out[2 * index] = digits.utf8Start[Int(text[index] >> 4)]
    out[2 * index + 1] = digits.utf8Start[Int(text[index] & 15)]
  }
  return 2 * count
}

func writeDecimal(_ number: Int, _ out: Room) -> Int {
  var digits = 1
  var bound = 10
  while number >= bound, digits < 18 { digits += 1; bound *= 10 }
  var rest = number
  for place in stride(from: digits - 1, through: 0, by: -1) {
    out[place] = 0x30 + UInt8(rest % 10)
    rest /= 10
  }
  return digits
}
