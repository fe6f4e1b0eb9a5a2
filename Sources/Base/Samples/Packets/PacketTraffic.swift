/// What passes a customer's uplink: browsing, mail and name service, and five attacks whose truth is known.
///
/// Servers stand in 203.0.113.0/24 and resolvers in 192.0.2.0/24; whoever visits or attacks has an address of the ranges
/// for benchmarks (198.18.0.0/15), spoofed sources any address.
struct PacketTraffic {
  private(set) var truth: SampleTruth
  private let settings: PacketSampleSettings
  private var random: RandomSource
  private var visits: [Visit]
  private var waiting: [SamplePacket] = []
  private var made = 0
  private let step: Double

  /// When each attack goes on, as shares of the whole time, and how many packets of a hundred are its own then.
  private static let schedule: [(from: Double, to: Double, share: Int)] = [
    (0.10, 0.25, 80), (0.32, 0.42, 70), (0.50, 0.58, 60), (0.65, 0.70, 25), (0.80, 0.88, 40),
  ]

  init(_ settings: PacketSampleSettings) {
    self.settings = settings
    random = RandomSource(seed: settings.seed)
    let names = [
      ("a", "SYN flood", "l3l4_flood"), ("b", "DNS amplification", "amplification"), ("c", "UDP flood", "l3l4_flood"),
      ("d", "port scan", "port_scan"), ("e", "random subdomains", "dns_abuse"),
    ]
    truth = SampleTruth(
      seed: settings.seed,
      attacks: settings.attacks ? names.map { SampleAttack(label: $0.0, name: $0.1, kind: $0.2) } : [])
    visits = (0..<512).map { _ in Visit() }
    step = Double(settings.seconds) * 1e9 / Double(settings.packets)
  }

  /// The next packet; nil when all are made.
  mutating func next() -> SamplePacket? {
    guard made < settings.packets else { return nil }
    let time = settings.start * 1_000_000_000 + Int64(Double(made) * step)
    var packet = waiting.popLast() ?? attack() ?? honest()
    packet.time = time
    made += 1
    note(packet)
    return packet
  }

  private mutating func note(_ packet: SamplePacket) {
    truth.events += 1
    truth.firstSeen = min(truth.firstSeen, packet.time)
    truth.lastSeen = packet.time
    guard let place = packet.attack else { return }
    truth.attacks[place].events += 1
    truth.attacks[place].firstSeen = min(truth.attacks[place].firstSeen, packet.time)
    truth.attacks[place].lastSeen = packet.time
  }

  // MARK: Attacks

  private mutating func attack() -> SamplePacket? {
    if settings.spoofs { return flood() }
    guard settings.attacks else { return nil }
    let share = Double(made) / Double(settings.packets)
    guard let place = Self.schedule.firstIndex(where: { $0.from <= share && share < $0.to }),
      random.below(100) < Self.schedule[place].share
    else { return nil }
    var packet: SamplePacket
    switch place {
    case 0: packet = flood()
    case 1: packet = amplified()
    case 2:
      packet = .udp(
        bot(400), UInt16(random.within(1_024...65_535)), Self.server(9), UInt16(random.within(1...65_535)),
        [UInt8](repeating: UInt8(random.below(256)), count: 32), bytes: 900)
    case 3:
      packet = .tcp(0xc612_0007, 45_000, Self.server(made % 20), UInt16(random.within(1...10_000)), flags: 2)
    default:
      let name = "x\(String(random.next() >> 24, radix: 36)).shop.example"
      packet = .udp(bot(5_000), UInt16(random.within(1_024...65_535)), 0xc000_0235, 53, FrameMaker.dns(name))
    }
    packet.attack = place
    return packet
  }

  /// A SYN from an address that was never seen before and never will be again.
  private mutating func flood() -> SamplePacket {
    let bits = RandomSource.mix(UInt64(made) &+ settings.seed << 40)
    // A permutation of the number, so that no address comes twice.
    let source = UInt32(truncatingIfNeeded: made) &* 0x9e37_79b1 ^ 0x5bd1_e995
    var packet = SamplePacket.tcp(source, UInt16(bits >> 16 & 0xffff), Self.server(5), 443, flags: 2)
    packet.ttl = UInt8(40 + bits >> 40 & 127)
    packet.attack = truth.attacks.isEmpty ? nil : 0
    return packet
  }

  private mutating func amplified() -> SamplePacket {
    .udp(
      0xc613_0000 | UInt32(random.below(3_000)), 53, Self.server(7), UInt16(random.within(1_024...65_535)),
      FrameMaker.dns("example.org", type: 255, isResponse: true, records: 20, padding: 40), bytes: 1_400)
  }

  private mutating func bot(_ count: Int) -> UInt32 { 0xc612_8000 | UInt32(random.below(count)) }

  static func server(_ number: Int) -> UInt32 { 0xcb00_7100 | UInt32(number + 1) }

  // MARK: Honest traffic

  private mutating func honest() -> SamplePacket {
    if random.chance(0.06) { return lookUp() }
    let place = random.below(visits.count)
    return visits[place].next(&random)
  }

  /// A question, with its answer behind it.
  private mutating func lookUp() -> SamplePacket {
    let client: UInt32 = 0xc612_0000 | UInt32(random.below(20_000))
    let port = UInt16(random.within(1_024...65_535))
    let name = "www.site\(random.below(300)).example"
    waiting.append(
      .udp(0xc000_0235, 53, client, port, FrameMaker.dns(name, isResponse: true, records: 2, padding: 32)))
    return .udp(client, port, 0xc000_0235, 53, FrameMaker.dns(name))
  }
}

/// One connection of a visitor to a server, packet by packet; then the next one.
private struct Visit {
  private var client: UInt32 = 0
  private var port: UInt16 = 0
  private var server: UInt32 = 0
  private var isTLS = false
  private var place = -1
  private var length = 0

  mutating func next(_ random: inout RandomSource) -> SamplePacket {
    if place < 0 || place > length + 5 { begin(&random) }
    defer { place += 1 }
    let service: UInt16 = isTLS ? 443 : 80
    func up(_ flags: UInt8, _ payload: [UInt8] = []) -> SamplePacket {
      .tcp(client, port, server, service, flags: flags, payload)
    }
    func down(_ flags: UInt8, bytes: Int = 0) -> SamplePacket {
      .tcp(server, service, client, port, flags: flags, [UInt8](repeating: 0x17, count: min(bytes, 40)), bytes: bytes)
    }
    switch place {
    case 0: return up(2)
    case 1: return down(18)
    case 2: return up(16)
    case 3: return up(24, isTLS ? SampleHello.bytes("www\(server & 255).site.example") : Self.request)
    case length + 4: return up(17)
    case length + 5: return down(17)
    default: return place % 3 == 0 ? up(16) : down(16, bytes: 1_380)
    }
  }

  private mutating func begin(_ random: inout RandomSource) {
    client = 0xc612_0000 | UInt32(random.below(60_000))
    port = UInt16(random.within(1_024...65_535))
    server = PacketTraffic.server(random.below(12))
    isTLS = random.chance(0.85)
    length = 2 + random.geometric(more: 0.9, limit: 60)
    place = 0
  }

  private static let request = Array(
    "GET /news/today HTTP/1.1\r\nHost: www.site.example\r\nUser-Agent: Mozilla/5.0 (X11)\r\nAccept: */*\r\n\r\n".utf8)
}
