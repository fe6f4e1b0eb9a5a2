import Model

extension Target {
  /// Items of an account's list, to be used by rules as `ip.src in $NAME`; the request appends.
  ///
  /// Source: Cloudflare's developer documentation, lists; IPv6 there is kept as /64 or wider.
  static let cloudflareList = Target(
    name: "cloudflare-list", sentence: "items of a Cloudflare IP list (API JSON)", fileName: "cloudflare-list.json",
    embedding: .json(key: "comment"), check: .json
  ) { mitigation, _ throws(Refusals) in
    let networks = try CloudflareAddresses.networks(mitigation)
    if let narrow = networks.first(where: { !$0.base.isV4 && $0.bits > 64 }) {
      throw Refusals(narrow.text, "lists hold IPv6 as /64 or wider, which would meet more than is meant")
    }
    if let wide = networks.first(where: { $0.bits < ($0.base.isV4 ? 8 : 4) }) {
      throw Refusals(wide.text, "lists hold IPv4 from /8 and IPv6 from /4")
    }
    let list = "weir_" + mitigation.reference.replacing("-", with: "_")
    let items = networks.map { ["ip": "\($0)", "comment": JSONTree.label(mitigation)] }
    return Draft(
      text: JSONTree.text(items), notes: ["a rule must use the list: ip.src in $\(list)"],
      apply: [
        "POST /accounts/$ACCOUNT/rules/lists {\"name\": \"\(list)\", \"kind\": \"ip\"} where it is missing",
        "POST this file to /accounts/$ACCOUNT/rules/lists/$LIST/items; a PUT would replace every item",
      ],
      undo: ["DELETE the items whose comment begins with weir:\(mitigation.reference), and the rule before the list"])
  }

  /// Access rules of a zone or account, one request a network.
  static let cloudflareAccess = Target(
    name: "cloudflare-access", sentence: "IP access rules of Cloudflare (API JSON)", fileName: "cloudflare-access.json",
    embedding: .json(key: "notes"), check: .json
  ) { mitigation, _ throws(Refusals) in
    let networks = try CloudflareAddresses.networks(mitigation)
    var rules: [[String: Any]] = []
    for network in networks {
      guard let kind = CloudflareAddresses.kind(network) else {
        throw Refusals(network.text, "access rules take single addresses, /16 and /24, and in IPv6 /32, /48 and /64")
      }
      rules.append([
        "mode": mitigation.action == .block ? "block" : "managed_challenge",
        "configuration": ["target": kind, "value": "\(network)"], "notes": JSONTree.label(mitigation),
      ])
    }
    return Draft(
      text: JSONTree.text(rules), notes: ["access rules come before all other rules of the zone"],
      apply: ["POST each object to /zones/$ZONE/firewall/access_rules/rules"],
      undo: ["DELETE the rules whose notes begin with weir:\(mitigation.reference)"])
  }
}

private enum CloudflareAddresses {
  /// Errors: a rule that is no list of addresses, and one too long for one request.
  static func networks(_ mitigation: Mitigation) throws(Refusals) -> [AddressNetwork] {
    guard case .addresses(let networks) = mitigation.rule else {
      throw Refusals("a rule that is no list of addresses", "use cloudflare-rule")
    }
    if mitigation.action == .log { throw Refusals("the action log", "a list of addresses has none") }
    let list = AddressRanges(networks).networks
    if list.isEmpty { throw Refusals("the list", "it is empty") }
    if list.count > 10_000 { throw Refusals("\(list.count) networks", "at most 10,000 are written to one list") }
    return list
  }

  static func kind(_ network: AddressNetwork) -> String? {
    if network.base.isV4 { return network.bits == 32 ? "ip" : [16, 24].contains(network.bits) ? "ip_range" : nil }
    return network.bits == 128 ? "ip6" : [32, 48, 64].contains(network.bits) ? "ip_range" : nil
  }
}
