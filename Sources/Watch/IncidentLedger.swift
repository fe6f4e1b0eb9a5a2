import Correlate
import Model

/// The incidents of one customer as they are known by now, under names that stay.
struct IncidentLedger {
  enum Change: Sendable, Equatable {
    case opened, changed
    /// Its alerts belong to another incident now, the one named.
    case merged(into: String)
  }

  private(set) var incidents: [Incident] = []
  /// Which incident an alert belongs to.
  private(set) var holders: [String: String] = [:]
  private var told: [String: Told] = [:]

  private struct Told {
    var title: String
    var severity: Severity
    var priority: Priority
    var alerts: Int
    var events: Int

    init(_ incident: Incident) {
      title = incident.title
      severity = incident.severity
      priority = incident.priority
      alerts = incident.alerts.count
      events = incident.events
    }
  }

  /// Folds all alerts anew; what changed, the most urgent first.
  mutating func fold(_ alerts: [Alert]) -> [(incident: Incident, change: Change)] {
    let folded = Correlator().incidents(from: alerts)
    let before = holders
    incidents = named(folded)
    holders = [:]
    for incident in incidents { for alert in incident.alerts { holders[alert] = incident.id } }
    return incidents.compactMap { incident in change(of: incident).map { (incident, $0) } } + gone(before)
  }

  /// Takes an incident from the journal.
  mutating func restore(_ incident: Incident) {
    for alert in incident.alerts { holders[alert] = incident.id }
    told[incident.id] = Told(incident)
  }

  /// Gives each incident the name under which most of its alerts are known already.
  private func named(_ folded: [Incident]) -> [Incident] {
    var taken: Set<String> = []
    var named = folded
    // The largest first: it keeps its name where one has fallen into two.
    for index in folded.indices.sorted(by: { folded[$0].alerts.count > folded[$1].alerts.count }) {
      var votes: [String: Int] = [:]
      for alert in folded[index].alerts { if let holder = holders[alert] { votes[holder, default: 0] += 1 } }
      let known = votes.filter { !taken.contains($0.key) }.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
      if let known { named[index].id = known }
      while !taken.insert(named[index].id).inserted { named[index].id += "-2" }
    }
    return named
  }

  private mutating func change(of incident: Incident) -> Change? {
    let now = Told(incident)
    guard let before = told[incident.id] else {
      told[incident.id] = now
      return .opened
    }
    let isNews =
      now.title != before.title || now.severity != before.severity || now.priority != before.priority
      || now.alerts != before.alerts || now.events >= 2 * before.events
    guard isNews else { return nil }
    told[incident.id] = now
    return .changed
  }

  /// Incidents that are no more because another one took their alerts.
  private mutating func gone(_ before: [String: String]) -> [(incident: Incident, change: Change)] {
    let ids = Set(incidents.map(\.id))
    var merged: [(incident: Incident, change: Change)] = []
    for (alert, holder) in before where !ids.contains(holder) && told[holder] != nil {
      guard let heir = holders[alert], let incident = incidents.first(where: { $0.id == heir }) else { continue }
      told[holder] = nil
      var old = incident
      old.id = holder
      merged.append((old, .merged(into: heir)))
    }
    return merged.sorted { $0.incident.id < $1.incident.id }
  }
}
