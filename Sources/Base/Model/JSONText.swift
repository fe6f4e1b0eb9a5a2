/// Writes and checks small pieces of JSON (RFC 8259) as bytes.
package enum JSONText {
  /// `"key":`, with a comma before it unless it is the first in its object.
  package static func key(_ name: String, to out: inout [UInt8]) {
    if let last = out.last, last != UInt8(ascii: "{") { out.append(UInt8(ascii: ",")) }
    string(name, to: &out)
    out.append(UInt8(ascii: ":"))
  }

  package static func string(_ text: String, to out: inout [UInt8]) {
    var text = text
    text.withUTF8 { _ = string($0, to: &out) }
  }

  /// Appends bytes as a string, each byte that is no UTF-8 as U+FFFD; false when there was one.
  @discardableResult package static func string(_ bytes: UnsafeBufferPointer<UInt8>, to out: inout [UInt8]) -> Bool {
    out.append(UInt8(ascii: "\""))
    defer { out.append(UInt8(ascii: "\"")) }
    if bytes.allSatisfy({ $0 >= 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x5C }) {
      out += bytes
      return true
    }
    let text = String(decoding: bytes, as: UTF8.self)
    out += Escape.json(text).utf8
    return text.utf8.count == bytes.count && text.utf8.elementsEqual(bytes)
  }

  /// Whether the bytes are one JSON array or object of printable ASCII, at most 64 deep, and so can stand as they are.
  package static func isValue(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let first = bytes.first, first == UInt8(ascii: "[") || first == UInt8(ascii: "{") else { return false }
    return isJSON(bytes)
  }

  /// The same for any JSON value, a number or a text too.
  package static func isJSON(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard bytes.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else { return false }
    var check = Check(bytes: bytes)
    return check.value(depth: 0) && check.atEnd
  }

  private struct Check {
    let bytes: UnsafeBufferPointer<UInt8>
    var at = 0

    var atEnd: Bool {
      mutating get {
        spaces()
        return at == bytes.count
      }
    }

    mutating func value(depth: Int) -> Bool {
      spaces()
      guard at < bytes.count, depth < 64 else { return false }
      switch bytes[at] {
      case UInt8(ascii: "{"): return members(end: UInt8(ascii: "}"), keyed: true, depth: depth)
      case UInt8(ascii: "["): return members(end: UInt8(ascii: "]"), keyed: false, depth: depth)
      case UInt8(ascii: "\""): return string()
      case UInt8(ascii: "t"): return word("true")
      case UInt8(ascii: "f"): return word("false")
      case UInt8(ascii: "n"): return word("null")
      default: return number()
      }
    }

    private mutating func members(end: UInt8, keyed: Bool, depth: Int) -> Bool {
      at += 1
      spaces()
      if take(end) { return true }
      while true {
        if keyed {
          spaces()
          guard at < bytes.count, bytes[at] == UInt8(ascii: "\""), string() else { return false }
          spaces()
          guard take(UInt8(ascii: ":")) else { return false }
        }
        guard value(depth: depth + 1) else { return false }
        spaces()
        if take(end) { return true }
        guard take(UInt8(ascii: ",")) else { return false }
      }
    }

    private mutating func string() -> Bool {
      at += 1
      while at < bytes.count {
        switch bytes[at] {
        case UInt8(ascii: "\""):
          at += 1
          return true
        case UInt8(ascii: "\\"):
          guard escape() else { return false }
        default: at += 1
        }
      }
      return false
    }

    private mutating func escape() -> Bool {
      at += 1
      guard at < bytes.count else { return false }
      defer { at += 1 }
      switch bytes[at] {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
        UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
        return true
      case UInt8(ascii: "u"):
        guard at + 4 < bytes.count, (1...4).allSatisfy({ hexDigit(bytes[at + $0]) != nil }) else { return false }
        at += 4
        return true
      default: return false
      }
    }

    /// `-`, digits without a leading zero, a fraction, an exponent.
    private mutating func number() -> Bool {
      _ = take(UInt8(ascii: "-"))
      guard take(UInt8(ascii: "0")) || digits() else { return false }
      if take(UInt8(ascii: ".")), !digits() { return false }
      if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
        _ = take(UInt8(ascii: "+")) || take(UInt8(ascii: "-"))
        return digits()
      }
      return true
    }

    private mutating func digits() -> Bool {
      let start = at
      while at < bytes.count, bytes[at] &- 0x30 < 10 { at += 1 }
      return at > start
    }

    private mutating func word(_ word: StaticString) -> Bool {
      guard bytes.count - at >= word.utf8CodeUnitCount,
        (0..<word.utf8CodeUnitCount).allSatisfy({ bytes[at + $0] == word.utf8Start[$0] })
      else { return false }
      at += word.utf8CodeUnitCount
      return true
    }

    private mutating func take(_ byte: UInt8) -> Bool {
      guard at < bytes.count, bytes[at] == byte else { return false }
      at += 1
      return true
    }

    private mutating func spaces() { while at < bytes.count, bytes[at] == 0x20 { at += 1 } }
  }
}
