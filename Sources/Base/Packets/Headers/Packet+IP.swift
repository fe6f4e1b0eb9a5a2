import Model

// The network layer.
extension Packet {
  @inline(__always) mutating func readIPv4(_ header: Wire, depth: Int) -> Fault? {
    if header.count < 20 { return .cut }
    let headerBytes = Int(header[0] & 15) * 4
    guard header[0] >> 4 == 4, headerBytes >= 20 else { return .contradictory }
    let total = Int(header.u16(2))
    network = header
    source = IPAddress(v4: header.u32(12))
    destination = IPAddress(v4: header.u32(16))
    isIP = true
    protocolNumber = header[9]
    ttl = header[8]
    // Segmentation offload leaves 0 where the card was to fill the length in.
    length = total == 0 ? header.count : total
    let fragment = header.u16(6)
    if fragment & 0x3fff != 0 {
      fragmentOffset = Int(fragment & 0x1fff) * 8
      moreFragments = fragment & 0x2000 != 0
    }
    if length < headerBytes { return nil }
    if header.count < headerBytes { return nil }
    let rest = header.kept(length).dropped(headerBytes)
    payload = rest
    if fragmentOffset > 0 {
      payloadBytes = length - headerBytes
      return nil
    }
    return readTransport(rest, bytes: length - headerBytes, depth: depth)
  }

  mutating func readIPv6(_ header: Wire, depth: Int) -> Fault? {
    if header.count < 40 { return .cut }
    guard header[0] >> 4 == 6 else { return .contradictory }
    let named = Int(header.u16(4))
    network = header
    source = IPAddress(high: header.u64(8), low: header.u64(16))
    destination = IPAddress(high: header.u64(24), low: header.u64(32))
    isIP = true
    ttl = header[7]
    length = named == 0 && header.count > 40 ? header.count : named + 40
    var next = header[6]
    var rest = header.kept(length).dropped(40)
    var bytes = length - 40
    while let size = Self.extensionSize(next, rest) {
      note(extension: next)
      if next == 44, rest.count >= 8 {
        let fragment = rest.u16(2)
        fragmentOffset = Int(fragment & 0xfff8)
        moreFragments = fragment & 1 == 1
      }
      guard size > 0, size <= rest.count else {
        protocolNumber = next
        payload = rest
        return nil
      }
      next = rest[0]
      rest = rest.dropped(size)
      bytes -= size
    }
    protocolNumber = next
    payload = rest
    if fragmentOffset > 0 {
      payloadBytes = bytes
      return nil
    }
    return readTransport(rest, bytes: bytes, depth: depth)
  }

  /// Bytes of an extension header; 0 where it is cut, nil where `number` is none. Source: IANA's list of extension headers.
  private static func extensionSize(_ number: UInt8, _ rest: Wire) -> Int? {
    switch number {
    case 0, 43, 60, 135, 139, 140: rest.count < 2 ? 0 : (Int(rest[1]) + 1) * 8
    case 44: 8
    case 51: rest.count < 2 ? 0 : (Int(rest[1]) + 2) * 4
    default: nil
    }
  }

  private mutating func note(extension number: UInt8) {
    guard extensionCount < 8 else { return }
    extensions[extensionCount] = number
    extensionCount += 1
  }

  /// Steps into a tunnel: the outer packet is forgotten but for its ends.
  mutating func enter(_ kind: Tunnel) {
    let (outerSource, outerDestination) = (source, destination)
    self = Packet(of: payload)
    tunnelSource = outerSource
    tunnelDestination = outerDestination
    tunnel = kind
  }
}
