import Foundation
import Model

/// Source: STIX 2.1, sections 4.7 (indicators), 6 (observables) and 9 (patterns).
extension IndicatorList {
  mutating func readSTIX(_ bundle: [String: Any]) {
    let objects = bundle["objects"] as? [[String: Any]] ?? [bundle]
    let now = ISO8601DateFormatter().string(from: Date())
    for object in objects {
      guard let type = object["type"] as? String else { continue }
      let label = (object["name"] as? String ?? object["id"] as? String ?? "").prefix(80)
      if type == "indicator" {
        readIndicator(object, String(label), now)
      } else if let kind = Self.kinds["\(type):value"], let value = object["value"] as? String {
        addValue(kind, value, String(label), type)
      }
    }
  }

  private mutating func readIndicator(_ object: [String: Any], _ label: String, _ now: String) {
    let name = (object["id"] as? String ?? "an indicator").prefix(80)
    if object["revoked"] as? Bool == true { return complain("\(name) is revoked") }
    // Instants in UTC compare as they are written, to the second.
    if let end = object["valid_until"] as? String, end.prefix(19) < now.prefix(19) {
      return complain("\(name) is valid no more")
    }
    guard let pattern = object["pattern"] as? String, object["pattern_type"] as? String ?? "stix" == "stix" else {
      return complain("\(name) has no STIX pattern")
    }
    guard let found = STIXPattern(pattern) else {
      return complain("\(name) wants more than one thing at once, which a sweep cannot say: \(pattern.prefix(80))")
    }
    for (path, value) in found.values {
      guard let kind = Self.kind(of: path) else {
        complain("\(name) speaks of \(path.prefix(60)), which no log here holds")
        continue
      }
      addValue(kind, value, label, path)
    }
  }

  private mutating func addValue(_ kind: Indicator.Kind, _ value: String, _ label: String, _ path: String) {
    var found = Self.checked(kind, value)
    if kind == .address { found = IPAddress(value) != nil ? found : Self.checked(.network, value) }
    if path.hasPrefix("url") { found = Self.recognised(value) }
    guard var indicator = found else { return complain("'\(value.prefix(60))' is no \(kind.rawValue)") }
    indicator.label = label
    add(indicator)
  }

  private static let kinds: [String: Indicator.Kind] = [
    "ipv4-addr:value": .address, "ipv6-addr:value": .address, "domain-name:value": .host, "url:value": .host,
  ]

  private static func kind(of path: String) -> Indicator.Kind? {
    if let known = kinds[path] { return known }
    let lower = path.lowercased()
    if lower.contains("user-agent") { return .agent }
    if lower.contains("ja4") { return .ja4 }
    if lower.contains("ja3") { return .ja3 }
    if lower.contains("hashes") { return .hash }
    if lower.contains("request_value") { return .path }
    if lower.hasPrefix("network-traffic:") && lower.contains("_ref.value") { return .address }
    return nil
  }
}

/// A pattern that is met by any one of some values: `[ipv4-addr:value = '192.0.2.1' OR url:value = 'http://…']`.
struct STIXPattern {
  private(set) var values: [(path: String, value: String)] = []

  /// nil where it asks for several things at once, for an order, or for what is not there.
  init?(_ pattern: String) {
    var rest = pattern[...]
    var mayBegin = true
    while true {
      rest = rest.drop { " \n\t[]()".contains($0) }
      if rest.isEmpty { break }
      if !mayBegin {
        guard rest.uppercased().hasPrefix("OR") else { return nil }
        rest = rest.dropFirst(2).drop { " \n\t[(".contains($0) }
      }
      guard let found = Self.comparison(&rest) else { return nil }
      values += found
      mayBegin = false
    }
    if values.isEmpty { return nil }
  }

  /// `path = 'value'`, `path IN ('a', 'b')`, `path ISSUBSET '192.0.2.0/24'`.
  private static func comparison(_ rest: inout Substring) -> [(path: String, value: String)]? {
    var path = ""
    // A key in quotes may hold anything.
    var isQuoted = false
    while let character = rest.first, isQuoted || !" =\n\t".contains(character) {
      if character == "'" { isQuoted.toggle() }
      path.append(character)
      rest = rest.dropFirst()
    }
    rest = rest.drop { " \n\t".contains($0) }
    let words = ["=", "IN", "ISSUBSET"]
    guard path.contains(":"), let word = words.first(where: { rest.uppercased().hasPrefix($0) }) else { return nil }
    rest = rest.dropFirst(word.count).drop { " \n\t(".contains($0) }
    var values: [(path: String, value: String)] = []
    repeat {
      guard let value = text(&rest) else { return nil }
      values.append((path, value))
      rest = rest.drop { " \n\t".contains($0) }
      guard word == "IN", rest.first == "," else { break }
      rest = rest.dropFirst().drop { " \n\t".contains($0) }
    } while true
    return values
  }

  private static func text(_ rest: inout Substring) -> String? {
    guard rest.first == "'" else { return nil }
    rest = rest.dropFirst()
    var text = ""
    while let character = rest.first {
      rest = rest.dropFirst()
      if character == "'" { return text }
      if character == "\\" {
        guard let next = rest.first else { return nil }
        text.append(next)
        rest = rest.dropFirst()
      } else {
        text.append(character)
      }
    }
    return nil
  }
}
