/// One packet of made-up traffic, or the flow that an exporter would tell of it.
struct SamplePacket {
  /// ns since 1970 UTC.
  var time: Int64 = 0
  var source: UInt32
  var destination: UInt32
  var protocolNumber: UInt8
  var sourcePort: UInt16 = 0
  var destinationPort: UInt16 = 0
  var flags: UInt8 = 0
  var ttl: UInt8 = 60
  /// What is captured of the payload, and how long it was on the wire.
  var payload: [UInt8] = []
  var payloadBytes = 0
  /// The attack it belongs to, by its place in the truth; nil where it is honest.
  var attack: Int?

  static func tcp(
    _ source: UInt32, _ sourcePort: UInt16, _ destination: UInt32, _ destinationPort: UInt16, flags: UInt8,
    _ payload: [UInt8] = [], bytes: Int? = nil
  ) -> SamplePacket {
    SamplePacket(
      source: source, destination: destination, protocolNumber: 6, sourcePort: sourcePort,
      destinationPort: destinationPort, flags: flags, payload: payload, payloadBytes: bytes ?? payload.count)
  }

  static func udp(
    _ source: UInt32, _ sourcePort: UInt16, _ destination: UInt32, _ destinationPort: UInt16, _ payload: [UInt8],
    bytes: Int? = nil
  ) -> SamplePacket {
    SamplePacket(
      source: source, destination: destination, protocolNumber: 17, sourcePort: sourcePort,
      destinationPort: destinationPort, payload: payload, payloadBytes: bytes ?? payload.count)
  }

  /// Bytes of the IP packet.
  var length: Int { 20 + (protocolNumber == 6 ? 20 : 8) + payloadBytes }

  /// The Ethernet frame so far as it is captured, and its length on the wire.
  var frame: (bytes: [UInt8], length: Int) {
    let transport =
      protocolNumber == 6
      ? FrameMaker.tcp(from: sourcePort, to: destinationPort, flags: flags, payload)
      : FrameMaker.udp(from: sourcePort, to: destinationPort, payload)
    var packet = FrameMaker.ipv4(
      from: source, to: destination, protocol: protocolNumber, ttl: ttl, transport)
    if payloadBytes > payload.count { packet.replaceSubrange(2..<4, with: FrameMaker.big(UInt16(length))) }
    return (FrameMaker.ethernet(packet), 14 + length)
  }
}
