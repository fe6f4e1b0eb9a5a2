import Model

/// One row of a capture as the packet that it was: its own bytes where they are known, else as far as fields tell.
struct RecordedPacket {
  /// An Ethernet frame for the loopback device, whose addresses are zero.
  private(set) var frame: [UInt8]

  private static let protocols: [Int64: Int] = [6: 20, 17: 8, 1: 8, 58: 8]

  /// A packet as it was captured, or one made from a row's fields.
  init(_ captured: [UInt8]?, _ batch: EventBatch, _ row: Int) throws(RecordedRequest.Unplayable) {
    if let captured { self = try RecordedPacket(captured: captured) } else { self = try RecordedPacket(batch, row) }
  }

  private init(captured: [UInt8]) throws(RecordedRequest.Unplayable) {
    guard let first = captured.first, captured.count >= 20 else { throw .init(why: "no packet: too short") }
    var ip = captured
    let isV4 = first >> 4 == 4
    let length = isV4 ? Int(ip[2]) << 8 | Int(ip[3]) : 40 + (captured.count >= 40 ? Int(ip[4]) << 8 | Int(ip[5]) : 0)
    guard length >= 20, length <= 65_000 else { throw .init(why: "a length that cannot be") }
    // What a capture cut off, and padding behind: the kernel wants as many bytes as the header says.
    ip = Array(ip.prefix(length)) + [UInt8](repeating: 0, count: max(0, length - ip.count))
    if isV4 {
      // Left to the network card by some senders; a wrong one would be dropped before any rule.
      let header = min(Int(first & 15) * 4, ip.count)
      guard header >= 20 else { throw .init(why: "a length that cannot be") }
      Self.put(UInt16(0), &ip, 10)
      Self.put(Self.checksum(ip[0..<header]), &ip, 10)
    }
    frame = [UInt8](repeating: 0, count: 12) + (isV4 ? [0x08, 0x00] : [0x86, 0xDD]) + ip
  }

  init(_ batch: EventBatch, _ row: Int) throws(RecordedRequest.Unplayable) {
    let source = batch.address(.ipSource, row), destination = batch.address(.ipDestination, row)
    guard !source.isAbsent, batch.isTouched(.ipDestination), !destination.isAbsent, source.isV4 == destination.isV4
    else {
      throw .init(why: "no packet: source or destination is missing")
    }
    guard let number = batch.number(.ipProtocolNumber, row), let logged = batch.number(.ipLength, row),
      let ttl = batch.number(.ipTTL, row), (0...255).contains(ttl), (0...255).contains(number)
    else { throw .init(why: "no packet: protocol, length or TTL is missing") }
    if batch.isTouched(.ipFragmentOffset), batch.isPresent(.ipFragmentOffset, row) {
      throw .init(why: "fragments are not replayed")
    }
    if batch.isTouched(.ipv6Extensions), batch.isPresent(.ipv6Extensions, row) {
      throw .init(why: "IPv6 extension headers are not replayed")
    }
    let isV4 = source.isV4
    // Numbers that are IPv6 extension headers, and those of another family's ICMP, would be read as something else.
    guard isV4 || ![0, 43, 44, 50, 51, 59, 60, 135, 139, 140].contains(number) else {
      throw .init(why: "IPv6 extension headers are not replayed")
    }
    let header = isV4 ? 20 : 40, transport = Self.protocols[number] ?? 0
    guard (header + transport...65_000).contains(Int(logged)) else { throw .init(why: "a length that cannot be") }
    var ip = [UInt8](repeating: 0, count: Int(logged))
    if isV4 {
      ip[0] = 0x45
      Self.put(UInt16(logged), &ip, 2)
      ip[8] = UInt8(ttl)
      ip[9] = UInt8(number)
      Self.put(UInt32(truncatingIfNeeded: source.low), &ip, 12)
      Self.put(UInt32(truncatingIfNeeded: destination.low), &ip, 16)
      Self.put(Self.checksum(ip[0..<20]), &ip, 10)
    } else {
      ip[0] = 0x60
      Self.put(UInt16(logged - 40), &ip, 4)
      ip[6] = UInt8(number)
      ip[7] = UInt8(ttl)
      for (place, half) in [source.high, source.low, destination.high, destination.low].enumerated() {
        Self.put(UInt32(half >> 32), &ip, 8 + place * 8)
        Self.put(UInt32(truncatingIfNeeded: half), &ip, 12 + place * 8)
      }
    }
    switch number {
    case 6:
      Self.put(Self.port(batch, .sourcePort, row), &ip, header)
      Self.put(Self.port(batch, .destinationPort, row), &ip, header + 2)
      ip[header + 12] = 0x50
      ip[header + 13] = UInt8(truncatingIfNeeded: batch.number(.tcpFlags, row) ?? 0)
    case 17:
      Self.put(Self.port(batch, .udpSourcePort, row), &ip, header)
      Self.put(Self.port(batch, .udpDestinationPort, row), &ip, header + 2)
      Self.put(UInt16(Int(logged) - header), &ip, header + 4)
    case 1, 58:
      ip[header] = UInt8(truncatingIfNeeded: batch.number(.icmpType, row) ?? 0)
      ip[header + 1] = UInt8(truncatingIfNeeded: batch.number(.icmpCode, row) ?? 0)
    default: break
    }
    frame = [UInt8](repeating: 0, count: 12) + (isV4 ? [0x08, 0x00] : [0x86, 0xDD]) + ip
  }

  private static func port(_ batch: EventBatch, _ field: EventField, _ row: Int) -> UInt16 {
    UInt16(truncatingIfNeeded: batch.number(field, row) ?? 0)
  }

  private static func put(_ value: some FixedWidthInteger & UnsignedInteger, _ bytes: inout [UInt8], _ place: Int) {
    withUnsafeBytes(of: value.bigEndian) { for (at, byte) in $0.enumerated() { bytes[place + at] = byte } }
  }

  private static func checksum(_ header: ArraySlice<UInt8>) -> UInt16 {
    var sum: UInt32 = 0
    for place in stride(from: header.startIndex, to: header.endIndex, by: 2) {
      sum += UInt32(header[place]) << 8 | UInt32(header[place + 1])
    }
    while sum > 0xFFFF { sum = sum & 0xFFFF + sum >> 16 }
    return ~UInt16(sum)
  }
}
