import Foundation
import Model
import Records

/// What the live detection writes into the journal, and reads back from it after a restart.
enum LiveFacts {
  static func alert(_ alert: Alert, _ change: AlertLedger.Change, _ customer: String) -> NewFact? {
    switch change {
    case .raised: NewFact(customer: customer, kind: "alert.raised", body: json(alert))
    case .changed: NewFact(customer: customer, kind: "alert.changed", body: json(alert))
    case .grown: nil
    }
  }

  static func incident(_ incident: Incident, _ change: IncidentLedger.Change, _ customer: String) -> NewFact {
    switch change {
    case .opened: NewFact(customer: customer, kind: "incident.opened", body: json(incident))
    case .changed: NewFact(customer: customer, kind: "incident.changed", body: json(incident))
    case .merged(let heir):
      NewFact(customer: customer, kind: "incident.merged", body: json(["id": incident.id, "into": heir]))
    }
  }

  /// Alerts and incidents of a customer as the journal last told of them.
  static func restored(_ journal: Journal, _ customer: String) throws(WorldError) -> (AlertLedger, IncidentLedger) {
    var alerts = AlertLedger()
    var incidents: [String: Incident] = [:]
    for fact in try journal.facts(customer: customer, kind: "alert.") {
      if let alert: Alert = value(fact.body) { alerts.restore(alert) }
    }
    alerts.forgetOld()
    for fact in try journal.facts(customer: customer, kind: "incident.") {
      if fact.kind == "incident.merged" {
        if let ids: [String: String] = value(fact.body), let id = ids["id"] { incidents[id] = nil }
      } else if let incident: Incident = value(fact.body) {
        incidents[incident.id] = incident
      }
    }
    var ledger = IncidentLedger()
    // In the order of time, so that an alert that moved is held by who had it last.
    for incident in incidents.values.sorted(by: { ($0.lastSeen, $0.id) < ($1.lastSeen, $1.id) }) {
      ledger.restore(incident)
    }
    return (alerts, ledger)
  }

  /// JSON in plain ASCII, so that no journal shows a terminal anything but letters.
  static func json(_ value: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Model's values hold texts and whole numbers, which JSON always can hold.
    let text = (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    if text.utf8.allSatisfy({ $0 < 0x7F }) { return text }
    var out = ""
    out.reserveCapacity(text.utf8.count + 64)
    for scalar in text.unicodeScalars {
      if scalar.value < 0x7F {
        out.unicodeScalars.append(scalar)
      } else {
        for unit in String(scalar).utf16 {
          let digits = String(unit, radix: 16)
          out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
      }
    }
    return out
  }

  private static func value<Value: Decodable>(_ body: String) -> Value? {
    try? JSONDecoder().decode(Value.self, from: Data(body.utf8))
  }
}
