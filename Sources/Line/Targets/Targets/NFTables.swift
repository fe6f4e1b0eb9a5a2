import Model

extension Target {
  /// nftables: a table of its own, so that one command takes it out again.
  ///
  /// Source: nft(8); tried with nft 1.0.6.
  static let nftables = Target(
    name: "nftables", sentence: "nftables: a table with one chain at prerouting", fileName: "nftables.nft",
    embedding: .lines(comment: "#"),
    actions: Actions(.block, .log, otherwise: "a packet filter cannot ask back"), check: .nftables
  ) { mitigation, _ throws(Refusals) in
    let deed = mitigation.action == .log ? "counter" : "counter drop"
    let table = "weir_" + mitigation.reference.replacing("-", with: "_")
    var writer = NFTWriter(), notes = [PacketBoxes.note]
    var rules: [String]
    switch mitigation.rule {
    case .filter(let condition): rules = try PacketBoxes(condition).boxes.map { writer.rule($0) + deed }
    case .addresses(let networks): rules = PacketBoxes(networks).boxes.map { writer.rule($0) + deed }
    case .rateLimit(let limit):
      let (rate, seconds) = try NFTWriter.rate(limit)
      rules = try PacketBoxes(limit.condition).boxes.map { box in
        writer.rule(box)
          + "update @rate\(box.isV4 ? 4 : 6) { \(box.isV4 ? "ip" : "ip6") saddr limit rate over \(rate) } \(deed)"
      }
      for (name, type) in [("rate4", "ipv4_addr"), ("rate6", "ipv6_addr")] {
        writer.sets +=
          "  set \(name) {\n    type \(type)\n    size 65535\n    flags dynamic, timeout\n    timeout \(seconds)s\n  }\n"
      }
      notes.append(
        "packets are counted in a bucket that refills evenly, not in windows; each machine counts for itself")
    }
    if rules.isEmpty { throw Refusals("the condition", "no packet can meet it") }
    return Draft(
      text: """
        table inet \(table) {
        \(writer.sets)  chain in {
            type filter hook prerouting priority -150; policy accept;
        \(rules.map { "    \($0) comment \"weir \(mitigation.reference)\"\n" }.joined())  }
        }

        """, notes: notes, apply: ["nft -c -f nftables.nft && nft -f nftables.nft"],
      undo: ["nft delete table inet \(table)"])
  }
}

/// Boxes as matches of one rule; long lists of networks as sets of the table.
struct NFTWriter {
  var sets = ""
  private var lists: [AddressRanges: String] = [:]

  /// A rule that holds more does not fit into one message to the kernel.
  private static let inlineLimit = 100

  mutating func rule(_ box: PacketBox) -> String {
    let family = box.isV4 ? "ip" : "ip6"
    var text = "meta nfproto \(box.isV4 ? "ipv4" : "ipv6") "
    if box.limitsSource { text += "\(family) saddr \(networks(box.source, box.isV4)) " }
    if box.limitsDestination { text += "\(family) daddr \(networks(box.destination, box.isV4)) " }
    for field in PacketField.allCases {
      guard let ranges = box.ranges(field) else { continue }
      text += "\(Self.name(field, box.isV4)) { \(ranges.map(Self.words).joined(separator: ", ")) } "
    }
    return text
  }

  private static func words(_ range: ClosedRange<Int64>) -> String {
    range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound)-\(range.upperBound)"
  }

  private mutating func networks(_ ranges: AddressRanges, _ isV4: Bool) -> String {
    let networks = ranges.networks.map(\.text)
    if networks.count <= Self.inlineLimit { return "{ \(networks.joined(separator: ", ")) }" }
    if let known = lists[ranges] { return known }
    let name = "list\(lists.count + 1)"
    lists[ranges] = "@" + name
    sets += "  set \(name) {\n    type \(isV4 ? "ipv4_addr" : "ipv6_addr")\n    flags interval\n    elements = {\n"
    sets += networks.map { "      \($0),\n" }.joined() + "    }\n  }\n"
    return "@" + name
  }

  private static func name(_ field: PacketField, _ isV4: Bool) -> String {
    switch field {
    case .protocolNumber: "meta l4proto"
    case .tcpSource: "tcp sport"
    case .tcpDestination: "tcp dport"
    case .udpSource: "udp sport"
    case .udpDestination: "udp dport"
    // `tcp flags` in a set would test bits; the byte itself is compared.
    case .tcpFlags: "@th,104,8"
    case .length: "meta length"
    case .ttl: isV4 ? "ip ttl" : "ip6 hoplimit"
    case .icmpType: isV4 ? "icmp type" : "icmpv6 type"
    case .icmpCode: isV4 ? "icmp code" : "icmpv6 code"
    }
  }

  static func rate(_ limit: RateLimit) throws(Refusals) -> (String, Int) {
    var reasons: [Refusal.Reason] = []
    if limit.characteristics != [.ipSource] {
      reasons.append(
        .init(part: limit.characteristics.map(\.name).joined(separator: ", "), why: "counted by ip.src only"))
    }
    if limit.timeout > 0 {
      reasons.append(.init(part: "a timeout of \(limit.timeout) s", why: "only what is beyond the rate is dropped"))
    }
    let units = [(1, "second"), (60, "minute"), (3600, "hour"), (86_400, "day")]
    let unit = units.first { limit.period == $0.0 || limit.period > 0 && limit.requests * $0.0 % limit.period == 0 }
    guard let unit, (1...1_000_000_000).contains(limit.requests), limit.period > 0, reasons.isEmpty else {
      if reasons.isEmpty {
        reasons.append(
          .init(part: "\(limit.requests) in \(limit.period) s", why: "no whole number a second, minute, hour or day"))
      }
      throw Refusals(reasons)
    }
    return ("\(limit.requests * unit.0 / limit.period)/\(unit.1) burst \(limit.requests) packets", max(limit.period, 1))
  }
}

extension SyntaxCheck {
  static let nftables = SyntaxCheck("nft", ["-c", "-f", "%FILE%"], file: "rules.nft", alone: true)
}
