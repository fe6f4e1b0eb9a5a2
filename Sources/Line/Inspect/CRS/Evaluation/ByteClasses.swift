/// Which kinds of bytes a text holds, as 64 bits: enough to know that a transformation would change nothing and that a
/// pattern cannot match.
///
/// Every ASCII mark has a bit of its own; letters, digits, controls and high bytes share.
struct ByteClasses: OptionSet, Hashable, Sendable {
  let rawValue: UInt64

  static let lower = ByteClasses(rawValue: 1)
  static let upper = ByteClasses(rawValue: 1 << 1)
  static let digit = ByteClasses(rawValue: 1 << 2)
  static let nul = ByteClasses(rawValue: 1 << 3)
  static let tab = ByteClasses(rawValue: 1 << 4)
  static let newline = ByteClasses(rawValue: 1 << 5)
  static let carriageReturn = ByteClasses(rawValue: 1 << 6)
  static let verticalSpace = ByteClasses(rawValue: 1 << 7)
  static let control = ByteClasses(rawValue: 1 << 8)
  /// 0xA0 and 0xC2, which `removeWhitespace` takes for blanks.
  static let noBreak = ByteClasses(rawValue: 1 << 9)
  static let high = ByteClasses(rawValue: 1 << 10)

  static let all = ByteClasses(rawValue: .max)
  static let letters: ByteClasses = [.lower, .upper]
  static let whitespace: ByteClasses = [.space, .tab, .newline, .carriageReturn, .verticalSpace]
  static let anyHigh: ByteClasses = [.noBreak, .high]

  static let space = of(UInt8(ascii: " "))

  /// The class of one byte.
  static func of(_ byte: UInt8) -> ByteClasses { ByteClasses(rawValue: table[Int(byte)]) }

  static func of(_ bytes: String) -> ByteClasses {
    bytes.utf8.reduce(into: []) { $0.formUnion(of($1)) }
  }

  /// The classes of all bytes of a text. Cost: about a nanosecond a byte.
  static func of(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> ByteClasses {
    var found: UInt64 = 0
    let lookup = pointer.address
    for index in 0..<count { found |= lookup[Int(bytes[index])] }
    return ByteClasses(rawValue: found)
  }

  /// Whether the texts share a kind of byte.
  func meets(_ other: ByteClasses) -> Bool { rawValue & other.rawValue != 0 }

  private static let table: [UInt64] = (0...255).map { byte in
    switch UInt8(byte) {
    case UInt8(ascii: "a")...UInt8(ascii: "z"): lower.rawValue
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): upper.rawValue
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit.rawValue
    case 0: nul.rawValue
    case 9: tab.rawValue
    case 10: newline.rawValue
    case 13: carriageReturn.rawValue
    case 11, 12: verticalSpace.rawValue
    case 1...31, 127: control.rawValue
    case 0xa0, 0xc2: noBreak.rawValue
    case 128...255: high.rawValue
    // The 33 marks and the blank, in byte order.
    case 32...47: 1 << (11 + UInt64(byte) - 32)
    case 58...64: 1 << (27 + UInt64(byte) - 58)
    case 91...96: 1 << (34 + UInt64(byte) - 91)
    default: 1 << (40 + UInt64(byte) - 123)
    }
  }

  /// The table at a fixed address, so that the loop over a text touches no array.
  private struct Pinned: @unchecked Sendable {
    let address: UnsafePointer<UInt64>

    init(_ values: [UInt64]) {
      let place = UnsafeMutablePointer<UInt64>.allocate(capacity: values.count)
      place.initialize(from: values, count: values.count)
      address = UnsafePointer(place)
    }
  }

  private static let pointer = Pinned(table)
}
