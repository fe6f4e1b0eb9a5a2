import Model
import Packets

/// NetFlow version 5: a header of 24 bytes and up to 30 flows of 48. Source: Cisco, "NetFlow Export Datagram Format".
enum NetFlow5 {
  private static let headerBytes = 24
  private static let flowBytes = 48

  /// Bytes that the header's count of flows asks for; nil where it cannot be one.
  static func length(_ datagram: Wire) -> Int? {
    guard datagram.count >= headerBytes, datagram.u16(0) == 5 else { return nil }
    let count = Int(datagram.u16(2))
    return (1...30).contains(count) ? headerBytes + count * flowBytes : nil
  }

  static func decode(_ datagram: Wire, take: (FlowRecord, Int64) -> Void) -> ExportOutcome {
    guard let length = length(datagram) else { return .foreign }
    // Whole flows behind a count that promises more: a datagram that was cut.
    guard length <= datagram.count else {
      return (datagram.count - headerBytes) % flowBytes == 0 ? .broken : .foreign
    }
    // More bytes than flows: not what an exporter sends.
    guard length == datagram.count else { return (datagram.count - headerBytes) % flowBytes == 0 ? .broken : .foreign }
    let clock = ExportClock(
      now: Int64(datagram.u32(8)) * 1_000 + Int64(datagram.u32(12) / 1_000_000), uptime: datagram.u32(4))
    let interval = Int64(datagram.u16(22) & 0x3fff)
    for place in stride(from: headerBytes, to: length, by: flowBytes) {
      take(flow(datagram.dropped(place), clock), max(1, interval))
    }
    return .taken(flows: (length - headerBytes) / flowBytes)
  }

  private static func flow(_ bytes: Wire, _ clock: ExportClock) -> FlowRecord {
    var flow = FlowRecord()
    flow.source = IPAddress(v4: bytes.u32(0))
    flow.destination = IPAddress(v4: bytes.u32(4))
    flow.packets = Int64(bytes.u32(16))
    flow.bytes = Int64(bytes.u32(20))
    flow.start = clock.time(uptime: UInt64(bytes.u32(24)), boot: -1)
    flow.end = clock.time(uptime: UInt64(bytes.u32(28)), boot: -1)
    flow.sourcePort = Int64(bytes.u16(32))
    flow.destinationPort = Int64(bytes.u16(34))
    flow.flags = Int64(bytes[37])
    flow.protocolNumber = Int64(bytes[38])
    return flow
  }

  static func watch(_ datagram: Wire, from address: IPAddress, _ losses: FlowLosses) -> Bool {
    guard length(datagram) == datagram.count else { return false }
    let exporter = ExporterKey(address: address, domain: UInt32(datagram.u16(20)), version: 5)
    losses.note(exporter, datagram.u32(16), step: Int(datagram.u16(2)), isCounted: true)
    return true
  }
}
