/// One attack as an analyst sees it: alerts that belong together, told in order.
package struct Incident: Sendable, Codable, Equatable {
  package var id: String
  package var title: String
  package var kind: IncidentKind
  package var severity: Severity
  package var priority: Priority
  package var confidence: Confidence
  /// First and last malicious event (ns since 1970 UTC).
  package var firstSeen: Int64
  package var lastSeen: Int64
  package var hosts: [String]
  package var events: Int
  package var sources: SourceTally
  package var techniques: [String]
  package var phases: [Phase]
  /// Ids of the alerts, earliest first.
  package var alerts: [String]
  package var narrative: [NarrativeSentence]
  /// The condition that selects the incident's events.
  package var signature: String
  /// Its events per slot of the traffic's timeline; empty until the recount has counted them.
  package var timeline: [Int] = []

  package init(
    id: String, title: String, kind: IncidentKind, severity: Severity, priority: Priority, confidence: Confidence,
    firstSeen: Int64, lastSeen: Int64, hosts: [String], events: Int, sources: SourceTally, techniques: [String],
    phases: [Phase], alerts: [String], narrative: [NarrativeSentence], signature: String
  ) {
    self.id = id
    self.title = title
    self.kind = kind
    self.severity = severity
    self.priority = priority
    self.confidence = confidence
    self.firstSeen = firstSeen
    self.lastSeen = lastSeen
    self.hosts = hosts
    self.events = events
    self.sources = sources
    self.techniques = techniques
    self.phases = phases
    self.alerts = alerts
    self.narrative = narrative
    self.signature = signature
  }
}

/// One sentence of an incident's story and the condition whose matches give the sentence's number back.
package struct NarrativeSentence: Sendable, Codable, Equatable {
  package var at: Int64
  package var text: String
  package var query: String
  /// The number that `query` must reproduce.
  package var count: Int

  package init(at: Int64, text: String, query: String, count: Int) {
    self.at = at
    self.text = text
    self.query = query
    self.count = count
  }
}

extension Incident {
  /// Whether it had not ended where the log stops: the silence since its last event is no longer than its own pauses.
  package func isOngoing(in traffic: TrafficSummary) -> Bool {
    let silence = UTCTime.span(from: lastSeen, to: traffic.lastSeen)
    let pause = events > 1 ? UTCTime.span(from: firstSeen, to: lastSeen) / Int64(events - 1) : 0
    let slots = Int64(max(1, traffic.slotSeconds)) * 2_000_000_000
    return events > 1 && silence <= max(60_000_000_000, slots, min(pause, 1_200_000_000_000) * 3)
  }
}
