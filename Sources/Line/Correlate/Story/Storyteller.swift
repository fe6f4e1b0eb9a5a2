import Model

/// Tells an incident in order of time, each sentence with the condition that gives its number back.
///
/// Two steps: `queries` says what has to be counted over the input, `told` writes the story with those counts. What
/// comes from the alerts rather than from the count says "about" where it is an estimate.
package struct Storyteller: Sendable {
  /// More is not read. Source: the lead's brief of three to eight sentences, as in an after-action report's summary.
  static let mostSentences = 8

  let traffic: TrafficSummary

  package init(traffic: TrafficSummary) { self.traffic = traffic }

  /// Every condition to be counted for these incidents, each once, in a fixed order.
  package func queries(for incidents: [(incident: Incident, alerts: [Alert])]) -> [String] {
    var seen: Set<String> = []
    return incidents.flatMap { [$0.incident.signature] + sentences(of: $0.incident, alerts: $0.alerts).map(\.query) }
      .filter { !$0.isEmpty && seen.insert($0).inserted }
  }

  /// The incident with its exact number of events, first and last one, its course over time and its story.
  ///
  /// A sentence whose condition nobody counted is left out rather than guessed.
  package func told(_ incident: Incident, alerts: [Alert], tallies: [String: QueryTally]) -> Incident {
    var incident = incident
    if let whole = tallies[incident.signature], whole.events > 0 {
      incident.events = whole.events
      incident.firstSeen = whole.firstSeen ?? incident.firstSeen
      incident.lastSeen = whole.lastSeen ?? incident.lastSeen
      incident.timeline = whole.slots
    }
    let told = sentences(of: incident, alerts: alerts).compactMap { template in
      tallies[template.query].flatMap(template.tell)
    }
    // The beginning stays in front even where the clock of a later sentence says the same.
    let ordered = told.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }
    incident.narrative = ordered.prefix(Self.mostSentences).map(\.element)
    return incident
  }

  /// The story's sentences: the beginning, what lies between (put in order of time once told), the end.
  func sentences(of incident: Incident, alerts: [Alert]) -> [SentenceTemplate] {
    let scene = Scene(incident: incident, alerts: alerts, traffic: traffic)
    let steps = StepSentences(scene).templates
    return [BeginningSentence(scene).template] + steps
      + [PeakSentence(scene).template] + OutcomeSentences(scene).templates + [EndingSentence(scene).template]
  }
}

/// What every sentence of one story draws on.
struct Scene: Sendable {
  let incident: Incident
  let alerts: [Alert]
  let traffic: TrafficSummary

  /// `request` where the log shows requests, `event` where it shows something else.
  var noun: String {
    if alerts.contains(where: { $0.peak != nil }) {
      return alerts.contains { $0.evidence.contains { $0.raw.contains(", flow of ") } } ? "flow" : "packet"
    }
    if incident.kind == .l3l4Flood || incident.kind == .amplification || incident.kind == .portScan { return "event" }
    return alerts.contains { $0.evidence.contains { $0.method != nil || $0.uri != nil } } ? "request" : "event"
  }

  func events(_ count: Int) -> String { Words.count(count, noun) }

  static func addresses(_ tally: SourceTally) -> String {
    "\(tally.estimated ? "about " : "")\(Words.count(tally.count, "address", "addresses"))"
  }

  /// A name from the log inside a sentence: cut, since paths may be thousands of bytes long.
  static func name(_ text: String) -> String { text.count > 60 ? text.prefix(59) + "…" : text }

  static func clock(_ time: Int64) -> String { UTCTime(time).clock }
}
