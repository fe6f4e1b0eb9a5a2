import Conditions
import Foundation
import Model

extension Target {
  /// A rule of AWS WAF, an element of a web ACL's `Rules`, as AWS CLI 2 takes it: texts are base64.
  ///
  /// Source: AWS WAFV2 API reference (Rule, Statement), 2026.
  static let awsWAF = Target(
    name: "aws-waf", sentence: "rule of AWS WAF (WAFV2 JSON)", fileName: "aws-waf.json",
    embedding: .json(key: "Name", prefix: "weir-"), check: .json
  ) { mitigation, _ throws(Refusals) in
    let name = "weir-" + mitigation.reference
    let statement: [String: Any]
    switch mitigation.rule {
    case .filter(let condition): statement = try AWSStatement.write(condition)
    case .addresses:
      throw Refusals("a list of addresses", "AWS keeps it as an IP set with an ARN; use aws-waf-ipset")
    case .rateLimit(let limit): statement = try AWSStatement.rate(limit)
    }
    let deed = [Mitigation.Action.block: "Block", .challenge: "Challenge", .log: "Count"][mitigation.action]!
    let rule: [String: Any] = [
      "Name": name, "Priority": 0, "Statement": statement, "Action": [deed: [String: Any]()],
      "VisibilityConfig": ["SampledRequestsEnabled": true, "CloudWatchMetricsEnabled": true, "MetricName": name],
    ]
    return Draft(
      text: JSONTree.text(rule),
      notes: [
        "choose a Priority that no rule of the web ACL has",
        "texts stand in base64, as AWS CLI 2 takes them; the console shows them plain",
        "of a body, header or cookie AWS looks at the first 8 kB",
      ], apply: ["aws wafv2 get-web-acl; add the rule to Rules; aws wafv2 update-web-acl with its LockToken"],
      undo: ["take the rule \(name) out of Rules, aws wafv2 update-web-acl"])
  }
}

/// Conditions as nested statements; a byte match on a value that is missing does not hold, as here.
enum AWSStatement {
  static func write(_ condition: Condition) throws(Refusals) -> [String: Any] {
    var reasons: [Refusal.Reason] = [], units = 0
    let statement = node(condition, &reasons, &units)
    if units > 1500 {
      reasons.append(
        .init(part: "the condition", why: "it takes some \(units) of the 1,500 capacity units of a web ACL"))
    }
    guard reasons.isEmpty else { throw Refusals(reasons) }
    return statement
  }

  private static func node(_ condition: Condition, _ reasons: inout [Refusal.Reason], _ units: inout Int)
    -> [String: Any]
  {
    switch condition {
    case .and(let parts) where parts.count == 1, .or(let parts) where parts.count == 1,
      .xor(let parts) where parts.count == 1:
      return node(parts[0], &reasons, &units)
    case .and(let parts) where !parts.isEmpty: return joined("And", parts.map { node($0, &reasons, &units) })
    case .or(let parts) where !parts.isEmpty: return joined("Or", parts.map { node($0, &reasons, &units) })
    case .not(let part): return ["NotStatement": ["Statement": node(part, &reasons, &units)]]
    case .test(let test):
      do throws(Refusals) { return try self.test(test, &units) } catch {
        reasons += error.reasons
        return [:]
      }
    default:
      reasons.append(.init(part: condition.description, why: "AWS WAF has no xor and no rule for everything"))
      return [:]
    }
  }

  private static func joined(_ word: String, _ statements: [[String: Any]]) -> [String: Any] {
    statements.count == 1 ? statements[0] : ["\(word)Statement": ["Statements": statements]]
  }

  private static func test(_ test: ConditionTest, _ units: inout Int) throws(Refusals) -> [String: Any] {
    if test.quantifier != nil { throw Refusals(test.description, "any and all over several values") }
    if case .field(.sourceCountry) = test.value.kind { return try country(test, &units) }
    if test.relation == .holds, case .call(let function, let arguments) = test.value.kind, arguments.count == 2,
      function == .startsWith || function == .endsWith, case .literal(.text(let text)) = arguments[1].kind
    {
      return try match(arguments[0], [text], function == .startsWith ? "STARTS_WITH" : "ENDS_WITH", test, &units)
    }
    switch (test.relation, test.operand) {
    case (.equal, .literal(.text(let text))): return try match(test.value, [text], "EXACTLY", test, &units)
    case (.contains, .literal(.text(let text))): return try match(test.value, [text], "CONTAINS", test, &units)
    case (.isIn, .set(let members)):
      let texts = members.compactMap { if case .text(let text) = $0 { text } else { nil } }
      guard !texts.isEmpty else {
        throw Refusals(test.description, "AWS keeps addresses as an IP set with an ARN; use aws-waf-ipset")
      }
      return try match(test.value, texts, "EXACTLY", test, &units)
    default: throw Refusals(test.description, "AWS WAF compares texts with eq, in, contains, starts_with and ends_with")
    }
  }

