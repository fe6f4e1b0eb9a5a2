import Model
import Samples
import Testing

@testable import Packets

private let client: UInt32 = 0xc000_0207
private let server: UInt32 = 0xc633_6409

private func read(_ frame: [UInt8], link: LinkType = .ethernet) throws -> Packet {
  // The memory outlives the packet, whose payload points into it.
  let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: frame.count + 1)
  _ = copy.initialize(from: frame)
  let bytes = Wire(base: UnsafePointer(copy.baseAddress!), count: frame.count)
  var packet = Packet(of: bytes)
  if let fault = packet.read(CapturedFrame(time: nil, link: link, bytes: bytes, originalLength: frame.count)) {
    throw fault
  }
  return packet
}

private let syn = FrameMaker.ipv4(
  from: client, to: server, protocol: 6, FrameMaker.tcp(from: 50_000, to: 443, flags: 2))

@Test("a TCP packet is read behind VLAN tags, MPLS labels and without a link layer")
func linkLayers() throws {
  let tagged = [0x81, 0x00, 0x00, 0x64, 0x81, 0x00, 0x00, 0x65, 0x08, 0x00].map { UInt8($0) }
  let double = Array(FrameMaker.ethernet([]).prefix(12)) + tagged + syn
  let labelled = FrameMaker.ethernet([0, 0, 0x10, 64, 0, 0, 0x21, 64] + syn, type: 0x8847)
  for packet in [
    try read(FrameMaker.ethernet(syn)), try read(double), try read(labelled), try read(syn, link: .raw),
    try read([0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0] + syn, link: .cooked),
  ] {
    #expect(packet.source == IPAddress("192.0.2.7") && packet.destination == IPAddress("198.51.100.9"))
    #expect(packet.transport == .tcp && packet.sourcePort == 50_000 && packet.destinationPort == 443)
    #expect(packet.flags == 2 && packet.window == 64_240 && packet.length == 40 && packet.payloadBytes == 0)
  }
}

@Test("IPv6 extension headers are walked, a fragment's place is told and its rest is no transport header")
func extensionHeaders() throws {
  let source = [UInt8](repeating: 0x20, count: 16)
  let options: [UInt8] = [44, 0, 1, 4, 0, 0, 0, 0]
  let first: [UInt8] = [17, 0, 0, 1, 0, 0, 0, 9]
  let udp = FrameMaker.udp(from: 5_000, to: 53, [1, 2, 3])
  let packet = try read(FrameMaker.ipv6(from: source, to: source, next: 0, options + first + udp), link: .raw)
  #expect(packet.extensionCount == 2 && packet.extensions[0] == 0 && packet.extensions[1] == 44)
  #expect(packet.fragmentOffset == 0 && packet.moreFragments && packet.destinationPort == 53)
  let later: [UInt8] = [17, 0, 0, 0x40, 0, 0, 0, 9]
  let rest = try read(FrameMaker.ipv6(from: source, to: source, next: 44, later + udp), link: .raw)
  #expect(rest.fragmentOffset == 64 && !rest.moreFragments && rest.transport == .none && rest.protocolNumber == 17)
}

@Test("tunnels are followed to the packet inside, and a tunnel of nonsense stays what it is")
func tunnels() throws {
  let gre = FrameMaker.ipv4(from: 0xcb00_7101, to: 0xcb00_7102, protocol: 47, [0, 0, 8, 0] + syn)
  let inside = try read(gre, link: .raw)
  #expect(inside.tunnel == .gre && inside.tunnelDestination == IPAddress("203.0.113.2"))
  #expect(inside.destination == IPAddress("198.51.100.9") && inside.destinationPort == 443)
  let ipip = try read(FrameMaker.ipv4(from: 0xcb00_7101, to: 0xcb00_7102, protocol: 4, syn), link: .raw)
  #expect(ipip.tunnel == .ipip && ipip.flags == 2)
  let header: [UInt8] = [8, 0, 0, 0, 0, 0, 1, 0]
  let vxlan = FrameMaker.ipv4(
    from: 0xcb00_7101, to: 0xcb00_7102, protocol: 17,
    FrameMaker.udp(from: 9_999, to: 4_789, header + FrameMaker.ethernet(syn)))
  #expect(try read(vxlan, link: .raw).tunnel == .vxlan)
  let garbage = FrameMaker.ipv4(from: 1, to: 0xcb00_7102, protocol: 47, [0, 0, 8, 0, 0xff, 0xff])
  let outer = try read(garbage, link: .raw)
  #expect(outer.tunnel == .none && outer.protocolNumber == 47 && outer.destination == IPAddress("203.0.113.2"))
}

