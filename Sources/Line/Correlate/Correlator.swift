import Model

/// Alerts into few incidents: what belongs to one attacker, one swarm or one background hum is told once.
///
/// A pure function of the *set* of alerts: their order changes nothing. Cost: O(n log n) in the number of alerts and of
/// their keys.
package struct Correlator: Sendable {
  package struct Settings: Sendable, Equatable {
    /// Alerts that share a key belong together when no longer pause lies between them. Seconds; one hour, the usual
    /// period of deduplication in alerting rules (`DedupPeriodMinutes: 60`).
    package var gap = 3_600
    /// The same for one address, which is seldom two people within a working day. Seconds; six hours.
    package var addressGap = 21_600
    /// The same for the background hum of scanners, which never ends but pauses. Seconds; a day.
    package var backgroundGap = 86_400
    /// From this many sources on, an alert is a swarm's: it stands for whoever takes part. No source; well above what
    /// one office or one proxy pool shows, well below any botnet.
    package var swarmSources = 10
    /// From this many actors of one kind on one host at a time on, they are told as one. No source: a handful fits on
    /// a screen and can be handled one by one.
    package var crowd = 5
    /// When nobody has joined a campaign for this long, whoever comes next may be another. Seconds. No source.
    package var wavePause = 600

    package init() {}
  }

  package var settings: Settings

  package init(settings: Settings = Settings()) { self.settings = settings }

  /// Incidents in the order of their urgency. Their story is told by `Storyteller` once the recount is known.
  package func incidents(from alerts: [Alert]) -> [Incident] {
    folded(alerts).map(\.incident)
  }

  /// Incidents together with their alerts, earliest first.
  package func folded(_ alerts: [Alert]) -> [(incident: Incident, alerts: [Alert])] {
    let ordered = HostNames(alerts).completed.sorted { ($0.firstSeen, $0.id) < ($1.firstSeen, $1.id) }
    var actors = ActorFold(ordered, settings: settings).actors()
    actors = SwarmFold(settings: settings).folded(actors)
    actors = CrowdFold(settings: settings).folded(actors)
    var ids: Set<String> = []
    var incidents = actors.map { actor -> (incident: Incident, alerts: [Alert]) in
      var incident = IncidentDraft(actor).incident
      incident.id = IncidentID.make(from: actor.alerts, taken: &ids)
      return (incident, actor.alerts)
    }
    incidents.sort { $0.incident.isMoreUrgent(than: $1.incident) }
    return incidents
  }
}

extension Incident {
  /// The order of a report: how soon, how bad, how large, how early.
  fileprivate func isMoreUrgent(than other: Incident) -> Bool {
    if priority != other.priority { return priority.rawValue < other.priority.rawValue }
    if severity != other.severity { return severity > other.severity }
    if events != other.events { return events > other.events }
    return (firstSeen, id) < (other.firstSeen, other.id)
  }
}

/// Where all logs that name a host name the same one, the others are taken to be about that host.
private struct HostNames {
  let completed: [Alert]

  init(_ alerts: [Alert]) {
    let named = Set(alerts.flatMap(\.hosts))
    guard named.count == 1, let only = named.first else {
      completed = alerts
      return
    }
    completed = alerts.map { alert in
      guard alert.hosts.isEmpty else { return alert }
      var alert = alert
      alert.hosts = [only]
      return alert
    }
  }
}

/// Ids that stay when an incident grows: made of its earliest alert.
enum IncidentID {
  static func make(from alerts: [Alert], taken: inout Set<String>) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in alerts[0].id.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    while true {
      let id = "INC-" + base32(hash)
      if taken.insert(id).inserted { return id }
      hash = (hash ^ 0xff) &* 0x100_0000_01b3
    }
  }

  /// Seven letters and digits that people do not confuse on the telephone. Source: Crockford's base 32.
  private static func base32(_ hash: UInt64) -> String {
    let digits = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
    return String((0..<7).map { digits[Int(hash >> UInt64($0 * 5 + 24) & 31)] })
  }
}
