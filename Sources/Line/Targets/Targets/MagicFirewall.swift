import Model

extension Target {
  /// A rule of Cloudflare's network firewall, before any connection.
  ///
  /// Source: Cloudflare's developer documentation, Magic Firewall fields, 2026.
  static let magicFirewall = Target(
    name: "magic-firewall", sentence: "rule of Cloudflare's Magic Firewall (API JSON)", fileName: "magic-firewall.json",
    embedding: .json(key: "ref"), actions: Actions(.block, otherwise: "Magic Firewall blocks or skips"), check: .json
  ) { mitigation, plan throws(Refusals) in
    if plan.tier != .enterprise { throw Refusals("the plan \(plan.tier.rawValue)", "Magic Firewall needs Enterprise") }
    let condition = try CloudflareRules.condition(mitigation)
    var reasons: [Refusal.Reason] = []
    condition.forEachTest { test in
      if case .field(.ipProtocol) = test.value.kind, let word = MagicFields.unknownProtocol(test) {
        reasons.append(.init(part: test.description, why: "ip.proto is icmp, tcp or udp there, not \(word)"))
      }
    }
    guard reasons.isEmpty else { throw Refusals(reasons) }
    let rule: [String: Any] = [
      "ref": "weir:" + mitigation.reference, "description": JSONTree.label(mitigation),
      "expression": try CloudflareExpression.text(condition, plan: plan, names: MagicFields.name), "action": "block",
      "enabled": true,
    ]
    return Draft(
      text: JSONTree.text(rule), notes: ["an account has 200 of these rules by default"],
      apply: ["POST this file to /accounts/$ACCOUNT/rulesets/$RULESET/rules, the ruleset of phase magic_transit"],
      undo: ["DELETE the rule whose ref is weir:\(mitigation.reference)"])
  }
}

enum MagicFields {
  static func name(_ field: EventField) -> String? {
    switch field {
    case .ipSource, .ipDestination, .sourceASN, .sourceCountry, .ipProtocol, .sourcePort, .destinationPort,
      .udpSourcePort, .udpDestinationPort, .tcpFlags, .ipLength, .ipTTL, .icmpType, .icmpCode:
      field.name
    default: nil
    }
  }

  /// A word of the comparison that is no protocol there.
  static func unknownProtocol(_ test: ConditionTest) -> String? {
    let known: [ByteText] = ["icmp", "tcp", "udp"]
    var words: [ByteText] = []
    switch test.operand {
    case .literal(.text(let word)): words = [word]
    case .set(let members): words = members.compactMap { if case .text(let word) = $0 { word } else { nil } }
    default: return "that"
    }
    guard [.equal, .notEqual, .isIn].contains(test.relation) else { return "a part of a word" }
    return words.first { !known.contains($0) }.map { Embedding.ascii(String(decoding: $0.bytes, as: UTF8.self)) }
  }
}