@Test("a frame cut by the snap length gives the headers that are there")
func cutFrames() throws {
  let whole = FrameMaker.ethernet(syn)
  let headerOnly = try read(Array(whole.prefix(14 + 20 + 8)))
  #expect(headerOnly.destinationPort == 443 && !headerOnly.hasFlags && headerOnly.length == 40)
  #expect(throws: Packet.Fault.cut) { try read(Array(whole.prefix(20))) }
  #expect(throws: Packet.Fault.contradictory) { try read([0x10, 1, 2, 3], link: .raw) }
}

@Test("digests are those of their standards")
func digests() {
  func text(_ length: Int, _ fill: (UnsafeMutablePointer<UInt8>) -> Void) -> String {
    String(unsafeUninitializedCapacity: length) { buffer in
      fill(buffer.baseAddress!)
      return length
    }
  }
  let message = Array("abc".utf8)
  let long = Array("12345678901234567890123456789012345678901234567890123456789012345678901234567890".utf8)
  message.withUnsafeBufferPointer { bytes in
    #expect(text(32) { MD5.hexadecimal(of: bytes, to: $0) } == "900150983cd24fb0d6963f7d28e17f72")
    #expect(
      text(64) { SHA256.hexadecimal(of: bytes, bytes: 32, to: $0) }
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
  }
  long.withUnsafeBufferPointer { bytes in
    #expect(text(32) { MD5.hexadecimal(of: bytes, to: $0) } == "57edf4a22be3c955ac49da2e2107b67a")
  }
}

