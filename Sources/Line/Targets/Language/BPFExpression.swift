import Model

/// Boxes as expressions of packet capture: libpcap's filter language, and Wireshark's display filters.
///
/// Sources: pcap-filter(7), tried with libpcap 1.10; wireshark-filter(4), version 4.
enum BPFExpression {
  static func text(_ boxes: [PacketBox]) throws(Refusals) -> String {
    var parts: [String] = []
    for box in boxes { parts.append("(" + (try terms(box)).joined(separator: " and ") + ")") }
    return parts.joined(separator: " or ")
  }

  private static func terms(_ box: PacketBox) throws(Refusals) -> [String] {
    var terms = [box.isV4 ? "ip" : "ip6"]
    if box.limitsSource { terms.append(any(box.source.networks.map { "src net \($0.text)" })) }
    if box.limitsDestination { terms.append(any(box.destination.networks.map { "dst net \($0.text)" })) }
    for field in PacketField.allCases {
      guard let ranges = box.ranges(field) else { continue }
      try check(field, ranges, box)
      let place = place(field, box.isV4)
      terms.append(any(ranges.map { words($0, place, field.all) }))
      // The bytes of a later fragment's payload are no header.
      if field.transport(isV4: box.isV4) != nil, box.isV4, !terms.contains(first) { terms.append(first) }
    }
    return terms
  }

  private static let first = "ip[6:2] & 0x1fff = 0"

  /// IPv6's extension headers move what lies behind them: a filter of captures looks at the first header only.
  private static func check(_ field: PacketField, _ ranges: [ClosedRange<Int64>], _ box: PacketBox) throws(Refusals) {
    guard !box.isV4, field == .protocolNumber else { return }
    let extensions: [Int64] = [0, 43, 44, 50, 51, 60, 135, 139, 140]
    if let met = extensions.first(where: { number in ranges.contains { $0.contains(number) } }) {
      throw Refusals(
        "ip.proto \(met)", "of IPv6 a filter of captures sees the first header only, which need not be the protocol's")
    }
  }

  /// Where a field's bytes are, as the language indexes them.
  private static func place(_ field: PacketField, _ isV4: Bool) -> String {
    let transport = isV4 ? "" : "ip6"
    func at(_ offset: Int, _ size: Int, _ name: String) -> String {
      let suffix = size > 1 ? ":\(size)" : ""
      return isV4 ? "\(name)[\(offset)\(suffix)]" : "\(transport)[\(40 + offset)\(suffix)]"
    }
    return switch field {
    case .protocolNumber: isV4 ? "ip[9]" : "ip6[6]"
    case .tcpSource: at(0, 2, "tcp")
    case .tcpDestination: at(2, 2, "tcp")
    case .udpSource: at(0, 2, "udp")
    case .udpDestination: at(2, 2, "udp")
    case .tcpFlags: at(13, 1, "tcp")
    case .length: isV4 ? "ip[2:2]" : "(ip6[4:2] + 40)"
    case .ttl: isV4 ? "ip[8]" : "ip6[7]"
    case .icmpType: at(0, 1, "icmp")
    case .icmpCode: at(1, 1, "icmp")
    }
  }

  private static func words(_ range: ClosedRange<Int64>, _ place: String, _ all: ClosedRange<Int64>) -> String {
    if range.count == 1 { return "\(place) = \(range.lowerBound)" }
    var parts: [String] = []
    if range.lowerBound > all.lowerBound { parts.append("\(place) >= \(range.lowerBound)") }
    if range.upperBound < all.upperBound { parts.append("\(place) <= \(range.upperBound)") }
    return parts.count == 1 ? parts[0] : "(\(parts.joined(separator: " and ")))"
  }

  private static func any(_ parts: [String]) -> String {
    parts.count == 1 ? parts[0] : "(\(parts.joined(separator: " or ")))"
  }
}

/// Boxes as a display filter of Wireshark.
enum DisplayFilter {
  static func text(_ boxes: [PacketBox]) throws(Refusals) -> String {
    var parts: [String] = []
    for box in boxes { parts.append("(" + (try terms(box)).joined(separator: " && ") + ")") }
    return parts.joined(separator: " || ")
  }

  private static func terms(_ box: PacketBox) throws(Refusals) -> [String] {
    let family = box.isV4 ? "ip" : "ipv6"
    var terms = [family]
    if box.limitsSource {
      terms.append("\(family).src in {\(box.source.networks.map(\.text).joined(separator: ", "))}")
    }
    if box.limitsDestination {
      terms.append("\(family).dst in {\(box.destination.networks.map(\.text).joined(separator: ", "))}")
    }
    for field in PacketField.allCases {
      guard let ranges = box.ranges(field) else { continue }
      if field == .protocolNumber {
        terms.append(try transport(ranges, box))
      } else {
        terms.append(words(name(field, box.isV4), ranges))
      }
    }
    return terms
  }

  /// A set of ranges; something reckoned is compared, since only a field can be `in` a set.
  private static func words(_ name: String, _ ranges: [ClosedRange<Int64>]) -> String {
    guard name.hasPrefix("{") else {
      let set = ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)..\($0.upperBound)" }
      return "\(name) in {\(set.joined(separator: ", "))}"
    }
    let parts = ranges.map {
      $0.count == 1 ? "\(name) == \($0.lowerBound)" : "(\(name) >= \($0.lowerBound) && \(name) <= \($0.upperBound))"
    }
    return "(\(parts.joined(separator: " || ")))"
  }

  private static func name(_ field: PacketField, _ isV4: Bool) -> String {
    switch field {
    case .protocolNumber: "ip.proto"
    case .tcpSource: "tcp.srcport"
    case .tcpDestination: "tcp.dstport"
    case .udpSource: "udp.srcport"
    case .udpDestination: "udp.dstport"
    // Twelve bits there, of which the lower eight are the flags.
    case .tcpFlags: "{tcp.flags & 0xff}"
    case .length: isV4 ? "ip.len" : "{ipv6.plen + 40}"
    case .ttl: isV4 ? "ip.ttl" : "ipv6.hlim"
    case .icmpType: isV4 ? "icmp.type" : "icmpv6.type"
    case .icmpCode: isV4 ? "icmp.code" : "icmpv6.code"
    }
  }

  private static func transport(_ ranges: [ClosedRange<Int64>], _ box: PacketBox) throws(Refusals) -> String {
    if box.isV4 {
      let set = ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)..\($0.upperBound)" }
      return "ip.proto in {\(set.joined(separator: ", "))}"
    }
    let names: [Int64: String] = [6: "tcp", 17: "udp", 58: "icmpv6", 47: "gre", 132: "sctp"]
    let words = ranges.flatMap { $0.count > 8 ? [nil] : $0.map { names[$0] } }
    guard words.allSatisfy({ $0 != nil }) else {
      throw Refusals("ip.proto", "of IPv6 a display filter names the protocols tcp, udp, icmpv6, gre and sctp only")
    }
    return "(\(words.compactMap(\.self).joined(separator: " || ")))"
  }
}
