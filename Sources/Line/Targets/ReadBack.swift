import Conditions
import Foundation
import Model

/// What Weir wrote, read again from a configuration of any platform.
package struct ReadBack: Sendable {
  package var deployed: Deployed
  /// What it does, where the platform's language is one that Weir reads: Cloudflare's expressions, lists of addresses.
  package var rule: Mitigation.Rule?

  /// Every artifact in the text, in order, each reference once.
  package static func artifacts(in text: String) -> [ReadBack] {
    var found: [ReadBack] = []
    var places: [String: Int] = [:]
    func add(_ deployed: Deployed, _ rule: Mitigation.Rule?) {
      guard let place = places[deployed.reference] else {
        places[deployed.reference] = found.count
        found.append(ReadBack(deployed: deployed, rule: rule))
        return
      }
      // One part of an artifact may say what another leaves out.
      found[place].deployed.expires = found[place].deployed.expires ?? deployed.expires
      found[place].rule = joined(found[place].rule, rule)
    }
    let isJSON = text.utf8.first { !" \t\r\n".utf8.contains($0) }.map { $0 == 0x7B || $0 == 0x5B } ?? false
    if isJSON, let root = try? JSONSerialization.jsonObject(with: Data(text.utf8)) {
      for label in labels { label.forEachOwn(in: root) { add($0, rule(of: $1)) } }
    } else {
      for deployed in Embedding.lines(comment: "#").find(in: text) { add(deployed, nil) }
    }
    return found
  }

  /// How the targets mark objects of JSON, each once.
  private static var labels: [JSONLabel] {
    var labels: [JSONLabel] = []
    for target in Targets.all {
      guard case .json(let key, let prefix) = target.embedding else { continue }
      let label = JSONLabel(key: key, prefix: prefix)
      if !labels.contains(label) { labels.append(label) }
    }
    return labels
  }

  private static func joined(_ a: Mitigation.Rule?, _ b: Mitigation.Rule?) -> Mitigation.Rule? {
    if case .addresses(let some) = a, case .addresses(let others) = b { return .addresses(some + others) }
    return a ?? b
  }

  private static func rule(of object: [String: Any]) -> Mitigation.Rule? {
    if let expression = object["expression"] as? String {
      guard let condition = try? Condition(parsing: withoutRaw(expression)) else { return nil }
      guard let limit = object["ratelimit"] as? [String: Any] else { return .filter(condition) }
      return rate(condition, limit)
    }
    let texts =
      (object["Addresses"] as? [String])
      ?? [(object["configuration"] as? [String: Any])?["value"] as? String ?? address(object)].compactMap(\.self)
    let networks = texts.compactMap { AddressNetwork($0) }
    return networks.isEmpty ? nil : .addresses(networks)
  }

  private static func address(_ object: [String: Any]) -> String? {
    guard let address = object["ip"] as? String else { return nil }
    return (object["subnet"] as? Int).map { "\(address)/\($0)" } ?? address
  }

  private static func rate(_ condition: Condition, _ limit: [String: Any]) -> Mitigation.Rule? {
    guard let requests = limit["requests_per_period"] as? Int, let period = limit["period"] as? Int,
      let names = limit["characteristics"] as? [String]
    else { return nil }
    let fields = names.filter { $0 != "cf.colo.id" }.map(EventField.named)
    guard !fields.contains(nil) else { return nil }
    return .rateLimit(
      RateLimit(
        condition: condition, characteristics: fields.compactMap(\.self), requests: requests, period: period,
        timeout: limit["mitigation_timeout"] as? Int ?? 0))
  }

  /// Cloudflare's `raw.` before a field says what this language says without it; within quotes it is text.
  private static func withoutRaw(_ expression: String) -> String {
    var out: [UInt8] = []
    var isQuoted = false
    let bytes = Array(expression.utf8)
    var at = 0
    while at < bytes.count {
      if !isQuoted, bytes[at...].starts(with: "raw.http.".utf8) { at += 4 }
      if isQuoted, bytes[at] == UInt8(ascii: "\\"), at + 1 < bytes.count {
        out.append(bytes[at])
        at += 1
      } else if bytes[at] == UInt8(ascii: "\"") {
        isQuoted.toggle()
      }
      out.append(bytes[at])
      at += 1
    }
    return String(decoding: out, as: UTF8.self)
  }
}
