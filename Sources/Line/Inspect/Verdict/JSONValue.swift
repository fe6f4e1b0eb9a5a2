/// A JSON text taken apart, strings as bytes with their escapes undone (RFC 8259).
///
/// Forgiving where bytes are concerned, because requests are hostile: a lone surrogate is kept, and `\udc80`…`\udcff`,
/// which Python writes for a byte that is no UTF-8, becomes that byte again.
indirect enum JSONValue {
  case string([UInt8])
  /// A number, `true`, `false` or `null`, as written.
  case word([UInt8])
  case list([JSONValue])
  case object([(key: [UInt8], value: JSONValue)])

  /// Nil when the text is not one JSON value, or nests deeper than `JSONReader.deepest`.
  init?(_ text: ArraySlice<UInt8>) {
    var reader = JSONReader(text: text)
    guard let value = reader.readWhole() else { return nil }
    self = value
  }

  subscript(key: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.last { $0.key.elementsEqual(key.utf8) }?.value
  }

  /// The bytes of a string or a word.
  var bytes: [UInt8]? {
    switch self {
    case .string(let bytes), .word(let bytes): bytes
    case .list, .object: nil
    }
  }
}

extension JSONValue {
  struct Leaf {
    var isKey: Bool
    /// The key it stands under, empty in a list.
    var key: [UInt8]
    var text: [UInt8]
  }

  static let mostLeaves = 4096

  /// Every key and every string, in order; numbers and words hold no attack.
  var leaves: [Leaf] {
    var leaves: [Leaf] = []
    collect(into: &leaves, key: [])
    return leaves
  }

  private func collect(into leaves: inout [Leaf], key: [UInt8]) {
    guard leaves.count < Self.mostLeaves else { return }
    switch self {
    case .string(let text): leaves.append(Leaf(isKey: false, key: key, text: text))
    case .word: break
    case .list(let values): for value in values { value.collect(into: &leaves, key: key) }
    case .object(let members):
      for member in members {
        leaves.append(Leaf(isKey: true, key: [], text: member.key))
        member.value.collect(into: &leaves, key: member.key)
      }
    }
  }
}

/// Reads JSON from bytes.
struct JSONReader {
  static let deepest = 64

  private let text: ArraySlice<UInt8>
  private var at: Int

  init(text: ArraySlice<UInt8>) {
    self.text = text
    at = text.startIndex
  }

  mutating func readWhole() -> JSONValue? {
    skipSpace()
    guard let value = readValue(depth: 0) else { return nil }
    skipSpace()
    return at == text.endIndex ? value : nil
  }

  private var next: UInt8? { at < text.endIndex ? text[at] : nil }

  private mutating func skipSpace() {
    while let byte = next, byte.isASCIISpace { at += 1 }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    at += 1
    return true
  }

  private mutating func readValue(depth: Int) -> JSONValue? {
    guard depth < Self.deepest, let byte = next else { return nil }
    switch byte {
    case ASCII.openBrace: return readMembers(depth: depth)
    case ASCII.openBracket: return readElements(depth: depth)
    case ASCII.quote: return readString().map(JSONValue.string)
    default: return readWord()
    }
  }

  private mutating func readMembers(depth: Int) -> JSONValue? {
    at += 1
    skipSpace()
    if take(ASCII.closeBrace) { return .object([]) }
    var members: [(key: [UInt8], value: JSONValue)] = []
    while true {
      skipSpace()
      guard next == ASCII.quote, let key = readString() else { return nil }
      skipSpace()
      guard take(ASCII.colon) else { return nil }
      skipSpace()
      guard let value = readValue(depth: depth + 1) else { return nil }
      members.append((key, value))
      skipSpace()
      if take(ASCII.closeBrace) { return .object(members) }
      guard take(UInt8(ascii: ",")) else { return nil }
    }
  }

  private mutating func readElements(depth: Int) -> JSONValue? {
    at += 1
    skipSpace()
    if take(ASCII.closeBracket) { return .list([]) }
    var values: [JSONValue] = []
    while true {
      skipSpace()
      guard let value = readValue(depth: depth + 1) else { return nil }
      values.append(value)
      skipSpace()
      if take(ASCII.closeBracket) { return .list(values) }
      guard take(UInt8(ascii: ",")) else { return nil }
    }
  }

  private mutating func readWord() -> JSONValue? {
    let start = at
    while let byte = next, byte.isASCIIAlphanumeric || byte == ASCII.dash || byte == ASCII.dot || byte == ASCII.plus {
      at += 1
    }
    return at > start && at - start < 64 ? .word(Array(text[start..<at])) : nil
  }

  private mutating func readString() -> [UInt8]? {
    at += 1
    var out: [UInt8] = []
    while let byte = next {
      at += 1
      switch byte {
      case ASCII.quote: return out
      case ASCII.backslash:
        guard let kind = next else { return nil }
        at += 1
        appendEscape(kind, to: &out)
      default: out.append(byte)
      }
    }
    return nil
  }

  private mutating func appendEscape(_ kind: UInt8, to out: inout [UInt8]) {
    switch kind {
    case UInt8(ascii: "n"): out.append(ASCII.newline)
    case UInt8(ascii: "r"): out.append(ASCII.carriageReturn)
    case UInt8(ascii: "t"): out.append(ASCII.tab)
    case UInt8(ascii: "b"): out.append(8)
    case UInt8(ascii: "f"): out.append(12)
    case UInt8(ascii: "u"):
      guard let unit = hexUnit() else { return out.append(contentsOf: [ASCII.backslash, kind]) }
      let scalar = pairedScalar(unit)
      if scalar >= 0xDC80, scalar <= 0xDCFF { out.append(UInt8(scalar & 0xFF)) } else { out.appendScalar(scalar) }
    default: out.append(kind)
    }
  }

  private mutating func hexUnit() -> UInt32? {
    guard text.endIndex - at >= 4, let value = PercentDecoding.hexNumber(text[at..<(at + 4)]) else { return nil }
    at += 4
    return value
  }

  /// Joins a high surrogate with the low one behind it.
  private mutating func pairedScalar(_ unit: UInt32) -> UInt32 {
    guard unit & 0xFC00 == 0xD800, text.endIndex - at >= 6, text[at] == ASCII.backslash,
      text[at + 1] == UInt8(ascii: "u"), let low = PercentDecoding.hexNumber(text[(at + 2)..<(at + 6)]),
      low & 0xFC00 == 0xDC00
    else { return unit }
    at += 6
    return 0x10000 + (unit & 0x3FF) << 10 | low & 0x3FF
  }
}
