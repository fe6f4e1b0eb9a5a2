import Model

/// What the headers of one captured frame say: addresses, ports, flags, and where the payload lies.
///
/// Tunnels are followed to the innermost packet (`tunnel` says which kind came last, with the ends of that tunnel). A
/// frame cut short by the capture's snap length gives what is there. Sources: IEEE 802.1Q, RFC 791, 8200, 9293, 768,
/// 792, 4443, 2784 and 2890 (GRE), 7348 (VXLAN), 8926 (Geneve), 3032 (MPLS), 4302 (AH).
package struct Packet {
  package enum Transport: UInt8 { case none, tcp, udp, icmp }

  /// Last encapsulation around the packet, by its place in `EventField.tunnels`.
  package enum Tunnel: Int8 { case none = -1, gre, ipip, vxlan, geneve, erspan, mpls }

  /// EtherType behind VLAN tags and labels; 0x0800 or 0x86dd where the link layer has none but carries IP.
  package internal(set) var etherType: UInt16 = 0
  package internal(set) var source = IPAddress.absent
  package internal(set) var destination = IPAddress.absent
  /// Whether the addresses are an IP packet's (ARP has addresses too).
  package internal(set) var isIP = false
  package internal(set) var protocolNumber: UInt8 = 0
  package internal(set) var ttl: UInt8 = 0
  /// Length of the IP packet as its header says.
  package internal(set) var length = 0
  /// In bytes; -1 where the packet is no fragment.
  package internal(set) var fragmentOffset = -1
  package internal(set) var moreFragments = false
  /// Numbers of IPv6 extension headers in their order, at most eight.
  package internal(set) var extensions = InlineArray<8, UInt8>(repeating: 0)
  package internal(set) var extensionCount = 0

  package internal(set) var transport = Transport.none
  package internal(set) var sourcePort: UInt16 = 0
  package internal(set) var destinationPort: UInt16 = 0
  /// Place of the payload's first byte in its TCP stream.
  package internal(set) var sequence: UInt32 = 0
  package internal(set) var flags: UInt8 = 0
  /// Whether the capture reaches as far as TCP's flags and window.
  package internal(set) var hasFlags = false
  package internal(set) var window: UInt16 = 0
  package internal(set) var icmpType: UInt8 = 0
  package internal(set) var icmpCode: UInt8 = 0
  /// Payload bytes by the headers' word; -1 where the headers end before they say.
  package internal(set) var payloadBytes = -1
  /// The payload so far as it was captured.
  package internal(set) var payload: Wire
  /// The IP packet so far as it was captured, from its header on; of a tunnel, the one inside.
  package internal(set) var network: Wire

  package internal(set) var tunnel = Tunnel.none
  package internal(set) var tunnelSource = IPAddress.absent
  package internal(set) var tunnelDestination = IPAddress.absent

  /// Why a frame is no packet.
  package enum Fault: Error { case cut, contradictory }

  /// A packet of which nothing is read yet.
  @inlinable package init(of frame: Wire) {
    payload = frame
    network = frame.kept(0)
  }

  /// Reads the frame; a fault where not even its network layer can be read. The packet must be fresh.
  @inline(__always) package mutating func read(_ frame: CapturedFrame) -> Fault? { readLink(frame.bytes, frame.link) }
}
