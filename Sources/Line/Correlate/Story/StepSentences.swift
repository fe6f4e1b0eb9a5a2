import Model

/// What was tried: one sentence for each kind of deed, in order of its begin.
struct StepSentences {
  private static let most = 3
  private let scene: Scene

  init(_ scene: Scene) { self.scene = scene }

  var templates: [SentenceTemplate] {
    Self.steps(of: Self.telling(scene)).map { alerts in
      let query = Signature(alerts.map(\.query)).condition
      let (scene, deed) = (scene, Deed(alerts))
      return SentenceTemplate(query: query) { tally in
        guard tally.events > 0 else { return nil }
        return NarrativeSentence(
          at: tally.firstSeen ?? alerts[0].firstSeen,
          text: deed.sentence(count: tally.events, of: scene.incident.events, noun: scene.noun),
          query: query, count: tally.events)
      }
    }
  }

  /// Without what a lesser kind says of the same requests: an intruder who asks for many pages is no scraper.
  private static func telling(_ scene: Scene) -> [Alert] {
    guard scene.incident.kind.family != .automation else { return scene.alerts }
    let telling = scene.alerts.filter { $0.kind.family != .automation }
    return telling.isEmpty ? scene.alerts : telling
  }

  /// Alerts by kind, so that no deed is told twice; the weightiest few, in order of time.
  private static func steps(of alerts: [Alert]) -> [[Alert]] {
    var places: [IncidentKind: Int] = [:]
    var steps: [[Alert]] = []
    for alert in alerts {
      if let place = places[alert.kind] {
        steps[place].append(alert)
      } else {
        places[alert.kind] = steps.count
        steps.append([alert])
      }
    }
    let weighty = steps.indices.sorted { a, b in
      let (x, y) = (weight(steps[a]), weight(steps[b]))
      return x != y ? x > y : a < b
    }
    return weighty.prefix(most).sorted().map { steps[$0] }
  }

  private static func weight(_ alerts: [Alert]) -> Int {
    let worst = alerts.map(\.severity.rank).max() ?? 0
    return worst * 100 + (alerts[0].kind.weight)
  }
}

/// One kind of deed in words.
private struct Deed {
  let kind: IncidentKind
  let phase: Phase
  let classes: [String]
  let targets: [String]
  let sources: SourceTally
  let title: String
  /// The busiest second of the largest of them.
  let peak: PacketPeak?

  init(_ alerts: [Alert]) {
    kind = alerts[0].kind
    phase = alerts[0].phase
    classes = PayloadNames.list(of: alerts)
    targets = Self.mostNamed(alerts)
    sources = SourceMerge(alerts).tally
    peak = alerts.compactMap(\.peak).max { ($0.packets, $0.bytes) < ($1.packets, $1.bytes) }
    title = alerts.max { ($0.severity, $1.id) < ($1.severity, $0.id) }?.title ?? ""
  }

  /// `all` is the incident's number, told by the sentence before: the same number is not said twice.
  func sentence(count: Int, of all: Int, noun: String) -> String {
    let isAll = count == all
    let many = !isAll ? Words.count(count, noun) : count == 1 ? "It" : "All of them"
    let origin = isAll ? "" : self.origin
    let those = count == 1 ? "it" : "them"
    return switch kind {
    case .scanning: "\(many) probed for what should not be public\(named(", such as"))."
    case .portScan: "\(many) tried ports\(named(", such as"))."
    case .exploitation:
      classes.isEmpty
        ? "\(many) went for known weaknesses\(named(", such as"))."
        : "\(many) carried \(Words.list(classes)) payloads\(named(", aimed at"))."
    case .credentialStuffing: "\(many) tried log-ins\(named(" on"))\(origin)."
    case .accountTakeover:
      "\(many) \(count == 1 ? "belongs" : "belong") to log-ins that worked after a row of failures\(named(":"))."
    case .l7Flood: "\(many) flooded\(targets.isEmpty ? " the site" : named(""))\(origin)."
    case .l3l4Flood, .amplification:
      "\(many) made up the flood\(named(" on"))\(origin)\(peak.map { ", with \($0.words)" } ?? "")."
    case .scraping: "\(many) went through the site page by page\(named(", among them"))."
    case .apiAbuse: "\(many) worked through the interface in a way no application does\(named(", mostly"))."
    case .botAbuse: "\(many) came from robots that are not what they claim or do not belong here\(origin)."
    case .carding: "\(many) tested payment data\(named(" on"))\(origin)."
    case .dnsAbuse: "\(many) abused name resolution\(named(", with"))."
    case .policyViolation: "\(many) broke the site's rules\(named(", among \(those)"))."
    case .other: "\(many): \(title)\(named(", on"))."
    }
  }

  private var origin: String { sources.count > 1 ? " from \(Scene.addresses(sources))" : "" }

  private func named(_ lead: String) -> String {
    targets.isEmpty ? "" : "\(lead) \(Words.list(targets.map(Scene.name), limit: 3))"
  }

  /// Targets by the number of alerts that name them, weighted by their place in each alert's own order.
  private static func mostNamed(_ alerts: [Alert]) -> [String] {
    var scores: [String: Int] = [:]
    for alert in alerts {
      for (rank, target) in alert.targets.prefix(20).enumerated() { scores[target, default: 0] += 20 - rank }
    }
    return scores.sorted { $0.value != $1.value ? $0.value > $1.value : $0.key < $1.key }.map(\.key)
  }
}