  private static func country(_ test: ConditionTest, _ units: inout Int) throws(Refusals) -> [String: Any] {
    var words: [ByteText] = []
    if case .literal(.text(let text)) = test.operand, test.relation == .equal { words = [text] }
    if case .set(let members) = test.operand {
      words = members.compactMap { if case .text(let text) = $0 { text } else { nil } }
    }
    guard (1...25).contains(words.count),
      words.allSatisfy({ $0.bytes.count == 2 && $0.bytes.allSatisfy { (65...90).contains($0) } })
    else { throw Refusals(test.description, "AWS WAF takes up to 25 countries of two capitals") }
    units += 1
    return ["GeoMatchStatement": ["CountryCodes": words.map { String(decoding: $0.bytes, as: UTF8.self) }]]
  }

  private static func match(
    _ value: ConditionValue, _ texts: [ByteText], _ position: String, _ test: ConditionTest, _ units: inout Int
  ) throws(Refusals) -> [String: Any] {
    var value = value, change = "NONE"
    if case .call(.lower, let arguments) = value.kind { (value, change) = (arguments[0], "LOWERCASE") }
    let field = try field(value, test)
    if EmptyValue.satisfies(test) {
      throw Refusals(test.description, "it holds for an empty value, which AWS WAF takes for a missing one")
    }
    var statements: [[String: Any]] = []
    for text in texts {
      guard (1...200).contains(text.bytes.count) else {
        throw Refusals(test.description, "AWS WAF takes texts of 1 to 200 bytes")
      }
      if change == "LOWERCASE", text.bytes.contains(where: { (65...90).contains($0) }) { continue }
      units += (position == "CONTAINS" ? 10 : 2) + (change == "NONE" ? 0 : 10)
      statements.append([
        "ByteMatchStatement": [
          "SearchString": Data(text.bytes).base64EncodedString(), "FieldToMatch": field,
          "PositionalConstraint": position, "TextTransformations": [["Priority": 0, "Type": change]],
        ]
      ])
    }
    guard !statements.isEmpty else { throw Refusals(test.description, "it never holds: lower case has no capitals") }
    return joined("Or", statements)
  }

  private static func field(_ value: ConditionValue, _ test: ConditionTest) throws(Refusals) -> [String: Any] {
    if case .field(let field) = value.kind {
      switch field {
      case .ja3: return ["JA3Fingerprint": ["FallbackBehavior": "NO_MATCH"]]
      case .ja4: return ["JA4Fingerprint": ["FallbackBehavior": "NO_MATCH"]]
      default: break
      }
    }
    switch LeafReader.subject(of: value) {
    case .method: return ["Method": [String: Any]()]
    case .path: return ["UriPath": [String: Any]()]
    case .query: return ["QueryString": [String: Any]()]
    case .header(let name): return ["SingleHeader": ["Name": name]]
    default: throw Refusals(test.description, "AWS WAF has no such value")
    }
  }

  static func rate(_ limit: RateLimit) throws(Refusals) -> [String: Any] {
    var reasons: [Refusal.Reason] = []
    if ![60, 120, 300, 600].contains(limit.period) {
      reasons.append(.init(part: "a period of \(limit.period) s", why: "AWS WAF counts over 60, 120, 300 or 600 s"))
    }
    if !(10...2_000_000_000).contains(limit.requests) {
      reasons.append(.init(part: "\(limit.requests) requests", why: "AWS WAF takes from 10"))
    }
    if limit.timeout != 0 {
      reasons.append(
        .init(part: "a timeout of \(limit.timeout) s", why: "AWS WAF stops a client while its rate is too high"))
    }
    if limit.characteristics != [.ipSource] {
      reasons.append(
        .init(part: limit.characteristics.map(\.name).joined(separator: ", "), why: "counted by ip.src only"))
    }
    guard reasons.isEmpty else { throw Refusals(reasons) }
    return [
      "RateBasedStatement": [
        "Limit": limit.requests, "EvaluationWindowSec": limit.period, "AggregateKeyType": "IP",
        "ScopeDownStatement": try write(limit.condition),
      ]
    ]
  }
}
