import Foundation
import Samples

/// What was found against what really happened.
///
/// An alert or incident is right when an attack of a kindred kind went on at that time and one of its sources is named.
/// An attack is found when such an alert exists.
struct Accuracy {
  let truth: SampleTruth
  let findings: Findings

  var text: String {
    var lines: [String] = []
    let found = truth.attacks.filter { attack in findings.alerts.contains { matches($0, attack) } }
    let told = truth.attacks.filter { attack in findings.incidents.contains { matches($0, attack) } }
    lines.append(share("attacks found by an alert", found.count, of: truth.attacks.count))
    lines.append(share("attacks told in an incident", told.count, of: truth.attacks.count))
    for (name, things) in [("alerts", findings.alerts), ("incidents", findings.incidents)] {
      let right = things.filter { thing in truth.attacks.contains { matches(thing, $0) } }
      lines.append(share("\(name) that are right", right.count, of: things.count))
    }
    for attack in truth.attacks where !found.contains(where: { $0.label == attack.label }) {
      lines.append(
        "missed: \(attack.name) (\(attack.kind)), \(attack.events) events from \(attack.sources.count) sources")
    }
    for thing in findings.incidents where !truth.attacks.contains(where: { matches(thing, $0) }) {
      lines.append("false: \(thing.title)")
    }
    return lines.joined(separator: "\n")
  }

  /// The first incident that tells of an attack.
  func incident(of attack: SampleAttack) -> String? { findings.incidents.first { matches($0, attack) }?.id }

  private func share(_ what: String, _ part: Int, of whole: Int) -> String {
    "\(what): \(part) of \(whole)"
      + (whole == 0 ? "" : String(format: " (%.0f %%)", 100 * Double(part) / Double(whole)))
  }

  private func matches(_ finding: Finding, _ attack: SampleAttack) -> Bool {
    Self.kindred(attack.kind).contains(finding.kind) && finding.first <= attack.lastSeen
      && finding.last >= attack.firstSeen
      && !sources(of: attack).isDisjoint(with: finding.sources)
  }

  private func sources(of attack: SampleAttack) -> Set<String> { Set(attack.sources) }

  /// What an attack of this kind may rightly be called: the border between neighbours is a matter of taste.
  private static func kindred(_ kind: String) -> Set<String> {
    switch kind {
    case "exploitation", "scanning": ["exploitation", "scanning"]
    case "credential_stuffing", "account_takeover": ["credential_stuffing", "account_takeover"]
    case "scraping": ["scraping", "bot_abuse"]
    default: [kind]
    }
  }
}

/// One alert or incident, as far as the truth speaks of it.
struct Finding {
  var id = ""
  let title: String
  let kind: String
  /// ns since 1970 UTC.
  let first: Int64
  let last: Int64
  let sources: Set<String>
}

/// What `weir investigate` wrote into its folder.
struct Findings {
  let alerts: [Finding]
  let incidents: [Finding]

  init(folder: String) throws {
    let lines = try Data(contentsOf: URL(filePath: folder + "/alerts.ndjson")).split(separator: 10)
    alerts = lines.compactMap { line in
      guard let alert = try? JSONSerialization.jsonObject(with: Data(line)) as? [String: Any] else { return nil }
      let own = alert["unmapped"] as? [String: Any] ?? [:]
      let shown = (alert["evidences"] as? [[String: Any]] ?? []).compactMap {
        ($0["src_endpoint"] as? [String: Any])?["ip"] as? String
      }
      return Finding(
        title: alert["message"] as? String ?? "", kind: own["weir.kind"] as? String ?? "",
        first: Int64(alert["start_time"] as? Int ?? 0) * 1_000_000,
        last: Int64(alert["end_time"] as? Int ?? 0) * 1_000_000,
        sources: Self.sources(own["weir.sources"]).union(shown))
    }
    let incidents = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: folder + "/incidents.json")))
    self.incidents = (incidents as? [[String: Any]] ?? []).map { incident in
      Finding(
        id: incident["id"] as? String ?? "", title: incident["title"] as? String ?? "",
        kind: incident["kind"] as? String ?? "",
        first: Self.time(incident["first_seen"]), last: Self.time(incident["last_seen"]),
        sources: Self.sources(incident["sources"]))
    }
  }

  private static func sources(_ tally: Any?) -> Set<String> {
    let top = (tally as? [String: Any])?["top"] as? [[String: Any]] ?? []
    return Set(top.compactMap { $0["ip"] as? String })
  }

  private static func time(_ value: Any?) -> Int64 { moment(value as? String ?? "") ?? 0 }

  /// RFC 3339 in UTC, to the second; ns since 1970.
  static func moment(_ text: String) -> Int64? {
    let numbers = text.prefix(19).split { !$0.isNumber }.compactMap { Int32($0) }
    guard numbers.count == 6 else { return nil }
    var parts = tm()
    (parts.tm_year, parts.tm_mon, parts.tm_mday) = (numbers[0] - 1900, numbers[1] - 1, numbers[2])
    (parts.tm_hour, parts.tm_min, parts.tm_sec) = (numbers[3], numbers[4], numbers[5])
    return Int64(timegm(&parts)) * 1_000_000_000
  }
}
