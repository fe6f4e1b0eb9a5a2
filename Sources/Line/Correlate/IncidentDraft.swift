import Model

/// The facts of one incident, drawn from its alerts; the story and the id come from elsewhere.
struct IncidentDraft {
  let actor: Actor
  private var alerts: [Alert] { actor.alerts }

  init(_ actor: Actor) { self.actor = actor }

  var incident: Incident {
    let sources = SourceMerge(alerts).tally
    let hosts = hosts
    let kind = kind
    return Incident(
      id: "",
      title: IncidentTitle(kind: kind, isBackground: actor.isBackground, hosts: hosts, sources: sources, alerts: alerts)
        .text,
      kind: kind, severity: severity, priority: priority, confidence: confidence, firstSeen: actor.firstSeen,
      lastSeen: actor.lastSeen, hosts: hosts, events: events, sources: sources, techniques: techniques, phases: phases,
      alerts: alerts.map(\.id), narrative: [], signature: Signature(alerts.map(\.query), ofOneIncident: true).condition)
  }

  /// The kind of the most severe alert; among equals the one that says most about the aim, then the larger.
  private var kind: IncidentKind {
    func isLess(_ a: Alert, _ b: Alert) -> Bool {
      if a.severity != b.severity { return a.severity < b.severity }
      if a.kind != b.kind {
        return a.kind.weight != b.kind.weight ? a.kind.weight < b.kind.weight : a.events < b.events
      }
      return false
    }
    return alerts.max(by: isLess)?.kind ?? .other
  }

  /// The worst alert's; one step higher when reconnaissance, access or payloads led on to a takeover.
  var severity: Severity {
    let worst = actor.severity
    let led = phases.count >= 3 && phases.contains(.takeover) && worst >= .medium
    return led ? Severity.allCases[min(worst.rank + 1, Severity.critical.rank)] : worst
  }

  /// Two different detections that agree are worth more than each alone.
  var confidence: Confidence {
    let best = alerts.map(\.confidence).max() ?? .low
    let sure = Set(alerts.filter { $0.confidence >= .medium }.map(\.detection))
    return best == .medium && sure.count >= 2 && !actor.isBackground ? .high : best
  }

  /// How soon: severity, lowered when hardly sure or when it is stray requests, raised when something got through.
  ///
  /// A 2xx alone does not raise: it shows that a server answered, and detections know what it means for theirs.
  var priority: Priority {
    var score = severity.rank
    if confidence == .low || actor.isBackground || actor.isStray { score -= 1 }
    let outcome = Outcome(alerts)
    if outcome.accountsEntered > 0 || (outcome.gotThrough && confidence == .high && !actor.isStray) { score += 1 }
    return switch score {
    case 4...: .p1
    case 3: .p2
    case 2: .p3
    default: .p4
    }
  }

  private var phases: [Phase] { Set(alerts.map(\.phase)).sorted() }

  private var hosts: [String] { Self.byFrequency(alerts.map { ($0.hosts, $0.events) }) }

  /// By the number of alerts that name them, then by name.
  private var techniques: [String] { Self.byFrequency(alerts.map { ($0.techniques, 1) }) }

  /// Until the recount: alerts of one detection add up, different detections look at the same events.
  private var events: Int {
    var perDetection: [String: Int] = [:]
    for alert in alerts { perDetection[alert.detection, default: 0] &+= alert.events }
    return perDetection.values.max() ?? 0
  }

  private static func byFrequency(_ words: [([String], Int)]) -> [String] {
    var weights: [String: Int] = [:]
    for (words, weight) in words { for word in words { weights[word, default: 0] &+= weight } }
    return weights.sorted { $0.value != $1.value ? $0.value > $1.value : $0.key < $1.key }.map(\.key)
  }
}

extension IncidentKind {
  /// How much this kind says about the aim, for choosing among alerts of one severity.
  var weight: Int {
    switch self {
    case .accountTakeover: 9
    case .exploitation: 8
    case .carding: 7
    case .credentialStuffing: 6
    case .l7Flood, .l3l4Flood, .amplification: 5
    case .apiAbuse, .dnsAbuse: 4
    case .scraping: 3
    case .scanning, .portScan: 2
    case .botAbuse: 1
    case .policyViolation, .other: 0
    }
  }
}
