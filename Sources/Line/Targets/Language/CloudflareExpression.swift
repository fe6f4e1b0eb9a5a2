import Conditions
import Model

/// A condition as an expression of the Cloudflare Rules language, written so that a missing value stays missing.
///
/// Cloudflare gives its own header fields (`http.user_agent` …) the empty text where a header is missing. A comparison that
/// holds for the empty text is therefore asked of `http.request.headers["…"][0]`, which is missing as the log's value is.
/// Paths and queries are written `raw.…`: the log holds what was sent, not what URL normalisation made of it.
struct CloudflareExpression {
  let plan: Plan
  private(set) var reasons: [Refusal.Reason] = []
  private(set) var usesRegex = false

  /// What a field is called where the rule runs; nil where it has none.
  let names: (EventField) -> String?

  init(plan: Plan, names: @escaping (EventField) -> String?) {
    self.plan = plan
    self.names = names
  }

  /// Errors: every part that cannot be said, and an expression that is too long.
  static func text(
    _ condition: Condition, plan: Plan, limit: Int = 4096,
    names: @escaping (EventField) -> String? = CloudflareFields.name
  ) throws(Refusals) -> String {
    var writer = CloudflareExpression(plan: plan, names: names)
    let text = writer.write(condition, level: 0)
    if text.utf8.count > limit {
      writer.reasons.append(
        .init(part: "the expression", why: "it has \(text.utf8.count) characters; \(limit) are allowed"))
    }
    guard writer.reasons.isEmpty else { throw Refusals(writer.reasons) }
    return text
  }

  private mutating func write(_ condition: Condition, level: Int) -> String {
    switch condition {
    case .and(let parts): return joined(parts, "and", 3, level, empty: "true")
    case .xor(let parts): return joined(parts, "xor", 2, level, empty: "false")
    case .or(let parts): return joined(parts, "or", 1, level, empty: "false")
    case .not(let part): return "not " + write(part, level: 4)
    case .test(let test):
      do throws(Refusals) { return try write(test) } catch {
        reasons += error.reasons.map { .init(part: $0.part.isEmpty ? test.description : $0.part, why: $0.why) }
        return ""
      }
    }
  }

  private mutating func joined(_ parts: [Condition], _ word: String, _ own: Int, _ level: Int, empty: String) -> String
  {
    if parts.count == 1 { return write(parts[0], level: level) }
    if parts.isEmpty {
      reasons.append(.init(part: empty, why: "an expression must look at something"))
      return ""
    }
    var texts: [String] = []
    for part in parts { texts.append(write(part, level: own)) }
    let text = texts.joined(separator: " \(word) ")
    return own <= level ? "(\(text))" : text
  }

  private mutating func write(_ test: ConditionTest) throws(Refusals) -> String {
    let value = try value(test.value, holdsWhenEmpty: EmptyValue.satisfies(test) && test.quantifier == nil)
    if test.relation == .holds { return quantified(test, value) }
    return quantified(test, "\(value) \(test.relation.rawValue) \(try operand(test))")
  }

  private func quantified(_ test: ConditionTest, _ text: String) -> String {
    test.quantifier.map { "\($0.rawValue)(\(text))" } ?? text
  }

  private mutating func operand(_ test: ConditionTest) throws(Refusals) -> String {
    switch test.operand {
    case .nothing: return ""
    case .literal(.text(let text)) where test.relation == .matches:
      guard plan.tier == .business || plan.tier == .enterprise else {
        throw Refusals("", "regexes need the Business or Enterprise plan")
      }
      return Self.raw(try LinearRegex.check(text.bytes))
    case .literal(.text(let text)): return try Self.quoted(text)
    case .literal(.int(let number)): return "\(number)"
    case .literal(.ip(let address)): return "\(address)"
    case .literal(.time): throw Refusals("", "no field of a request is a time in words")
    case .list(let name): return "$" + name
    case .value: throw Refusals("", "the Rules language compares with written values only")
    case .set(let members):
      var texts: [String] = []
      for member in members {
        if case .text(let text) = member {
          texts.append(try Self.quoted(text))
        } else {
          texts.append(member.description)
        }
      }
      return "{" + texts.joined(separator: " ") + "}"
    }
  }

