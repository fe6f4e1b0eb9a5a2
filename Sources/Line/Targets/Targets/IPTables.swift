import Model

extension Target {
  /// iptables and ip6tables: one file for both `-restore` commands, each of which skips the other family's lines.
  ///
  /// Source: iptables-extensions(8), iptables-restore(8); tried with 1.8.9.
  static let iptables = Target(
    name: "iptables", sentence: "iptables: a chain in table raw, for iptables-restore and ip6tables-restore",
    fileName: "iptables.rules", embedding: .lines(comment: "#"),
    actions: Actions(.block, otherwise: "a packet filter drops or lets pass"), check: .iptables
  ) { mitigation, _ throws(Refusals) in
    let boxes: [PacketBox]
    switch mitigation.rule {
    case .filter(let condition): boxes = try PacketBoxes(condition).boxes
    case .addresses(let networks): boxes = PacketBoxes(networks).boxes
    case .rateLimit: throw Refusals("a rate", "hashlimit counts packets in steps of its own; use nftables")
    }
    if boxes.isEmpty { throw Refusals("the condition", "no packet can meet it") }
    let chain = PacketNames.short(mitigation.reference, limit: 28)
    var lines: [String] = []
    for box in boxes {
      lines += try IPTablesWriter.rules(box).map { "\(box.isV4 ? "-4" : "-6") -A \(chain)\($0) -j DROP" }
      if lines.count > PacketBoxes.limit {
        throw Refusals("the condition", "it falls into more than \(PacketBoxes.limit) rules; use nftables or ipset")
      }
    }
    return Draft(
      text: """
        *raw
        :\(chain) - [0:0]
        \(lines.joined(separator: "\n"))
        -I PREROUTING -m comment --comment weir:\(mitigation.reference) -j \(chain)
        COMMIT

        """, notes: [PacketBoxes.note],
      apply: [
        "iptables-restore --noflush --test < iptables.rules, the same for ip6tables-restore",
        "iptables-restore --noflush < iptables.rules && ip6tables-restore --noflush < iptables.rules",
      ],
      undo: ["iptables", "ip6tables"].map {
        "\($0) -t raw -D PREROUTING -m comment --comment weir:\(mitigation.reference) -j \(chain); \($0) -t raw -F \(chain); \($0) -t raw -X \(chain)"
      })
  }

  /// A list of addresses as two sets, of which one rule drops what it holds.
  static let ipset = Target(
    name: "ipset", sentence: "ipset: address lists for ipset restore", fileName: "ipset.rules",
    embedding: .lines(comment: "#"), actions: Actions(.block, otherwise: "a packet filter drops or lets pass"),
    check: .ipset
  ) { mitigation, _ throws(Refusals) in
    guard case .addresses(let networks) = mitigation.rule else {
      throw Refusals("a rule that is no list of addresses", "an ipset is one; use iptables or nftables")
    }
    let ranges = AddressRanges(networks)
    var text = "", apply = ["ipset -exist restore < ipset.rules"], undo: [String] = []
    for (family, list) in [("inet", ranges.v4), ("inet6", ranges.v6)] where !list.isEmpty {
      let tool = family == "inet" ? "iptables" : "ip6tables"
      let name = PacketNames.short(mitigation.reference, limit: 29) + (family == "inet" ? "-4" : "-6")
      // A set of networks takes no length of 0: two halves are the same.
      let texts = list.flatMap { $0.bits == 0 ? ["0.0.0.0/1", "128.0.0.0/1"] : [$0.text] }
      text += "create \(name) hash:net family \(family) maxelem \(max(texts.count, 64))\n"
      for network in texts { text += "add \(name) \(network)\n" }
      let rule = "PREROUTING -m set --match-set \(name) src -m comment --comment weir:\(mitigation.reference) -j DROP"
      apply.append("\(tool) -t raw -I \(rule)")
      undo.append("\(tool) -t raw -D \(rule) && ipset destroy \(name)")
    }
    if text.isEmpty { throw Refusals("the list", "it is empty") }
    return Draft(text: text, apply: apply, undo: undo)
  }
}

/// Names that the kernel keeps short.
enum PacketNames {
  /// `weir-` and the reference, or a number made from it where that is too long.
  static func short(_ reference: String, limit: Int) -> String {
    let plain = "weir-" + reference
    if plain.utf8.count <= limit { return plain }
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in reference.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return "weir-" + String(hash, radix: 36)
  }
}

private enum IPTablesWriter {
  /// Every rule that the box falls into.
  static func rules(_ box: PacketBox) throws(Refusals) -> [String] {
    var rules = [""]
    if box.limitsSource { try times(&rules, box.source.networks.map { " -s \($0.text)" }) }
    if box.limitsDestination { try times(&rules, box.destination.networks.map { " -d \($0.text)" }) }
    for field in PacketField.allCases {
      guard let ranges = box.ranges(field) else { continue }
      try times(&rules, matches(field, ranges, box))
    }
    return rules
  }

  private static func times(_ rules: inout [String], _ parts: [String]) throws(Refusals) {
    guard rules.count * parts.count <= PacketBoxes.limit else {
      throw Refusals("the condition", "it falls into more than \(PacketBoxes.limit) rules; use nftables or ipset")
    }
    rules = rules.flatMap { rule in parts.map { rule + $0 } }
  }

