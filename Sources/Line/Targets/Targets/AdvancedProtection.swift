import Model

extension Target {
  /// Settings of Cloudflare's Advanced TCP Protection and Advanced DNS Protection for the place that is under attack.
  ///
  /// Source: Cloudflare's developer documentation, Advanced TCP Protection and Advanced DNS Protection, API, 2026.
  static let advancedProtection = Target(
    name: "cloudflare-advanced-protection",
    sentence: "settings of Cloudflare's Advanced TCP and DNS Protection (API JSON)",
    fileName: "advanced-protection.json",
    embedding: .json(key: "ref"), check: .json
  ) { mitigation, plan throws(Refusals) in
    guard case .filter(let condition) = mitigation.rule else {
      throw Refusals("a list of sources or a rate", "the protection is about destinations and protocols")
    }
    if plan.tier != .enterprise { throw Refusals("the plan \(plan.tier.rawValue)", "it comes with Magic Transit") }
    var place = ProtectedPlace()
    for box in try PacketBoxes(condition).boxes { try place.add(box) }
    guard place.kind != nil else { throw Refusals("the condition", "no packet can meet it") }
    let settings: [String: Any] = [
      "ref": "weir:" + mitigation.reference, "description": JSONTree.label(mitigation), "calls": place.calls,
    ]
    return Draft(
      text: JSONTree.text(settings),
      notes: [
        "no rule of its own: Cloudflare decides which packets to drop, by the state of connections and by profiles of names",
        "begin with the mode monitoring where the prefix was never protected before",
      ],
      apply: ["send each of the calls, below /accounts/$ACCOUNT/magic, in their order"],
      undo: ["DELETE the filter and the rule that the calls made"])
  }
}

/// What is to be protected, gathered from boxes that must agree on how.
private struct ProtectedPlace {
  enum Kind { case syn, outOfState, dns }
  private(set) var kind: Kind?
  private var prefixes: [String] = []
  private var ports: [ClosedRange<Int64>] = []

  mutating func add(_ box: PacketBox) throws(Refusals) {
    guard box.limitsDestination else {
      throw Refusals("the condition", "the protection is set up for prefixes: it must name ip.dst")
    }
    let own: Kind
    switch box.ranges(.protocolNumber) {
    case [6...6]:
      // SYN with or without the bits of congestion control; all else is no new connection.
      let flags = box.numbers[.tcpFlags].map { NumberRanges.intersection($0, [0...255]) } ?? [2...2]
      own = flags.allSatisfy { range in range.allSatisfy { $0 & 0x3f == 2 } } ? .syn : .outOfState
    case [17...17]:
      guard box.ranges(.udpDestination) == [53...53] else {
        throw Refusals("the condition", "of UDP, DNS alone (udp.dstport eq 53) has such a protection")
      }
      own = .dns
    default: throw Refusals("the condition", "it protects TCP, and DNS over UDP")
    }
    if let kind, kind != own {
      throw Refusals("the condition", "it speaks of more than one kind of flood; compile each")
    }
    kind = own
    for network in box.destination.networks where !prefixes.contains(network.text) { prefixes.append(network.text) }
    ports = NumberRanges.sorted(ports + (box.numbers[.tcpDestination] ?? []))
  }

  var calls: [[String: Any]] {
    guard let kind else { return [] }
    let tcp = "/advanced_tcp_protection/configs"
    var calls: [[String: Any]] = [
      [
        "method": "POST", "path": tcp + "/prefixes",
        "body": prefixes.map { ["prefix": $0, "comment": "weir", "excluded": false] },
      ]
    ]
    let levels = ["rate_sensitivity": "medium", "burst_sensitivity": "medium"]
    var rule: [String: Any] = ["scope": "global", "name": "global", "mode": "enabled"]
    rule.merge(levels) { $1 }
    if kind == .dns {
      rule["profile_sensitivity"] = "medium"
      return calls + [
        ["method": "POST", "path": "/advanced_dns_protection/configs/dns_protection/rules", "body": rule]
      ]
    }
    let part = tcp + (kind == .syn ? "/syn_protection" : "/tcp_flow_protection")
    calls.append(["method": "POST", "path": part + "/rules", "body": rule])
    calls.append(["method": "POST", "path": part + "/filters", "body": ["expression": expression, "mode": "enabled"]])
    return calls
  }

  /// Where the rule applies, in Cloudflare's language.
  private var expression: String {
    var text = "ip.dst in {\(prefixes.joined(separator: " "))}"
    if !ports.isEmpty {
      let set = ports.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)..\($0.upperBound)" }
      text += " and tcp.dstport in {\(set.joined(separator: " "))}"
    }
    return text
  }
}
