import Model

extension Section {
  /// A card for each incident, the most urgent first; those that can wait are folded up.
  static let incidents = Section(
    id: "incidents",
    html: { result in
      guard !result.incidents.isEmpty else { return nil }
      let alerts = Dictionary(result.alerts.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
      let cards = result.incidents.enumerated().map { index, incident in
        IncidentCard(
          IncidentView(incident, number: index + 1, alerts: incident.alerts.compactMap { alerts[$0] }, result: result)
        ).html
      }
      return "<h2>\(Words.count(result.incidents.count, "incident"))</h2>\n\(cards)"
    },
    markdown: { result in
      guard !result.incidents.isEmpty else { return nil }
      let alerts = Dictionary(result.alerts.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
      let texts = result.incidents.enumerated().map { index, incident in
        IncidentText(
          IncidentView(incident, number: index + 1, alerts: incident.alerts.compactMap { alerts[$0] }, result: result)
        ).markdown
      }
      return "## \(Words.count(result.incidents.count, "incident"))\n\n\(texts)"
    })
}

/// What is shown of one incident, the same on the page and in Markdown.
struct IncidentView {
  let incident: Incident
  let number: Int
  let alerts: [Alert]
  let result: InvestigationResult

  init(_ incident: Incident, number: Int, alerts: [Alert], result: InvestigationResult) {
    self.incident = incident
    self.number = number
    self.alerts = alerts
    self.result = result
  }

  /// `12:03:11 to 12:31:02 UTC`, with dates where it crosses midnight.
  var span: String {
    let (first, last) = (UTCTime(incident.firstSeen), UTCTime(incident.lastSeen))
    if first.isoDate == last.isoDate { return "\(first.shortDate) \(first.clock) to \(last.clock) UTC" }
    return "\(first.shortDate) \(first.clockToMinute) to \(last.shortDate) \(last.clockToMinute) UTC"
  }

  var length: String {
    let span = Words.span(UTCTime.span(from: incident.firstSeen, to: incident.lastSeen))
    return incident.isOngoing(in: result.traffic) ? "\(span), still going on at the end of the log" : span
  }

  /// What is recommended, in a sentence or two; the section on mitigations tells the rest.
  var advice: String? { result.proposals.first { $0.incident == incident.id && $0.choice != nil }?.verdict }

  var sources: String {
    "\(incident.sources.estimated ? "about " : "")\(Words.number(incident.sources.count))"
  }

  /// What was aimed at, by how often alerts name it.
  var targets: [String] {
    var scores: [String: Int] = [:]
    for alert in alerts {
      for (rank, target) in alert.targets.prefix(20).enumerated() { scores[target, default: 0] += 20 - rank }
    }
    return scores.sorted { $0.value != $1.value ? $0.value > $1.value : $0.key < $1.key }.prefix(12).map(\.key)
  }

  /// Why it was raised: alerts by detection, the most severe first, each with the reason of its largest alert.
  var reasons: [Reason] {
    var byDetection: [String: [Alert]] = [:]
    for alert in alerts { byDetection[alert.detection, default: []].append(alert) }
    return byDetection.values.map { group in
      let largest = group.max { ($0.severity, $0.events, $1.id) < ($1.severity, $1.events, $0.id) }!
      return Reason(
        title: largest.title, detection: largest.detection, severity: largest.severity, alerts: group.count,
        text: largest.reason)
    }.sorted { ($1.severity, $1.alerts, $0.detection) < ($0.severity, $0.alerts, $1.detection) }
  }

  struct Reason {
    let title: String
    let detection: String
    let severity: Severity
    let alerts: Int
    let text: String
  }

  /// A dozen events as proof: each detection in turn, so that none crowds out the others; then in order of time.
  var evidence: [Evidence] {
    var queues = Dictionary(grouping: alerts, by: \.detection).sorted { $0.key < $1.key }
      .map { $0.value.flatMap(\.evidence)[...] }
    var seen: Set<String> = []
    var taken: [Evidence] = []
    while taken.count < 12, queues.contains(where: { !$0.isEmpty }) {
      for index in queues.indices where taken.count < 12 {
        guard let next = queues[index].popFirst() else { continue }
        if seen.insert("\(next.line) \(next.input)").inserted { taken.append(next) }
      }
    }
    return taken.sorted { ($0.time, $0.input, $0.line) < ($1.time, $1.input, $1.line) }
  }

  func holder(of source: SourceCount) -> String {
    [source.asn.map { "AS\($0)" }, source.country].compactMap { $0 }.joined(separator: " ")
  }
}

extension IncidentKind {
  /// As a person says it.
  var words: String {
    switch self {
    case .l7Flood: "request flood"
    case .credentialStuffing: "credential stuffing"
    case .accountTakeover: "account takeover"
    case .scanning: "scanning"
    case .exploitation: "exploitation"
    case .scraping: "scraping"
    case .apiAbuse: "API abuse"
    case .botAbuse: "bot abuse"
    case .carding: "card testing"
    case .l3l4Flood: "packet flood"
    case .amplification: "reflection"
    case .portScan: "port scan"
    case .dnsAbuse: "DNS abuse"
    case .policyViolation: "policy violation"
    case .other: "other"
    }
  }
}

extension Priority {
  /// What the letter and digit mean.
  var words: String {
    switch self {
    case .p1: "act now"
    case .p2: "act soon"
    case .p3: "review in this shift"
    case .p4: "can wait"
    }
  }
}
