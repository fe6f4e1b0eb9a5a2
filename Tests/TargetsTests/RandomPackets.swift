import Model

/// Packets whose numbers are few, and conditions over what packet filters see.
enum RandomPackets {
  private static let v4 = ["192.0.2.1", "192.0.2.200", "198.51.100.4", "203.0.113.10", "10.0.0.1"]
  private static let v6 = ["2001:db8::7", "2001:db8:0:9::7", "fe80::1", "2002:c000:201::1"]
  private static let ports: [Int64] = [0, 53, 80, 123, 443, 1024, 40_000, 65_535]
  private static let flags: [Int64] = [2, 16, 18, 4, 0, 255, 0x42]
  private static let words: [Int64: String] = [
    1: "icmp", 2: "igmp", 4: "ipip", 6: "tcp", 17: "udp", 47: "gre", 58: "icmpv6", 132: "sctp", 200: "other",
  ]

  static func batch(rows: Int, _ random: inout SeededRandom) -> EventBatch {
    let batch = EventBatch(capacity: 16)
    for field in [
      EventField.ipSource, .ipDestination, .ipProtocol, .ipProtocolNumber, .ipLength, .ipTTL, .sourcePort,
      .destinationPort, .udpSourcePort, .udpDestinationPort, .tcpFlags, .icmpType, .icmpCode,
    ] { batch.touch(field) }
    for row in 0..<rows {
      let isV4 = random.chance(60)
      batch.set(.ipSource, row, IPAddress(random.pick(isV4 ? v4 : v6))!)
      batch.set(.ipDestination, row, IPAddress(random.pick(isV4 ? v4 : v6))!)
      let number = random.pick([6, 6, 6, 17, 17, isV4 ? 1 : 58, 47, 132, 200] as [Int64])
      batch.set(.ipProtocolNumber, row, number)
      batch.set(.ipProtocol, row, Int64(EventField.protocols.firstIndex(of: words[number]!)!))
      batch.set(.ipLength, row, random.pick([60, 61, 99, 100, 576, 1500]))
      batch.set(.ipTTL, row, random.pick([1, 32, 64, 128, 255]))
      switch number {
      case 6:
        batch.set(.sourcePort, row, random.pick(ports))
        batch.set(.destinationPort, row, random.pick(ports))
        batch.set(.tcpFlags, row, random.pick(flags))
      case 17:
        batch.set(.udpSourcePort, row, random.pick(ports))
        batch.set(.udpDestinationPort, row, random.pick(ports))
      case 1, 58:
        batch.set(.icmpType, row, random.pick([0, 3, 8, 128]))
        batch.set(.icmpCode, row, random.pick([0, 1, 3]))
      default: break
      }
      batch.commitRow(LinePlace(slice: batch.arena.append("packet".utf8), source: 0, number: row + 1))
    }
    return batch
  }

  static func condition(_ random: inout SeededRandom, depth: Int = 2) -> Condition {
    if depth == 0 || random.chance(30) { return .test(test(&random)) }
    let parts = (0..<Int.random(in: 1...3, using: &random)).map { _ in condition(&random, depth: depth - 1) }
    switch Int.random(in: 0..<10, using: &random) {
    case 0...4: return .and(parts)
    case 5...6: return .or(parts)
    case 7: return .xor(parts)
    default: return .not(condition(&random, depth: depth - 1))
    }
  }

  private static func test(_ random: inout SeededRandom) -> ConditionTest {
    let numbers: [(EventField, [Int64])] = [
      (.sourcePort, ports), (.destinationPort, ports), (.udpSourcePort, ports), (.udpDestinationPort, ports),
      (.tcpFlags, flags), (.ipLength, [60, 61, 100, 1500, 70_000]), (.ipTTL, [0, 1, 64, 128, 255]),
      (.icmpType, [0, 3, 8, 128]), (.icmpCode, [0, 1, 3]), (.ipProtocolNumber, [0, 1, 6, 17, 58, 255]),
    ]
    switch Int.random(in: 0..<10, using: &random) {
    case 0...2:
      let field = random.pick([EventField.ipSource, .ipDestination])
      let address = IPAddress(random.pick(v4 + v6))!
      if random.chance(30) {
        return ConditionTest(.field(field), random.pick([.equal, .notEqual]), .literal(.ip(address)))
      }
      let members = ["192.0.2.0/24", "192.0.2.128/25", "0.0.0.0/0", "2001:db8::/32", "::/0", "10.0.0.1"]
      return ConditionTest(
        .field(field), .isIn,
        .set(
          (0..<random.pick([1, 2, 3])).map { _ in
            let network = AddressNetwork(random.pick(members))!
            return .addresses(network.first...network.last)
          }))
    case 3:
      let word = ByteText(Array(random.pick(EventField.protocols).utf8))
      return ConditionTest(.field(.ipProtocol), random.pick([.equal, .notEqual]), .literal(.text(word)))
    default:
      let (field, values) = random.pick(numbers)
      if random.chance(40) {
        let a = random.pick(values), b = random.pick(values)
        return ConditionTest(.field(field), .isIn, .set([.ints(min(a, b)...max(a, b)), .ints(53...53)]))
      }
      return ConditionTest(
        .field(field), random.pick([.equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual]),
        .literal(.int(random.pick(values))))
    }
  }
}
