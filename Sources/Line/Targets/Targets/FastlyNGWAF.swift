import Conditions
import Model

extension Target {
  /// A request rule of Fastly's Next-Gen WAF, with the expiry that its rules have.
  ///
  /// Source: Fastly's API reference, ngwaf/v1 rules, 2026.
  static let fastlyNGWAF = Target(
    name: "fastly-ngwaf", sentence: "rule of Fastly's Next-Gen WAF (API JSON)", fileName: "fastly-ngwaf.json",
    embedding: .json(key: "description"), check: .json
  ) { mitigation, _ throws(Refusals) in
    let (group, conditions) = try NGWAFRule.conditions(mitigation)
    var rule: [String: Any] = [
      "type": "request", "description": JSONTree.label(mitigation), "enabled": true, "request_logging": "sampled",
      "group_operator": group, "conditions": conditions, "actions": [["type": try NGWAFRule.action(mitigation.action)]],
    ]
    if let expires = mitigation.expires { rule["expires_at"] = UTCTime.rfc3339(expires) }
    return Draft(
      text: JSONTree.text(rule),
      apply: ["POST this file to /ngwaf/v1/workspaces/$WORKSPACE/rules"],
      undo: [
        "DELETE /ngwaf/v1/workspaces/$WORKSPACE/rules/$RULE, whose description begins with weir:\(mitigation.reference)"
      ])
  }
}

/// Conditions as the WAF's lists: one level of groups below the top.
enum NGWAFRule {
  static func action(_ action: Mitigation.Action) throws(Refusals) -> String {
    switch action {
    case .block: "block"
    case .challenge: "browser_challenge"
    case .log: throw Refusals("the action log", "the WAF logs requests with a signal, which must be there first")
    }
  }

  /// The top's operator, and what stands in it.
  static func conditions(_ mitigation: Mitigation) throws(Refusals) -> (String, [[String: Any]]) {
    if case .rateLimit = mitigation.rule {
      throw Refusals("a rate", "the WAF counts a signal, which must be there first")
    }
    let condition = try CloudflareRules.condition(mitigation)
    var reasons: [Refusal.Reason] = []
    let found: (String, [[String: Any]])
    switch condition {
    case .and(let parts) where !parts.isEmpty: found = ("all", parts.map { node($0, 1, &reasons) })
    case .or(let parts) where !parts.isEmpty: found = ("any", parts.map { node($0, 1, &reasons) })
    default: found = ("all", [node(condition, 1, &reasons)])
    }
    guard reasons.isEmpty else { throw Refusals(reasons) }
    return found
  }

  private static func node(_ condition: Condition, _ depth: Int, _ reasons: inout [Refusal.Reason]) -> [String: Any] {
    switch condition {
    case .and(let parts) where parts.count == 1, .or(let parts) where parts.count == 1:
      return node(parts[0], depth, &reasons)
    case .and(let parts) where depth < 2 && !parts.isEmpty:
      return group("all", parts.map { node($0, depth + 1, &reasons) })
    case .or(let parts) where depth < 2 && !parts.isEmpty:
      return group("any", parts.map { node($0, depth + 1, &reasons) })
    case .test(let test):
      do throws(Refusals) { return try self.test(test, depth) } catch {
        reasons += error.reasons
        return [:]
      }
    case .not(.test(let test)) where test.relation == .equal || test.relation == .contains:
      do throws(Refusals) { return try negated(self.test(test, depth), test) } catch {
        reasons += error.reasons
        return [:]
      }
    default:
      reasons.append(.init(part: condition.description, why: "the WAF has one level of groups, and no xor"))
      return [:]
    }
  }

  private static func group(_ word: String, _ conditions: [[String: Any]]) -> [String: Any] {
    ["type": "group", "group_operator": word, "conditions": conditions]
  }

  private static func single(_ field: String, _ word: String, _ value: String) -> [String: Any] {
    ["type": "single", "field": field, "operator": word, "value": value]
  }

  private static func negated(_ node: [String: Any], _ test: ConditionTest) throws(Refusals) -> [String: Any] {
    let opposite = ["equals": "does_not_equal", "contains": "does_not_contain"]
    guard let word = (node["operator"] as? String).flatMap({ opposite[$0] }) else {
      throw Refusals(test.description, "the WAF cannot negate it")
    }
    return node.merging(["operator": word]) { $1 }
  }

  private static func test(_ test: ConditionTest, _ depth: Int) throws(Refusals) -> [String: Any] {
    guard test.quantifier == nil, case .field(let field) = test.value.kind else {
      throw Refusals(test.description, "the WAF has no such value")
    }
    if let why = inexact(field) { throw Refusals(test.description, why) }
    guard let name = name(field) else { throw Refusals(test.description, "the WAF has no such value") }
    if EmptyValue.satisfies(test), field != .method, field != .ipSource {
      throw Refusals(test.description, "it holds for an empty value, and the WAF takes a missing one for empty")
    }
    switch (test.relation, test.operand) {
    case (.equal, .literal(.ip(let address))): return single(name, "equals", "\(address)")
    case (.equal, .literal(.text(let text))): return single(name, "equals", try words(text, test))
    case (.notEqual, .literal(.text(let text))) where field == .method:
      return single(name, "does_not_equal", try words(text, test))
    case (.contains, .literal(.text(let text))) where !text.bytes.isEmpty:
      return single(name, "contains", try words(text, test))
    case (.isIn, .set(let members)):
      guard depth < 3, members.count <= 100, !members.isEmpty else {
        throw Refusals(test.description, "a list of more than 100 values needs a list of the workspace")
      }
      var parts: [[String: Any]] = []
      for member in members {
        switch member {
        case .text(let text): parts.append(single(name, "equals", try words(text, test)))
        case .addresses(let range):
          for network in AddressRanges(written: [range]).networks { parts.append(single(name, "equals", "\(network)")) }
        case .ints: throw Refusals(test.description, "the WAF has no such value")
        }
      }
      guard parts.count <= 100 else {
        throw Refusals(test.description, "a list of more than 100 values needs a list of the workspace")
      }
      return parts.count == 1 ? parts[0] : group("any", parts)
    default: throw Refusals(test.description, "the WAF compares with equals and contains")
    }
  }

  private static func words(_ text: ByteText, _ test: ConditionTest) throws(Refusals) -> String {
    guard let words = String(validating: text.bytes, as: UTF8.self),
      words.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F })
    else { throw Refusals(test.description, "a text with control bytes or bytes that are no UTF-8") }
    return words
  }

  /// Values that the WAF has, but not as they were sent.
  private static func inexact(_ field: EventField) -> String? {
    switch field {
    case .path, .uri, .query:
      "the WAF compares paths and parameters after it decoded them, so a rule would meet other encodings too"
    case .host: "how the WAF compares a domain's case and port is not documented"
    default: nil
    }
  }

  private static func name(_ field: EventField) -> String? {
    switch field {
    case .method: "method"
    case .userAgent: "user_agent"
    case .ipSource: "ip"
    case .sourceCountry: "country"
    default: nil
    }
  }
}
