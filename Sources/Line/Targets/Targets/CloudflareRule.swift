import Model

extension Target {
  /// A custom rule of the WAF, as the body of `POST …/rulesets/{id}/rules`.
  ///
  /// Source: Cloudflare's developer documentation, ruleset engine and custom rules, 2026.
  static let cloudflareRule = Target(
    name: "cloudflare-rule", sentence: "custom rule of Cloudflare's WAF (API JSON)", fileName: "cloudflare-rule.json",
    embedding: .json(key: "ref"), check: .json
  ) { mitigation, plan throws(Refusals) in
    let condition = try CloudflareRules.condition(mitigation)
    let rule: [String: Any] = [
      "ref": "weir:" + mitigation.reference, "description": JSONTree.label(mitigation),
      "expression": try CloudflareExpression.text(condition, plan: plan),
      "action": try CloudflareRules.action(mitigation.action, plan), "enabled": true,
    ]
    return Draft(
      text: JSONTree.text(rule), notes: CloudflareRules.notes,
      apply: [
        "GET /zones/$ZONE/rulesets/phases/http_request_firewall_custom/entrypoint gives the ruleset's id",
        "POST this file to /zones/$ZONE/rulesets/$RULESET/rules; a PUT would replace every rule of the phase",
      ], undo: ["DELETE /zones/$ZONE/rulesets/$RULESET/rules/$RULE, the rule whose ref is weir:\(mitigation.reference)"]
    )
  }

  /// A rate limiting rule; the counters are kept in each data centre.
  static let cloudflareRateLimit = Target(
    name: "cloudflare-rate-limit", sentence: "rate limiting rule of Cloudflare's WAF (API JSON)",
    fileName: "cloudflare-rate-limit.json", embedding: .json(key: "ref"), check: .json
  ) { mitigation, plan throws(Refusals) in
    guard case .rateLimit(let limit) = mitigation.rule else {
      throw Refusals("a rule without a rate", "use cloudflare-rule")
    }
    let rule: [String: Any] = [
      "ref": "weir:" + mitigation.reference, "description": JSONTree.label(mitigation),
      "expression": try CloudflareExpression.text(limit.condition, plan: plan),
      "action": try CloudflareRules.action(mitigation.action, plan), "enabled": true,
      "ratelimit": try CloudflareRules.rateLimit(limit, mitigation.action, plan),
    ]
    return Draft(
      text: JSONTree.text(rule),
      notes: CloudflareRules.notes + [
        "requests are counted in each data centre, so a client that reaches several is stopped later",
        "counters may lag a few seconds",
      ],
      apply: ["POST this file to /zones/$ZONE/rulesets/$RULESET/rules, the ruleset of phase http_ratelimit"],
      undo: ["DELETE /zones/$ZONE/rulesets/$RULESET/rules/$RULE, the rule whose ref is weir:\(mitigation.reference)"])
  }
}

/// What both kinds of rule share with Terraform.
enum CloudflareRules {
  static let notes = ["paths and queries are compared as sent (raw.…), other encodings of the same path are not meant"]
  static let periods = [10, 60, 120, 300, 600, 3600]
  static let timeouts = [0, 10, 60, 120, 300, 600, 3600, 86400]

  static func condition(_ mitigation: Mitigation) throws(Refusals) -> Condition {
    switch mitigation.rule {
    case .filter(let condition): return condition
    case .addresses(let networks):
      let members = networks.map { ConditionMember.addresses($0.first...$0.last) }
      return .test(ConditionTest(.field(.ipSource), .isIn, .set(members)))
    case .rateLimit: throw Refusals("a rate", "use cloudflare-rate-limit")
    }
  }

  static func action(_ action: Mitigation.Action, _ plan: Plan) throws(Refusals) -> String {
    switch action {
    case .block: return "block"
    case .challenge: return "managed_challenge"
    case .log:
      guard plan.tier == .enterprise else { throw Refusals("the action log", "it needs the Enterprise plan") }
      return "log"
    }
  }

  static func rateLimit(_ limit: RateLimit, _ action: Mitigation.Action, _ plan: Plan) throws(Refusals) -> [String: Any]
  {
    var reasons: [Refusal.Reason] = []
    let longest = [Plan.Tier.free: 10, .pro: 60, .business: 600, .enterprise: 65_535][plan.tier]!
    let longestTimeout = [Plan.Tier.free: 10, .pro: 3600, .business: 86_400, .enterprise: 86_400][plan.tier]!
    if !periods.contains(limit.period) || limit.period > longest {
      let allowed = periods.filter { $0 <= longest }.map(String.init).joined(separator: ", ")
      reasons.append(.init(part: "a period of \(limit.period) s", why: "the plan \(plan.tier.rawValue) has \(allowed)"))
    }
    if !timeouts.contains(limit.timeout) || limit.timeout > longestTimeout {
      reasons.append(.init(part: "a timeout of \(limit.timeout) s", why: "it is not among the plan's"))
    }
    if limit.timeout == 0, action == .block, plan.tier != .enterprise {
      reasons.append(.init(part: "a timeout of 0 s", why: "to stop only the excess needs the Enterprise plan"))
    }
    if limit.timeout > 0, action == .challenge, plan.tier != .enterprise {
      reasons.append(.init(part: "a timeout with a challenge", why: "it must be 0 below the Enterprise plan"))
    }
    if limit.requests < 1 { reasons.append(.init(part: "\(limit.requests) requests", why: "at least 1")) }
    var characteristics = ["cf.colo.id"]
    for field in limit.characteristics {
      guard let name = characteristic(field) else {
        reasons.append(.init(part: field.name, why: "Cloudflare cannot count by it"))
        continue
      }
      if field != .ipSource, plan.tier != .enterprise {
        reasons.append(.init(part: field.name, why: "to count by more than the address needs the Enterprise plan"))
      }
      characteristics.append(name)
    }
    guard reasons.isEmpty else { throw Refusals(reasons) }
    return [
      "characteristics": characteristics, "period": limit.period, "requests_per_period": limit.requests,
      "mitigation_timeout": limit.timeout, "requests_to_origin": false,
    ]
  }

  private static func characteristic(_ field: EventField) -> String? {
    if let header = CloudflareFields.header(field) { return "http.request.headers[\"\(header)\"]" }
    switch field {
    case .ipSource, .host, .path, .sourceASN, .sourceCountry, .ja3, .ja4: return field.name
    default: return nil
    }
  }
}
