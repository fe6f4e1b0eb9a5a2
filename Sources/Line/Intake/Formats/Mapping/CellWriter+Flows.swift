import Model
import Packets

// What logs of flows and of name servers say.
extension CellWriter {
  /// A protocol by name (`tcp`, `UDP`, `ipv6-icmp`), or by number, which then stands in a field of its own too.
  func proto(_ bytes: UnsafeBufferPointer<UInt8>?) -> Bool {
    guard let bytes, !meansNothing(bytes) else { return false }
    if let number = measured(bytes, power: 0), (0...255).contains(number) {
      set(.ipProtocolNumber, number)
      return true
    }
    for (name, number) in Self.protocolNames where matchesWord(bytes, name) {
      set(.ipProtocol, PacketWriter.keyword(ofProtocol: UInt8(number)))
      return true
    }
    return false
  }

  private static let protocolNames: [(StaticString, Int64)] = [
    ("tcp", 6), ("udp", 17), ("icmp", 1), ("icmp6", 58), ("ipv6-icmp", 58), ("icmpv6", 58), ("igmp", 2), ("gre", 47),
    ("esp", 50), ("ah", 51), ("sctp", 132), ("ospf", 89), ("pim", 103), ("ipip", 4), ("ipv6", 41),
  ]

  /// Flags as Zeek's history and Argus' states spell them: the sender's letters, large.
  func flags(_ field: EventField, _ bytes: UnsafeBufferPointer<UInt8>?) -> Bool {
    guard let bytes, !meansNothing(bytes) else { return false }
    var flags: Int64 = 0
    for byte in bytes {
      if byte == 0x5f { break }
      switch byte {
      case 0x46: flags |= 1
      case 0x53: flags |= 2
      case 0x52: flags |= 4
      case 0x50: flags |= 8
      case 0x41: flags |= 16
      // Data, which travels with an acknowledgement.
      case 0x44: flags |= 24
      case 0x55: flags |= 32
      default: continue
      }
    }
    guard flags > 0 else { return false }
    set(field, flags)
    return true
  }

  func hexFlags(_ field: EventField, _ bytes: UnsafeBufferPointer<UInt8>?) -> Bool {
    guard let bytes, (1...2).contains(bytes.count) else { return false }
    var value: Int64 = 0
    for byte in bytes {
      let low = byte | 0x20
      guard byte &- 0x30 < 10 || low &- 0x61 < 6 else { return false }
      value = value << 4 | Int64(byte &- 0x30 < 10 ? byte - 0x30 : low - 0x57)
    }
    set(field, value)
    return true
  }

  /// A record type or a response code. Source: IANA, Domain Name System (DNS) Parameters.
  func dnsNumber(_ field: EventField, _ bytes: UnsafeBufferPointer<UInt8>?) -> Bool {
    guard let bytes, !meansNothing(bytes) else { return false }
    if let number = measured(bytes, power: 0) {
      set(field, number)
      return true
    }
    let names = field == .dnsCode ? Self.dnsCodes : Self.dnsTypes
    for (name, number) in names where matchesWord(bytes, name) {
      set(field, number)
      return true
    }
    return false
  }

  private static let dnsTypes: [(StaticString, Int64)] = [
    ("a", 1), ("ns", 2), ("cname", 5), ("soa", 6), ("null", 10), ("ptr", 12), ("mx", 15), ("txt", 16), ("key", 25),
    ("aaaa", 28), ("srv", 33), ("naptr", 35), ("ds", 43), ("rrsig", 46), ("nsec", 47), ("dnskey", 48), ("svcb", 64),
    ("https", 65), ("ixfr", 251), ("axfr", 252), ("any", 255), ("*", 255),
  ]
  private static let dnsCodes: [(StaticString, Int64)] = [
    ("noerror", 0), ("formerr", 1), ("servfail", 2), ("nxdomain", 3), ("notimp", 4), ("refused", 5),
  ]

  /// Puts the parts of a flow where their protocol has them: tables name a port without saying whose.
  func settleFlow() {
    if isAbsent(.ipProtocol) {
      guard !isAbsent(.ipProtocolNumber) else { return }
      let number = UInt8(truncatingIfNeeded: Int64(bitPattern: cell(.ipProtocolNumber)))
      set(.ipProtocol, PacketWriter.keyword(ofProtocol: number))
    }
    let name = EventField.protocols[Int(truncatingIfNeeded: cell(.ipProtocol))]
    guard name != "tcp" else { return }
    let (from, to) = (cell(.sourcePort), cell(.destinationPort))
    setCell(.sourcePort, EventBatch.absentCell)
    setCell(.destinationPort, EventBatch.absentCell)
    setCell(.tcpFlags, EventBatch.absentCell)
    guard name == "udp" else { return }
    if isAbsent(.udpSourcePort) { setCell(.udpSourcePort, from) }
    if isAbsent(.udpDestinationPort) { setCell(.udpDestinationPort, to) }
    guard !isAbsent(.udpSourcePort), isAbsent(.amplifier) else { return }
    if let place = Amplifier.place(flowFrom: Int(Int64(bitPattern: cell(.udpSourcePort)))) {
      set(.amplifier, Int64(place))
    }
  }

  /// A name server's log tells of the question, with the answer's code beside it.
  func settleLookUp() {
    if isAbsent(.dnsIsResponse) { set(.dnsIsResponse, 0) }
    guard !isAbsent(.dnsName), isAbsent(.dnsDomain) else { return }
    var name = bytes(.dnsName)
    if name.last == 0x2e { name = UnsafeBufferPointer(rebasing: name.dropLast()) }
    guard let start = name.baseAddress, name.count > 0 else { return }
    let domain = DNSMessage.domainStart(of: name)
    setCell(.dnsDomain, slice(start + domain, name.count - domain))
  }
}
