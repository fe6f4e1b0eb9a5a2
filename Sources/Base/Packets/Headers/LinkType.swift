import Model

/// The link layer of a capture's frames. Source: https://www.tcpdump.org/linktypes.html.
package enum LinkType: Sendable, Equatable {
  case null, ethernet, raw, cooked, cooked2, ipv4, ipv6, ppp, loop
  case other(UInt16)

  package init(_ number: UInt32) {
    // The upper bits say how long a frame check sequence is.
    switch UInt16(truncatingIfNeeded: number) {
    case 0: self = .null
    case 1: self = .ethernet
    case 9, 50: self = .ppp
    case 12, 14, 101: self = .raw
    case 108: self = .loop
    case 113: self = .cooked
    case 276: self = .cooked2
    case 228: self = .ipv4
    case 229: self = .ipv6
    case let other: self = .other(other)
    }
  }

  package var number: UInt16 {
    switch self {
    case .null: 0
    case .ethernet: 1
    case .ppp: 9
    case .raw: 101
    case .loop: 108
    case .cooked: 113
    case .cooked2: 276
    case .ipv4: 228
    case .ipv6: 229
    case .other(let number): number
    }
  }
}

// From the frame's first byte to its network layer.
extension Packet {
  @inline(__always) mutating func readLink(_ frame: Wire, _ link: LinkType) -> Fault? {
    switch link {
    case .ethernet: return readEthernet(frame, depth: 0)
    case .raw, .ipv4, .ipv6: return readBareIP(frame)
    case .cooked: return frame.count < 16 ? .cut : readEtherType(frame.u16(14), frame.dropped(16), depth: 0)
    case .cooked2: return frame.count < 20 ? .cut : readEtherType(frame.u16(0), frame.dropped(20), depth: 0)
    case .ppp: return readPPP(frame)
    // Four bytes of the capturing machine's own address family: its number differs between systems, IP tells itself.
    case .null, .loop: return frame.count < 4 ? .cut : readBareIP(frame.dropped(4))
    case .other: return nil
    }
  }

  mutating func readEthernet(_ frame: Wire, depth: Int) -> Fault? {
    if frame.count < 14 { return .cut }
    let type = frame.u16(12)
    // An IEEE 802.3 length: LLC, spanning tree and the like.
    if type < 0x0600 { return nil }
    return readEtherType(type, frame.dropped(14), depth: depth)
  }

  @inline(__always) mutating func readEtherType(_ type: UInt16, _ rest: Wire, depth: Int) -> Fault? {
    etherType = type
    if type == 0x0800 { return readIPv4(rest, depth: depth) }
    if type == 0x86dd { return readIPv6(rest, depth: depth) }
    return readRareEtherType(type, rest, depth: depth)
  }

  @inline(never) private mutating func readRareEtherType(_ type: UInt16, _ rest: Wire, depth: Int) -> Fault? {
    guard depth < Self.depthLimit else { return .contradictory }
    switch type {
    case 0x8100, 0x88a8, 0x9100, 0x9200:
      return rest.count < 4 ? .cut : readEtherType(rest.u16(2), rest.dropped(4), depth: depth + 1)
    case 0x8847, 0x8848: return readLabels(rest, depth: depth + 1)
    case 0x8864:
      return rest.count < 8
        ? .cut : readPPPProtocol(rest.u16(6), rest.dropped(8), depth: depth + 1)
    case 0x0806:
      readARP(rest)
      return nil
    default: return nil
    }
  }

  private mutating func readPPP(_ frame: Wire) -> Fault? {
    // With HDLC-like framing (RFC 1662) address and control stand before the protocol.
    let hasAddress = frame.count >= 4 && frame[0] == 0xff && frame[1] == 0x03
    let rest = hasAddress ? frame.dropped(2) : frame
    return rest.count < 2 ? .cut : readPPPProtocol(rest.u16(0), rest.dropped(2), depth: 0)
  }

  private mutating func readPPPProtocol(_ number: UInt16, _ rest: Wire, depth: Int) -> Fault? {
    switch number {
    case 0x0021: readEtherType(0x0800, rest, depth: depth)
    case 0x0057: readEtherType(0x86dd, rest, depth: depth)
    default: nil
    }
  }

  /// MPLS: labels down to the bottom of the stack, then an IP packet or an Ethernet pseudowire, told by its first byte.
  private mutating func readLabels(_ labels: Wire, depth: Int) -> Fault? {
    var rest = labels
    repeat {
      if rest.count < 4 { return .cut }
      let isBottom = rest[2] & 1 == 1
      rest = rest.dropped(4)
      if isBottom { break }
    } while true
    guard rest.count > 0 else { return .cut }
    tunnel = .mpls
    switch rest[0] >> 4 {
    case 4: return readEtherType(0x0800, rest, depth: depth)
    case 6: return readEtherType(0x86dd, rest, depth: depth)
    // A pseudowire's control word of zeros before the frame (RFC 4448).
    case 0 where rest.count >= 18 && rest.u32(0) >> 16 == 0: return readEthernet(rest.dropped(4), depth: depth)
    default: return readEthernet(rest, depth: depth)
    }
  }

  /// Who asks for whose Ethernet address. Source: RFC 826.
  private mutating func readARP(_ rest: Wire) {
    guard rest.count >= 28, rest.u16(2) == 0x0800, rest[4] == 6, rest[5] == 4 else { return }
    source = IPAddress(v4: rest.u32(14))
    destination = IPAddress(v4: rest.u32(24))
  }

  mutating func readBareIP(_ rest: Wire) -> Fault? {
    guard rest.count > 0 else { return .cut }
    switch rest[0] >> 4 {
    case 4: return readEtherType(0x0800, rest, depth: 0)
    case 6: return readEtherType(0x86dd, rest, depth: 0)
    default: return .contradictory
    }
  }

  /// Layers within layers that are followed: hostile frames could hold hundreds.
  static var depthLimit: Int { 8 }
}