  private func value(_ value: ConditionValue, holdsWhenEmpty: Bool) throws(Refusals) -> String {
    switch value.kind {
    case .field(let field):
      guard let name = names(field) else {
        throw Refusals("", "\(field.name) is not available to rules at the edge")
      }
      if let header = CloudflareFields.header(field), holdsWhenEmpty || field == .contentType {
        return "http.request.headers[\"\(header)\"][0]"
      }
      if holdsWhenEmpty, field.conditionType == .text, !CloudflareFields.isAlwaysThere(field) {
        throw Refusals("", "it holds for an empty value, and Cloudflare takes a missing \(field.name) for an empty one")
      }
      return name
    case .derived(let field):
      guard CloudflareFields.derived.contains(field) else {
        throw Refusals("", "\(field.rawValue) is not available to rules at the edge")
      }
      if holdsWhenEmpty { throw Refusals("", "it holds for an empty value, and Cloudflare takes missing for empty") }
      return field == .args || field == .argNames || field == .argValues ? "raw." + field.rawValue : field.rawValue
    case .raw: throw Refusals("", "a key of the log line is no part of a request")
    case .key(let map, let name):
      guard name.bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x5C }) else {
        throw Refusals("", "a key beyond plain ASCII")
      }
      return try self.value(map, holdsWhenEmpty: false) + "[\"\(String(decoding: name.bytes, as: UTF8.self))\"]"
    case .index(let list, let index): return try self.value(list, holdsWhenEmpty: false) + "[\(index)]"
    case .each(let list): return try self.value(list, holdsWhenEmpty: false) + "[*]"
    case .literal(.text(let text)): return try Self.quoted(text)
    case .literal(let literal): return literal.description
    case .call(let function, let arguments): return try call(function, arguments, value, holdsWhenEmpty)
    }
  }

  private func call(
    _ function: ConditionFunction, _ arguments: [ConditionValue], _ value: ConditionValue, _ holdsWhenEmpty: Bool
  ) throws(Refusals) -> String {
    if [.regexReplace, .toString, .toAddress].contains(function) {
      throw Refusals("", "\(function.rawValue) is not allowed in rules of the WAF")
    }
    var texts: [String] = []
    for argument in arguments { texts.append(try self.value(argument, holdsWhenEmpty: holdsWhenEmpty)) }
    return function.rawValue + "(" + texts.joined(separator: ", ") + ")"
      + (function.result != .bool && value.isMapped ? "[*]" : "")
  }

  /// A quoted text; only `\"` and `\\` are documented escapes, so other bytes must be plain characters.
  static func quoted(_ text: ByteText) throws(Refusals) -> String {
    guard let words = String(validating: text.bytes, as: UTF8.self),
      words.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F })
    else { throw Refusals("", "a text with control bytes or bytes that are no UTF-8") }
    return "\"" + words.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }

  private static func raw(_ pattern: String) -> String {
    var hashes = ""
    while pattern.contains("\"" + hashes) { hashes += "#" }
    return "r\(hashes)\"\(pattern)\"\(hashes)"
  }
}

/// Which fields a rule can look at, and what they are called there.
enum CloudflareFields {
  static func name(_ field: EventField) -> String? {
    switch field {
    case .uri, .path, .query: "raw." + field.name
    case .ipSource, .sourceASN, .sourceCountry, .sourceCity, .method, .host, .version, .userAgent, .referer, .cookie,
      .forwardedFor, .contentType, .headers, .body, .tlsCipher, .ja3, .ja4, .botScore, .wafScore, .wafSQLi, .wafXSS,
      .wafRCE, .verifiedBot, .ray, .clientRTT:
      field.name
    default: nil
    }
  }

  static let derived: Set<DerivedField> = [
    .args, .argNames, .argValues, .cookies, .headerNames, .headerValues, .ssl, .clientBot, .verifiedBot, .wafClass,
    .inEuropeanUnion, .timestampSeconds,
  ]

  static func header(_ field: EventField) -> String? {
    switch field {
    case .userAgent: "user-agent"
    case .referer: "referer"
    case .cookie: "cookie"
    case .forwardedFor: "x-forwarded-for"
    case .contentType: "content-type"
    default: nil
    }
  }

  static func isAlwaysThere(_ field: EventField) -> Bool {
    [.method, .host, .uri, .path, .version, .ipSource, .ray].contains(field)
  }
}
