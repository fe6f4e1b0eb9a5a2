/// How little there is to a request target, as far as one scan can answer for several of its pieces.
///
/// Links see a target in pieces: path, arguments, their names, each transformed in many ways. In a target of plain
/// letters the transformations change either nothing or each byte by itself, so that every text a link sees is a piece of
/// what the transformation makes of the whole.
enum TargetShape {
  /// Letters, digits and the marks of plain addresses, no doubled slash and no dot that ends a piece
  /// (`normalisePath`), nothing that reads like an entity (`htmlEntityDecode`): no transformation changes more than case.
  case ordinary
  /// The same with blanks, and with escapes of such bytes: transformations act byte by byte and add no kind of byte.
  case escaped
  case other

  private enum Kind {
    static let other: UInt8 = 0
    static let plain: UInt8 = 1
    static let dot: UInt8 = 2
    static let slash: UInt8 = 3
    static let mark: UInt8 = 4
    static let ampersand: UInt8 = 5
    static let plus: UInt8 = 6
    static let percent: UInt8 = 7
    static let blank: UInt8 = 8
  }

  private static let kinds = PinnedTable(
    (0...255).map { byte -> UInt8 in
      switch UInt8(byte) {
      case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: ":"), UInt8(ascii: "@"): Kind.plain
      case UInt8(ascii: "."): Kind.dot
      case UInt8(ascii: "/"): Kind.slash
      case UInt8(ascii: "?"), UInt8(ascii: "="): Kind.mark
      case UInt8(ascii: "&"): Kind.ampersand
      case UInt8(ascii: "+"): Kind.plus
      case UInt8(ascii: "%"): Kind.percent
      case UInt8(ascii: " "): Kind.blank
      case let byte: isLetter(byte) || isDigit(byte) ? Kind.plain : Kind.other
      }
    })

  private static let entities: [StaticString] = ["lt", "gt", "amp", "quot", "nbsp"]

  init(_ target: UnsafeRawBufferPointer) {
    self = .ordinary
    let kinds = Self.kinds.address
    var previous = Kind.mark
    var at = 0
    while at < target.count {
      var kind = kinds[Int(target[at])]
      at += 1
      switch kind {
      case Kind.plus:
        self = .escaped
        kind = Kind.blank
      case Kind.percent:
        guard at + 1 < target.count, let high = target[at].hexValue, let low = target[at + 1].hexValue else {
          self = .other
          return
        }
        self = .escaped
        kind = kinds[Int(high << 4 | low)]
        at += 2
        // An escaped separator or escape is one more layer.
        if kind == Kind.ampersand || kind == Kind.plus || kind == Kind.percent { kind = Kind.other }
      case Kind.ampersand where Self.beginsEntity(target, at): kind = Kind.other
      case Kind.blank: kind = Kind.other
      default: break
      }
      if kind == Kind.other || previous == Kind.dot && kind != Kind.plain
        || previous == Kind.slash && kind == Kind.slash || previous == Kind.blank && kind == Kind.blank
      {
        self = .other
        return
      }
      previous = kind
    }
    if previous == Kind.dot { self = .other }
  }

  private static func beginsEntity(_ target: UnsafeRawBufferPointer, _ at: Int) -> Bool {
    let rest = UnsafeRawBufferPointer(rebasing: target[at...])
    return entities.contains { rest.startsWithName($0) }
  }
}

/// A table of bytes at a fixed address, so that a loop over a text touches no array.
struct PinnedTable: @unchecked Sendable {
  let address: UnsafePointer<UInt8>

  init(_ values: [UInt8]) {
    let place = UnsafeMutablePointer<UInt8>.allocate(capacity: values.count)
    place.initialize(from: values, count: values.count)
    address = UnsafePointer(place)
  }
}