@Test("a DNS name comes in lower case with its registered domain")
func dnsNames() {
  withUnsafeTemporaryAllocation(of: UInt8.self, capacity: DNSMessage.nameLimit) { name in
    for (asked, domain) in [
      ("WWW.Example.ORG", "example.org"), ("a.b.shop.co.uk", "shop.co.uk"), ("localhost", "localhost"),
    ] {
      let bytes = FrameMaker.dns(asked, type: 28)
      bytes.withUnsafeBufferPointer { buffer in
        let message = DNSMessage(Wire(buffer), name: name.baseAddress!)
        #expect(message?.type == 28)
        let text = String(decoding: name[..<(message?.nameLength ?? 0)], as: UTF8.self)
        #expect(text == asked.lowercased() && text.dropFirst(message?.domainStart ?? 0) == domain)
      }
    }
    // A name that points to itself.
    let loop: [UInt8] = [0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0xc0, 12, 0, 1, 0, 1]
    loop.withUnsafeBufferPointer { #expect(DNSMessage(Wire($0), name: name.baseAddress!) == nil) }
  }
}

@Test("AES-128 and HMAC give their standards' results")
func ciphers() {
  func bytes(_ hexadecimal: String) -> [UInt8] {
    var rest = Substring(hexadecimal)
    var bytes: [UInt8] = []
    while !rest.isEmpty {
      bytes.append(UInt8(rest.prefix(2), radix: 16)!)
      rest = rest.dropFirst(2)
    }
    return bytes
  }
  let aes = AES128(key: bytes("000102030405060708090a0b0c0d0e0f"))
  #expect(aes.encrypted(bytes("00112233445566778899aabbccddeeff")) == bytes("69c4e0d86a7b0430d8cdb78070b4c55a"))
  let code = HMAC.code(key: Array("Jefe".utf8), Array("what do ya want for nothing?".utf8))
  #expect(code == bytes("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"))
}

@Test("no QUIC header, however damaged, is more than refused")
func damagedQUIC() {
  var state: UInt64 = 3
  func next(_ bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(state >> 33) % bound
  }
  for _ in 0..<200 {
    var bytes: [UInt8] = [0xc0, 0, 0, 0, 1, 8, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0x44, 0x9e]
    while bytes.count < 1_200 { bytes.append(UInt8(next(256))) }
    for _ in 0..<next(4) { bytes[5 + next(20)] = UInt8(next(256)) }
    bytes.withUnsafeBufferPointer { #expect(QUICInitial.hello(Wire($0)) == nil) }
  }
}

@Test("random cuts and flips of layered frames are read or refused, and what is read lies inside the frame")
func damagedFrames() {
  var state: UInt64 = 5
  func next(_ bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(state >> 33) % bound
  }
  let address = [UInt8](repeating: 0x20, count: 16)
  let six = FrameMaker.ipv6(
    from: address, to: address, next: 0,
    [44, 0, 1, 4, 0, 0, 0, 0, 51, 0, 0, 1, 0, 0, 0, 9, 17, 4] + [UInt8](repeating: 0, count: 22)
      + FrameMaker.udp(from: 53, to: 5_000, FrameMaker.dns("www.example.com", isResponse: true)))
  let overlay = FrameMaker.udp(from: 9, to: 4_789, [8, 0, 0, 0, 0, 0, 1, 0] + FrameMaker.ethernet(syn))
  let seeds: [[UInt8]] = [
    FrameMaker.ethernet(syn), FrameMaker.ethernet(six, type: 0x86dd),
    FrameMaker.ethernet(FrameMaker.ipv4(from: 1, to: 2, protocol: 17, overlay)),
    FrameMaker.ethernet(FrameMaker.ipv4(from: 1, to: 2, protocol: 47, [0x30, 0, 8, 0, 0, 0, 0, 1, 0, 0, 0, 2] + syn)),
    FrameMaker.ethernet([0, 0, 0x10, 64, 0, 0, 0x21, 64] + syn, type: 0x8847),
  ]
  let links: [LinkType] = [.ethernet, .raw, .cooked, .cooked2, .ppp, .null]
  for round in 0..<60_000 {
    var bytes = seeds[round % seeds.count]
    for _ in 0..<next(5) { bytes[next(bytes.count)] = UInt8(next(256)) }
    bytes = Array(bytes.prefix(next(bytes.count + 1)))
    bytes.withUnsafeBufferPointer { buffer in
      let frame = Wire(buffer)
      var packet = Packet(of: frame)
      let captured = CapturedFrame(
        time: nil, link: links[next(8) % 6], bytes: frame, originalLength: frame.count)
      guard packet.read(captured) == nil else { return }
      guard packet.payload.count > 0 else { return }
      #expect(packet.payload.base >= frame.base)
      #expect(packet.payload.base + packet.payload.count <= frame.base + frame.count)
      withUnsafeTemporaryAllocation(of: UInt8.self, capacity: DNSMessage.nameLimit) { name in
        _ = DNSMessage(packet.payload, name: name.baseAddress!)
      }
      _ = ClientHello(record: packet.payload)
      _ = ClientHello(message: packet.payload)
      _ = Amplifier.place(
        sourcePort: packet.sourcePort, destinationPort: packet.destinationPort, packet.payload)
    }
  }
}

@Test("a hello cut by its segment gives its server's name and nothing else")
func cutHello() {
  let record = SampleHello.bytes("shop.example", share: 1_024)
  record.withUnsafeBufferPointer { #expect(ClientHello(record: Wire($0))?.serverName?.count == 12) }
  record.prefix(600).withUnsafeBufferPointer { buffer in
    #expect(ClientHello(record: Wire(buffer)) == nil)
    #expect(
      ClientHello(cutRecord: Wire(buffer))?.serverName.map { String(decoding: $0.bytes, as: UTF8.self) }
        == "shop.example")
  }
}
