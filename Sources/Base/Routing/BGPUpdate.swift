import Model
import Packets

/// A BGP UPDATE message. Sources: RFC 4271 section 4.3, RFC 4760 (other address families), RFC 6793 (long numbers).
enum BGPUpdate {
  /// Bytes before every message: marker, length, type.
  static let headerBytes = 19

  /// What a set of path attributes says.
  struct Attributes {
    var path = ASPath.none
    /// IPv6 prefixes announced and withdrawn.
    var reached: Wire?
    var lost: Wire?
  }

  /// Calls `take` with each prefix of an UPDATE; false where lengths do not fit. Other messages say nothing of prefixes.
  /// `hasPaths` says that a number stands before each prefix (RFC 7911).
  static func routes(
    _ message: Wire, width: Int, hasPaths: Bool, take: (Route.Kind, IPAddress, Int, ASPath) -> Void
  ) -> Bool {
    guard message.count >= headerBytes, Int(message.u16(16)) <= message.count else { return false }
    guard message[18] == 2 else { return true }
    var rest = message.kept(Int(message.u16(16))).dropped(headerBytes)
    guard let withdrawn = taken(&rest), let attributeBytes = taken(&rest) else { return false }
    guard let attributes = attributes(attributeBytes, width: width, isTable: false) else { return false }
    var fits = prefixes(withdrawn, isV4: true, hasPaths) { take(.withdraw, $0, $1, .none) }
    if let lost = attributes.lost {
      fits = prefixes(lost, isV4: false, hasPaths) { take(.withdraw, $0, $1, .none) } && fits
    }
    fits = prefixes(rest, isV4: true, hasPaths) { take(.announce, $0, $1, attributes.path) } && fits
    if let reached = attributes.reached {
      fits = prefixes(reached, isV4: false, hasPaths) { take(.announce, $0, $1, attributes.path) } && fits
    }
    return fits
  }

  /// What a length of two bytes counts, taken off the front.
  static func taken(_ rest: inout Wire) -> Wire? {
    guard rest.count >= 2, Int(rest.u16(0)) <= rest.count - 2 else { return nil }
    let taken = rest.dropped(2).kept(Int(rest.u16(0)))
    rest = rest.dropped(2 + taken.count)
    return taken
  }

  /// Reads path attributes; nil where lengths do not fit. In tables IPv6's attribute holds a next hop alone (RFC 6396
  /// section 4.3.4).
  static func attributes(_ bytes: Wire, width: Int, isTable: Bool) -> Attributes? {
    var found = Attributes()
    var rest = bytes
    while rest.count >= 3 {
      let isLong = rest[0] & 0x10 != 0
      guard !isLong || rest.count >= 4 else { return nil }
      let length = isLong ? Int(rest.u16(2)) : Int(rest[2])
      let header = isLong ? 4 : 3
      guard length <= rest.count - header else { return nil }
      let content = rest.dropped(header).kept(length)
      switch rest[1] {
      case 2: if found.path.bytes.count == 0 { found.path = ASPath(bytes: content, width: width) }
      case 17: found.path = ASPath(bytes: content, width: 4)
      case 14 where !isTable:
        // Family, subfamily, next hop with its length, a byte of the past, prefixes.
        guard content.count >= 5, Int(content[3]) + 5 <= content.count else { return nil }
        if content.u16(0) == 2, content[2] == 1 { found.reached = content.dropped(5 + Int(content[3])) }
      case 15 where !isTable:
        guard content.count >= 3 else { return nil }
        if content.u16(0) == 2, content[2] == 1 { found.lost = content.dropped(3) }
      default: break
      }
      rest = rest.dropped(header + length)
    }
    return rest.count == 0 ? found : nil
  }

  /// Calls `body` with each prefix: a length in bits, and as many bytes as that needs.
  static func prefixes(_ bytes: Wire, isV4: Bool, _ hasPaths: Bool, _ body: (IPAddress, Int) -> Void) -> Bool {
    var rest = bytes
    while rest.count > 0 {
      if hasPaths {
        guard rest.count > 4 else { return false }
        rest = rest.dropped(4)
      }
      guard let (network, bits, size) = prefix(rest, isV4: isV4) else { return false }
      body(network, bits)
      rest = rest.dropped(size)
    }
    return true
  }

  /// The prefix at the front and the bytes it takes; nil where it is none.
  static func prefix(_ bytes: Wire, isV4: Bool) -> (IPAddress, Int, Int)? {
    guard bytes.count > 0 else { return nil }
    let bits = Int(bytes[0])
    let size = (bits + 7) / 8
    guard bits <= (isV4 ? 32 : 128), size < bytes.count else { return nil }
    var high: UInt64 = 0, low: UInt64 = 0
    for place in 0..<size {
      let byte = UInt64(bytes[1 + place])
      if place < 8 { high |= byte << UInt64(56 - place * 8) } else { low |= byte << UInt64(120 - place * 8) }
    }
    let address = isV4 ? IPAddress(v4: UInt32(high >> 32)) : IPAddress(high: high, low: low)
    return (address, bits, 1 + size)
  }
}
