import Model

/// What came of it: payloads that were answered, servers that failed, requests that the edge had stopped already.
struct OutcomeSentences {
  private let scene: Scene

  init(_ scene: Scene) { self.scene = scene }

  var templates: [SentenceTemplate] { [stopped, failed, answered].compactMap { $0 } }

  private var knowsStatus: Bool { scene.alerts.contains { $0.evidence.contains { $0.status != nil } } }

  /// Answers of any kind prove nothing for a probe; for a payload a 2xx is worth a look.
  private var answered: SentenceTemplate? {
    let payloads = scene.alerts.filter { $0.phase == .exploitation }
    guard !payloads.isEmpty, knowsStatus else { return nil }
    let query = QueryText.both(
      Signature(payloads.map(\.query)).condition, "http.response.code ge 200 and http.response.code lt 300")
    let end = scene.incident.lastSeen
    return SentenceTemplate(query: query) { tally in
      let text =
        switch tally.events {
        case 0: "None of the exploit attempts was answered with success (2xx)."
        case 1: "One exploit attempt was answered with success (2xx): look at what it returned."
        default:
          "\(Words.number(tally.events)) exploit attempts were answered with success (2xx): look at what they returned."
        }
      return NarrativeSentence(at: tally.firstSeen ?? end, text: text, query: query, count: tally.events)
    }
  }

  private var failed: SentenceTemplate? {
    guard scene.incident.kind.family == .flood, knowsStatus else { return nil }
    let query = QueryText.both(scene.incident.signature, "http.response.code ge 500")
    let (end, all) = (scene.incident.lastSeen, scene.incident.events)
    return SentenceTemplate(query: query) { tally in
      let text =
        tally.events == 0
        ? "None of them was answered with a server error (5xx)."
        : "\(Words.number(tally.events)) of them (\(Words.share(tally.events, of: max(all, tally.events)))) were "
          + "answered with a server error (5xx)."
      return NarrativeSentence(at: tally.firstSeen ?? end, text: text, query: query, count: tally.events)
    }
  }

  private var stopped: SentenceTemplate? {
    let query = QueryText.both(
      scene.incident.signature,
      "security.action in {\"block\" \"blocked\" \"deny\" \"drop\" \"challenge\" \"js_challenge\" \"managed_challenge\"}"
    )
    let all = scene.incident.events
    return SentenceTemplate(query: query) { tally in
      guard let first = tally.firstSeen, tally.events > 0 else { return nil }
      let text =
        "\(Words.number(tally.events)) of them (\(Words.share(tally.events, of: max(all, tally.events)))) had been "
        + "blocked or challenged at the edge already."
      return NarrativeSentence(at: first, text: text, query: query, count: tally.events)
    }
  }
}