  private static func matches(_ field: PacketField, _ ranges: [ClosedRange<Int64>], _ box: PacketBox) throws(Refusals)
    -> [String]
  {
    switch field {
    case .protocolNumber: return try protocols(ranges)
    case .tcpSource, .udpSource: return ports("--sports", ranges)
    case .tcpDestination, .udpDestination: return ports("--dports", ranges)
    case .length: return ranges.map { " -m length --length \($0.lowerBound):\($0.upperBound)" }
    case .ttl:
      let name = box.isV4 ? "ttl" : "hl"
      return ranges.map { range in
        (range.lowerBound > 0 ? " -m \(name) --\(name)-gt \(range.lowerBound - 1)" : "")
          + (range.upperBound < 255 ? " -m \(name) --\(name)-lt \(range.upperBound + 1)" : "")
      }
    case .icmpType: return box.ranges(.icmpCode) == nil ? try icmpTypes(ranges, box) : [""]
    case .icmpCode:
      let types = (box.ranges(.icmpType) ?? [0...255]).flatMap(Array.init)
      guard types.count * ranges.map(\.count).reduce(0, +) <= PacketBoxes.limit, !box.isV4 || !types.contains(255)
      else {
        throw Refusals("icmp.code", "iptables asks for a code only together with a type, which makes too many rules")
      }
      return types.flatMap { type in ranges.flatMap { $0.map { icmp("\(type)/\($0)", box) } } }
    case .tcpFlags: return try flags(ranges, box)
    }
  }

  /// By name where the bits of congestion control may be either; else the byte itself, for which IPv4's u32 looks behind
  /// the header's length. Source: iptables-extensions(8), tcp and u32.
  private static func flags(_ ranges: [ClosedRange<Int64>], _ box: PacketBox) throws(Refusals) -> [String] {
    let values = Set(ranges.flatMap(Array.init))
    let names: [(Int64, String)] = [(1, "FIN"), (2, "SYN"), (4, "RST"), (8, "PSH"), (16, "ACK"), (32, "URG")]
    if values.allSatisfy({ values.isSuperset(of: [$0 ^ 64, $0 ^ 128, $0 ^ 192]) }) {
      return Set(values.map { $0 & 63 }).sorted().map { value in
        let set = names.filter { value & $0.0 != 0 }.map(\.1)
        return " -m tcp --tcp-flags ALL \(set.isEmpty ? "NONE" : set.joined(separator: ","))"
      }
    }
    guard box.isV4 else {
      throw Refusals(
        "tcp.flags", "ip6tables has no name for ECE and CWR; use nftables, or all four combinations of them")
    }
    let set = ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound):\($0.upperBound)" }
    return stride(from: 0, to: set.count, by: 10).map { start in
      let part = set[start..<min(start + 10, set.count)].joined(separator: ",")
      return " -m u32 --u32 \"4&0x1FFF=0 && 0>>22&0x3C@12>>16&0xFF=\(part)\""
    }
  }

  /// In IPv4's match the type 255 means any, so what holds it is said by what it does not hold.
  private static func icmpTypes(_ ranges: [ClosedRange<Int64>], _ box: PacketBox) throws(Refusals) -> [String] {
    guard box.isV4, ranges.contains(where: { $0.contains(255) }) else {
      return ranges.flatMap { $0.map { icmp("\($0)", box) } }
    }
    let others = NumberRanges.complement(ranges, in: 0...255).flatMap(Array.init)
    guard others.count <= 50 else {
      throw Refusals("icmp.type 255", "in iptables the number means any type; use nftables")
    }
    return [others.map { " -m icmp ! --icmp-type \($0)" }.joined()]
  }

  private static func icmp(_ words: String, _ box: PacketBox) -> String {
    box.isV4 ? " -m icmp --icmp-type \(words)" : " -m icmp6 --icmpv6-type \(words)"
  }

  private static func protocols(_ ranges: [ClosedRange<Int64>]) throws(Refusals) -> [String] {
    let others = NumberRanges.complement(ranges, in: 0...255)
    if others.count == 1, others[0].count == 1, others[0].lowerBound > 0 { return [" ! -p \(others[0].lowerBound)"] }
    guard ranges.first?.contains(0) == false else {
      throw Refusals("ip.proto", "in iptables the number 0 means any protocol; use nftables")
    }
    return ranges.flatMap { $0.map { " -p \($0)" } }
  }

  /// At most fifteen ports a rule, where a range counts for two.
  private static func ports(_ name: String, _ ranges: [ClosedRange<Int64>]) -> [String] {
    var groups: [[String]] = []
    var room = 0
    for range in ranges {
      let size = range.count == 1 ? 1 : 2
      if room < size {
        groups.append([])
        room = 15
      }
      room -= size
      groups[groups.count - 1].append(size == 1 ? "\(range.lowerBound)" : "\(range.lowerBound):\(range.upperBound)")
    }
    return groups.map { " -m multiport \(name) \($0.joined(separator: ","))" }
  }
}

extension SyntaxCheck {
  static let iptables = SyntaxCheck(
    "iptables-restore", ["--noflush", "--test", "%FILE%"], file: "iptables.rules", alone: true)
  static let ipset = SyntaxCheck("ipset", ["-exist", "-file", "%FILE%", "restore"], file: "ipset.rules", alone: true)
}
