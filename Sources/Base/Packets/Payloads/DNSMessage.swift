/// The head of a DNS message: what it asks, and how it was answered. Source: RFC 1035 section 4.
package struct DNSMessage {
  package let isResponse: Bool
  /// Response code (RCODE).
  package let code: UInt8
  /// Record type asked for; nil where the message has no question.
  package let type: UInt16?
  /// Records behind the question.
  package let records: Int
  /// Bytes of the name written; 0 for the root and where there is no question.
  package let nameLength: Int
  /// Where in the name its registered domain begins.
  package let domainStart: Int

  /// Longest name in its printed form, escapes left out.
  package static let nameLimit = 255

  /// Reads a message and writes its name, in lower case and with dots, to `name` (room for `nameLimit` bytes); nil where
  /// the bytes are no DNS.
  package init?(_ bytes: Wire, name: UnsafeMutablePointer<UInt8>) {
    guard bytes.count >= 12 else { return nil }
    let flags = bytes.u16(2)
    let questions = Int(bytes.u16(4))
    // Opcodes that exist, and the bit that must be zero.
    guard flags & 0x7800 <= 0x3000, flags & 0x0040 == 0, questions <= 1 || flags & 0x8000 == 0 && questions <= 8 else {
      return nil
    }
    isResponse = flags & 0x8000 != 0
    code = UInt8(flags & 15)
    records = Int(bytes.u16(6)) + Int(bytes.u16(8)) + Int(bytes.u16(10))
    guard questions > 0 else {
      guard records > 0 || isResponse else { return nil }
      (type, nameLength, domainStart) = (nil, 0, 0)
      return
    }
    var reader = NameReader(bytes: bytes, name: name)
    guard let end = reader.read(from: 12), end + 4 <= bytes.count else { return nil }
    type = bytes.u16(end)
    nameLength = reader.length
    domainStart = reader.domainStart
  }

  /// Where in a name, written with dots, its registered domain begins: as for names of messages.
  package static func domainStart(of text: UnsafeBufferPointer<UInt8>) -> Int {
    guard let base = text.baseAddress else { return 0 }
    var starts = (0, -1, -1)
    for place in text.indices where text[place] == 0x2e && place + 1 < text.count {
      starts = (place + 1, starts.0, starts.1)
    }
    guard starts.1 >= 0 else { return 0 }
    let isCountry = text.count - starts.0 == 2
    return isCountry && starts.2 >= 0 && isGeneric(base + starts.1, starts.0 - 1 - starts.1) ? starts.2 : starts.1
  }

  /// Whether a label is one under which countries register names: `co`, `com` and the like.
  private static func isGeneric(_ label: UnsafePointer<UInt8>, _ count: Int) -> Bool {
    let label = UnsafeBufferPointer(start: label, count: count)
    return ["co", "com", "net", "org", "gov", "edu", "ac", "or", "ne", "go", "mil"].contains { (word: StaticString) in
      word.utf8CodeUnitCount == label.count
        && label.elementsEqual(UnsafeBufferPointer(start: word.utf8Start, count: label.count))
    }
  }

  /// Walks a name's labels, pointers included.
  private struct NameReader {
    let bytes: Wire
    let name: UnsafeMutablePointer<UInt8>
    var length = 0
    /// Where the last three labels begin, the last of them in `starts.0`.
    private var starts = (-1, -1, -1)

    init(bytes: Wire, name: UnsafeMutablePointer<UInt8>) {
      self.bytes = bytes
      self.name = name
    }

    /// The place behind the name; nil where it is none.
    mutating func read(from start: Int) -> Int? {
      var at = start
      var behind: Int?
      var jumps = 0
      while at < bytes.count {
        let size = Int(bytes[at])
        if size == 0 { return behind ?? at + 1 }
        if size & 0xc0 == 0xc0 {
          guard at + 1 < bytes.count, jumps < 16 else { return nil }
          behind = behind ?? at + 2
          at = (size & 0x3f) << 8 | Int(bytes[at + 1])
          jumps += 1
          continue
        }
        guard size < 64, at + 1 + size <= bytes.count, length + size + 1 <= DNSMessage.nameLimit else { return nil }
        if length > 0 {
          name[length] = 0x2e
          length += 1
        }
        starts = (length, starts.0, starts.1)
        for place in 1...size {
          let byte = bytes[at + place]
          name[length] = byte &- 0x41 < 26 ? byte | 0x20 : byte
          length += 1
        }
        at += size + 1
      }
      return nil
    }

    /// The last two labels; three below a country's `co`, `com` and the like.
    var domainStart: Int {
      guard starts.1 >= 0 else { return max(starts.0, 0) }
      let isCountry = length - starts.0 == 2
      return isCountry && starts.2 >= 0 && DNSMessage.isGeneric(name + starts.1, starts.0 - 1 - starts.1)
        ? starts.2 : starts.1
    }
  }
}
