import Model

extension Condition: CustomStringConvertible {
  /// The canonical spelling: English operators, single spaces, as few brackets as the meaning allows.
  ///
  /// Reading it again gives an equal condition.
  package var description: String { text(in: 0) }

  /// `level`: what stands around it, from 0 (nothing) to 4 (behind `not`).
  private func text(in level: Int) -> String {
    switch self {
    case .and(let parts) where parts.isEmpty: return "true"
    case .or(let parts) where parts.isEmpty, .xor(let parts) where parts.isEmpty: return "false"
    case .or(let parts): return joined(parts, "or", own: 1, in: level)
    case .xor(let parts): return joined(parts, "xor", own: 2, in: level)
    case .and(let parts): return joined(parts, "and", own: 3, in: level)
    case .not(let part): return "not " + part.text(in: 4)
    case .test(let test): return test.description
    }
  }

  private func joined(_ parts: [Condition], _ word: String, own: Int, in level: Int) -> String {
    if parts.count == 1 { return parts[0].text(in: level) }
    let text = parts.map { $0.text(in: own) }.joined(separator: " \(word) ")
    return own <= level ? "(\(text))" : text
  }
}

extension ConditionTest: CustomStringConvertible {
  package var description: String {
    var text = value.description
    if relation != .holds { text += " \(relation.rawValue) \(operandText)" }
    return quantifier.map { "\($0.rawValue)(\(text))" } ?? text
  }

  private var operandText: String {
    switch operand {
    case .nothing: ""
    case .literal(.text(let bytes)) where relation == .matches: bytes.pattern
    case .literal(let literal): literal.description
    case .set(let members): "{" + members.map(\.description).joined(separator: " ") + "}"
    case .list(let name): "$" + name
    case .value(let value): value.description
    }
  }
}

extension ConditionValue: CustomStringConvertible {
  package var description: String {
    switch kind {
    case .field(let field): field.name
    case .derived(let field): field.rawValue
    case .raw(let key): "raw[" + ByteText(key).quoted + "]"
    case .key(let map, let key): map.description + "[" + key.quoted + "]"
    case .index(let list, let index): list.description + "[\(index)]"
    case .each(let list): list.description + "[*]"
    case .call(let function, let arguments):
      function.rawValue + "(" + arguments.map(\.description).joined(separator: ", ") + ")"
        + (function.result != .bool && isMapped ? "[*]" : "")
    case .literal(let literal): literal.description
    }
  }
}

extension ConditionLiteral: CustomStringConvertible {
  package var description: String {
    switch self {
    case .text(let bytes): bytes.quoted
    case .int(let number): "\(number)"
    case .ip(let address): address.written
    case .time(let time): "\"" + EventTime(nanoseconds: time).text + "\""
    }
  }
}

extension ConditionMember: CustomStringConvertible {
  package var description: String {
    switch self {
    case .text(let bytes): bytes.quoted
    case .ints(let range):
      range.lowerBound == range.upperBound ? "\(range.lowerBound)" : "\(range.lowerBound)..\(range.upperBound)"
    case .addresses(let range):
      Self.written(range)
    }
  }

  private static func written(_ range: ClosedRange<IPAddress>) -> String {
    guard let network = AddressNetwork(covering: range) else {
      return range.lowerBound.written + ".." + range.upperBound.written
    }
    return range.lowerBound.written + (network.first == network.last ? "" : "/\(network.bits)")
  }
}

extension IPAddress {
  /// The address of all zeros is a literal like any other here, not a missing value.
  fileprivate var written: String { isAbsent ? "::" : description }
}

extension AddressNetwork {
  /// The network that is exactly this range, if one is.
  package init?(covering range: ClosedRange<IPAddress>) {
    let (first, last) = (range.lowerBound, range.upperBound)
    let differing =
      first.high != last.high
      ? 128 - (first.high ^ last.high).leadingZeroBitCount : 64 - (first.low ^ last.low).leadingZeroBitCount
    let offset = first.isV4 ? 96 : 0
    let bits = 128 - differing - offset
    guard bits >= 0 else { return nil }
    self.init(first, bits: bits)
    if self.first != first || self.last != last { return nil }
  }
}

extension ByteText: CustomStringConvertible {
  package var description: String { quoted }

  /// In double quotes; whatever is no printable UTF-8 as `\xHH`.
  package var quoted: String {
    var text = "\""
    for character in String(validating: bytes, as: UTF8.self)?.unicodeScalars.map(String.init(_:))
      ?? bytes.map(Self.ascii)
    {
      switch character {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      default: text += Self.isPlain(character) ? character : character.utf8.map(Self.hex).joined()
      }
    }
    return text + "\""
  }

  /// A raw text, as regexes are best read; quoted where a raw one cannot hold it.
  fileprivate var pattern: String {
    guard bytes.contains(UInt8(ascii: "\\")), let text = String(validating: bytes, as: UTF8.self),
      text.unicodeScalars.allSatisfy({ Self.isPlain(String($0)) })
    else { return quoted }
    var hashes = ""
    while text.contains("\"" + hashes) { hashes += "#" }
    return hashes.utf8.count > 250 ? quoted : "r\(hashes)\"\(text)\"\(hashes)"
  }

  /// One byte of a text that is not UTF-8; those from 0x80 keep their value as a mark that `hex` spells out.
  private static func ascii(_ byte: UInt8) -> String {
    byte < 0x80 ? String(UnicodeScalar(byte)) : hex(byte)
  }

  private static func isPlain(_ character: String) -> Bool {
    character.unicodeScalars.count > 1
      || character.unicodeScalars.allSatisfy {
        switch $0.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
        default: true
        }
      }
  }

  private static func hex(_ byte: UInt8) -> String {
    "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
  }
}
