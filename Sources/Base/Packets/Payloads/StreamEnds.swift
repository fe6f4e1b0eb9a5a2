import Model

/// Who sends to whom: one direction of a connection.
struct StreamEnds: Equatable {
  var source: IPAddress
  var destination: IPAddress
  var ports: UInt32

  init(_ packet: Packet) {
    source = packet.source
    destination = packet.destination
    ports = UInt32(packet.sourcePort) << 16 | UInt32(packet.destinationPort)
  }

  init(_ bytes: Wire) {
    source = IPAddress(high: bytes.u64(0), low: bytes.u64(8))
    destination = IPAddress(high: bytes.u64(16), low: bytes.u64(24))
    ports = bytes.u32(32)
  }

  static let bytes = 36

  func place(of count: Int) -> Int {
    let mixed = (source.low ^ destination.low &* 0x9e37_79b9_7f4a_7c15 ^ UInt64(ports)) &* 0xd6e8_feb8_6659_fd93
    return Int(truncatingIfNeeded: (mixed ^ source.high ^ destination.high) >> 40) & (count - 1)
  }

  func append(to out: inout [UInt8]) {
    for half in [source.high, source.low, destination.high, destination.low] {
      withUnsafeBytes(of: half.bigEndian) { out += $0 }
    }
    withUnsafeBytes(of: ports.bigEndian) { out += $0 }
  }
}
