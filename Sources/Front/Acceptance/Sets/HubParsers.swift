import Foundation

/// The same logs read line by line: what another parser took out of each line, against Weir's fields.
///
/// A case is right when every value that has a field here is equal.
enum HubParsers {
  static func run(_ run: Run) throws -> [SetResult] {
    var result = SetResult("hub-parsers")
    var values = (compared: 0, equal: 0)
    for folder in Files.folders(in: run.folder.appending(path: "tests")) {
      guard let file = Files.plainOrPacked(folder.appending(path: "parser.assert")), let log = HubCase.log(in: folder)
      else { continue }
      let expected = expectations(try Files.text(file)).filter { !$0.fields.isEmpty }
      guard !expected.isEmpty else { continue }
      do {
        let wrong = try differences(expected, lines: try Files.lines(log), events: try run.weir.decode([log]))
        let count = expected.reduce(0) { $0 + $1.fields.count }
        values.compared += count
        values.equal += count - wrong.count
        result.count(wrong.isEmpty, miss: "\(folder.lastPathComponent): \(wrong.prefix(6).joined(separator: "; "))")
      } catch {
        result.count(false, miss: "\(folder.lastPathComponent): \(error)")
      }
    }
    let share = 100 * Double(values.equal) / Double(max(values.compared, 1))
    result.note = String(format: "whole logs; %d of %d single values (%.1f %%)", values.equal, values.compared, share)
    return [result]
  }

  /// What is expected of one line.
  struct Expectation {
    var message: String
    /// Field name here → value there.
    var fields: [String: String] = [:]
  }

  /// The parser's names and the fields that mean the same.
  private static let names = [
    "Meta/source_ip": "ip.src", "Meta/http_status": "http.response.code", "Meta/http_verb": "http.request.method",
    "Meta/http_user_agent": "http.user_agent", "Meta/target_fqdn": "http.host", "Meta/username": "auth.account",
    "Meta/target_user": "auth.account", "Meta/user": "auth.account", "Parsed/http_referer": "http.referer",
    "Parsed/body_bytes_sent": "http.response.body_bytes", "Enriched/MarshaledTime": "event.time",
    "Meta/http_path": "http.request.uri", "Meta/rule_id": "security.rule.id",
  ]

  private static func expectations(_ text: String) -> [Expectation] {
    let pattern = /results\["([^"]+)"\]\["([^"]+)"\]\[(\d+)\]\.Evt\.(Parsed|Meta|Enriched)\["([^"]+)"\]\)? == "(.*)"/
    var entries: [String: Expectation] = [:]
    var order: [String] = []
    for line in text.split(separator: "\n") {
      guard let match = line.firstMatch(of: pattern) else { continue }
      let key = "\(match.1)/\(match.2)/\(match.3)"
      if entries[key] == nil { order.append(key) }
      let value = GoString.unquoted(match.6)
      if match.5 == "message", match.4 == "Parsed" { entries[key, default: Expectation(message: "")].message = value }
      guard let field = names["\(match.4)/\(match.5)"], value != "", value != "-" else {
        entries[key, default: Expectation(message: "")].message += ""
        continue
      }
      entries[key, default: Expectation(message: "")].fields[field] = value
    }
    return lastStage(order.compactMap { entries[$0] })
  }

  /// Later stages repeat and add to what earlier ones found: the last word on each message counts. The same message
  /// several times stands for several lines.
  private static func lastStage(_ entries: [Expectation]) -> [Expectation] {
    var last: [String: Expectation] = [:]
    var order: [String] = []
    for entry in entries where !entry.message.isEmpty {
      if last[entry.message] == nil { order.append(entry.message) }
      last[entry.message, default: Expectation(message: entry.message)].fields.merge(entry.fields) { $1 }
    }
    return order.compactMap { last[$0] }
  }

  private static func differences(_ expected: [Expectation], lines: [String], events: [[String: Any]]) throws
    -> [String]
  {
    let byLine = Dictionary(events.map { ($0["event.line"] as? Int ?? 0, $0) }, uniquingKeysWith: { first, _ in first })
    var wrong: [String] = []
    for one in expected {
      let firstLine = one.message.split(separator: "\n").first.map(String.init) ?? one.message
      let number = (lines.firstIndex { $0.contains(firstLine) } ?? -1) + 1
      let event = byLine[number] ?? [:]
      for (field, value) in one.fields.sorted(by: { $0.key < $1.key }) where !Self.agrees(event, field, value) {
        let got = event[field].map { "\($0)" } ?? (event.isEmpty ? "no event" : "absent")
        wrong.append("line \(number) \(field) is \(got), not \(value)")
      }
    }
    return wrong
  }

  private static func agrees(_ event: [String: Any], _ field: String, _ value: String) -> Bool {
    switch field {
    case "ip.src": return Addresses.canonical("\(event[field] ?? "")") == Addresses.canonical(value)
    case "event.time": return Instants.equal("\(event[field] ?? "")", value)
    // There, the path may stand without its query, and what the server escaped is left as it is.
    case "http.request.uri":
      let sent = GoString.unquoted(value[...])
      return ["http.request.uri", "http.request.uri.path"].contains {
        event[$0].map { "\($0)" == value || "\($0)" == sent } ?? false
      }
    case "http.response.body_bytes":
      return event[field].map { "\($0)" } == value || event["http.response.bytes"].map { "\($0)" } == value
    default: return event[field].map { "\($0)" } == value
    }
  }
}

/// Times as text.
enum Instants {
  /// Whether two RFC 3339 times name the same second.
  static func equal(_ a: String, _ b: String) -> Bool {
    guard let first = seconds(a), let second = seconds(b) else { return false }
    return abs(first - second) < 1
  }

  static func seconds(_ text: String) -> Double? {
    let plain = ISO8601DateFormatter()
    // Fractions of any length: cut off, since the formatter takes three digits only.
    var rest = text
    var fraction = 0.0
    if let match = text.firstMatch(of: /\.(\d+)/) {
      fraction = Double("0.\(match.1)") ?? 0
      rest.removeSubrange(match.range)
    }
    if !rest.contains(/(Z|[+-]\d\d:?\d\d)$/) { rest += "Z" }
    return plain.date(from: rest).map { $0.timeIntervalSince1970 + fraction }
  }
}

/// Texts quoted as Go quotes them.
enum GoString {
  static func unquoted(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\"), let escape = rest.popFirst() else {
        bytes.append(byte)
        continue
      }
      switch escape {
      case UInt8(ascii: "n"): bytes.append(10)
      case UInt8(ascii: "t"): bytes.append(9)
      case UInt8(ascii: "r"): bytes.append(13)
      case UInt8(ascii: "x"): bytes += [number(&rest, digits: 2)].map { UInt8(truncatingIfNeeded: $0) }
      case UInt8(ascii: "u"): bytes += Array(String(UnicodeScalar(number(&rest, digits: 4)) ?? " ").utf8)
      case UInt8(ascii: "U"): bytes += Array(String(UnicodeScalar(number(&rest, digits: 8)) ?? " ").utf8)
      default: bytes.append(escape)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func number(_ rest: inout ArraySlice<UInt8>, digits: Int) -> UInt32 {
    let text = String(decoding: rest.prefix(digits), as: UTF8.self)
    rest = rest.dropFirst(digits)
    return UInt32(text, radix: 16) ?? 32
  }
}
