import Model

// What lies behind the network layer.
extension Packet {
  /// `bytes` is the length that the headers claim, `rest` what was captured of it.
  @inline(__always) mutating func readTransport(_ rest: Wire, bytes: Int, depth: Int) -> Fault? {
    switch protocolNumber {
    case 6: readTCP(rest, bytes)
    case 17: return readUDP(rest, bytes, depth)
    case 1, 58: readICMP(rest, bytes)
    case 4, 41, 47, 137: return readTunnel(rest, bytes, depth)
    case 132: readPorts(rest, bytes, headerBytes: 12)
    default: payloadBytes = bytes
    }
    return nil
  }

  private mutating func readTCP(_ rest: Wire, _ bytes: Int) {
    transport = .tcp
    guard rest.count >= 4 else { return transport = .none }
    sourcePort = rest.u16(0)
    destinationPort = rest.u16(2)
    if rest.count >= 8 { sequence = rest.u32(4) }
    guard rest.count >= 16 else { return payload = rest.dropped(rest.count) }
    flags = rest[13]
    hasFlags = true
    window = rest.u16(14)
    let header = max(20, Int(rest[12] >> 4) * 4)
    payloadBytes = max(0, bytes - header)
    payload = rest.dropped(min(header, rest.count))
  }

  @inline(__always) private mutating func readUDP(_ rest: Wire, _ bytes: Int, _ depth: Int) -> Fault? {
    transport = .udp
    guard rest.count >= 4 else {
      transport = .none
      return nil
    }
    sourcePort = rest.u16(0)
    destinationPort = rest.u16(2)
    guard rest.count >= 8 else {
      payload = rest.dropped(rest.count)
      return nil
    }
    let named = Int(rest.u16(4))
    // Fragments and jumbograms: the first fragment's length is the whole datagram's.
    payloadBytes = max(0, (named >= 8 && !moreFragments ? min(named, bytes) : bytes) - 8)
    payload = rest.dropped(8).kept(payloadBytes)
    if destinationPort == 4789 || destinationPort == 6081 || destinationPort == 8472 {
      return readOverlay(payload, depth)
    }
    return nil
  }

  private mutating func readICMP(_ rest: Wire, _ bytes: Int) {
    guard rest.count >= 2 else { return }
    transport = .icmp
    icmpType = rest[0]
    icmpCode = rest[1]
    payloadBytes = max(0, bytes - 8)
    payload = rest.dropped(min(8, rest.count))
  }

  /// SCTP: ports where TCP has them.
  private mutating func readPorts(_ rest: Wire, _ bytes: Int, headerBytes: Int) {
    payloadBytes = max(0, bytes - headerBytes)
    payload = rest.dropped(min(headerBytes, rest.count))
  }

  // MARK: Tunnels

  /// Follows IP in IP, GRE and MPLS in IP. What is inside must be whole and make sense, or the outer packet stands.
  @inline(never) private mutating func readTunnel(_ rest: Wire, _ bytes: Int, _ depth: Int) -> Fault? {
    payloadBytes = bytes
    guard depth < Self.depthLimit else { return nil }
    let outer = self
    var fault: Fault?
    switch protocolNumber {
    case 4:
      enter(.ipip)
      fault = readEtherType(0x0800, rest, depth: depth + 1)
    case 41:
      enter(.ipip)
      fault = readEtherType(0x86dd, rest, depth: depth + 1)
    case 137:
      enter(.mpls)
      fault = readEtherType(0x8847, rest, depth: depth + 1)
    default: fault = readGRE(rest, depth)
    }
    if fault != nil || !isIP || tunnel == .none { self = outer }
    return nil
  }

  private mutating func readGRE(_ rest: Wire, _ depth: Int) -> Fault? {
    guard rest.count >= 4 else { return .cut }
    let bits = rest.u16(0)
    let type = rest.u16(2)
    // Version 1 carries PPP (RFC 2637) and is no routed packet's tunnel here.
    guard bits & 0x7 == 0 else { return .contradictory }
    let header = 4 + (bits & 0x8000 != 0 ? 4 : 0) + (bits & 0x2000 != 0 ? 4 : 0) + (bits & 0x1000 != 0 ? 4 : 0)
    guard rest.count >= header else { return .cut }
    let inner = rest.dropped(header)
    switch type {
    case 0x0800, 0x86dd, 0x8847:
      enter(.gre)
      return readEtherType(type, inner, depth: depth + 1)
    case 0x6558:
      enter(.gre)
      return readEthernet(inner, depth: depth + 1)
    // A switch's mirror port: the header of ERSPAN II is 8 bytes and that of III 12 or 20.
    case 0x88be:
      enter(.erspan)
      let skipped = bits & 0x1000 != 0 ? 8 : 0
      return inner.count < skipped ? .cut : readEthernet(inner.dropped(skipped), depth: depth + 1)
    case 0x22eb:
      enter(.erspan)
      guard inner.count >= 12 else { return .cut }
      let skipped = inner[11] & 1 == 1 ? 20 : 12
      return inner.count < skipped ? .cut : readEthernet(inner.dropped(skipped), depth: depth + 1)
    default: return .contradictory
    }
  }

  /// VXLAN and Geneve: Ethernet in UDP.
  @inline(never) private mutating func readOverlay(_ rest: Wire, _ depth: Int) -> Fault? {
    guard rest.count >= 8 + 14, depth < Self.depthLimit else { return nil }
    let outer = self
    var skipped = 8
    if destinationPort == 6081 {
      guard rest[0] >> 6 == 0 else { return nil }
      skipped += Int(rest[0] & 0x3f) * 4
      guard rest.count > skipped else { return nil }
      enter(.geneve)
    } else {
      guard rest[0] & 0xf7 == 0, rest[0] & 0x08 != 0, rest[7] == 0 else { return nil }
      enter(.vxlan)
    }
    let inner = rest.dropped(skipped)
    let type = tunnel == .geneve ? rest.u16(2) : 0x6558
    let fault =
      type == 0x6558 ? readEthernet(inner, depth: depth + 1) : readEtherType(type, inner, depth: depth + 1)
    if fault != nil || !isIP { self = outer }
    return nil
  }
}
