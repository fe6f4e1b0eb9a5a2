/// Writes packets as flows of a NetFlow or IPFIX exporter. Sources: Cisco, "NetFlow Export Datagram Format"; RFC 3954;
/// RFC 7011.
package struct FlowDatagrams {
  package enum Version: UInt16, Sendable { case netflow5 = 5, netflow9 = 9, ipfix = 10 }

  /// Flows of one datagram: what fits Ethernet.
  package static let flowsADatagram = 28
  /// A template stands before the first datagram and every so many.
  private static let templateEvery = 200

  private let version: Version
  private var flows: [UInt8] = []
  private var count = 0
  private var sequence: UInt32 = 0
  private var datagrams = 0
  private var seconds: UInt32 = 0

  package init(_ version: Version) { self.version = version }

  /// Adds a flow; a whole datagram where it was the last that fits.
  mutating func add(_ packet: SamplePacket, packets: UInt32 = 1) -> [UInt8]? {
    seconds = UInt32(packet.time / 1_000_000_000)
    let bytes = UInt32(packet.length) &* packets
    switch version {
    case .netflow5:
      for number in [packet.source, packet.destination, 0, 0, packets, bytes, 59_000, 60_000] as [UInt32] {
        flows += FrameMaker.big(number)
      }
      flows += FrameMaker.big(packet.sourcePort) + FrameMaker.big(packet.destinationPort)
      flows += [0, packet.flags, packet.protocolNumber] + [UInt8](repeating: 0, count: 9)
    case .netflow9, .ipfix:
      for number in [packet.source, packet.destination, packets, bytes] as [UInt32] { flows += FrameMaker.big(number) }
      flows += FrameMaker.big(packet.sourcePort) + FrameMaker.big(packet.destinationPort)
      flows += [packet.protocolNumber, packet.flags]
      // First and last packet: uptimes, in IPFIX milliseconds since 1970.
      let milliseconds = UInt64(packet.time / 1_000_000)
      for number in version == .ipfix ? [milliseconds - 1_000, milliseconds] : [59_000, 60_000] {
        if version == .ipfix { flows += FrameMaker.big(UInt32(number >> 32)) }
        flows += FrameMaker.big(UInt32(truncatingIfNeeded: number))
      }
    }
    count += 1
    return count == Self.flowsADatagram ? flush() : nil
  }

  /// The datagram of what was added and not yet given; nil where there is nothing.
  mutating func flush() -> [UInt8]? {
    guard count > 0 else { return nil }
    defer {
      flows.removeAll(keepingCapacity: true)
      sequence &+= version == .netflow9 ? 1 : UInt32(count)
      count = 0
      datagrams += 1
    }
    var sets: [UInt8] = []
    if version != .netflow5 {
      if datagrams % Self.templateEvery == 0 { sets += Self.set(version == .ipfix ? 2 : 0, template) }
      sets += Self.set(300, flows)
    }
    switch version {
    case .netflow5:
      return FrameMaker.big(UInt16(5)) + FrameMaker.big(UInt16(count))
        + [60_000, seconds, 0, sequence].flatMap { FrameMaker.big(UInt32($0)) } + [0, 0, 0, 0] + flows
    case .netflow9:
      return FrameMaker.big(UInt16(9)) + FrameMaker.big(UInt16(count))
        + [60_000, seconds, sequence, 7].flatMap { FrameMaker.big(UInt32($0)) } + sets
    case .ipfix:
      return FrameMaker.big(UInt16(10)) + FrameMaker.big(UInt16(16 + sets.count))
        + [seconds, sequence, 7].flatMap { FrameMaker.big(UInt32($0)) } + sets
    }
  }

  private var template: [UInt8] {
    let times: [UInt16] = version == .ipfix ? [152, 8, 153, 8] : [22, 4, 21, 4]
    let fields: [UInt16] = [8, 4, 12, 4, 2, 4, 1, 4, 7, 2, 11, 2, 4, 1, 6, 1] + times
    return ([300, UInt16(fields.count / 2)] + fields).flatMap { FrameMaker.big($0) }
  }

  private static func set(_ id: UInt16, _ content: [UInt8]) -> [UInt8] {
    FrameMaker.big(id) + FrameMaker.big(UInt16(content.count + 4)) + content
  }
}
