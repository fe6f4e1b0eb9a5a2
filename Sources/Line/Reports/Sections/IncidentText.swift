import Model

/// One incident as Markdown.
struct IncidentText {
  private let view: IncidentView
  private var incident: Incident { view.incident }

  init(_ view: IncidentView) { self.view = view }

  var markdown: Markdown {
    """
    ### \(view.number)\\. \(incident.title, limit: 160)

    **\(incident.priority.rawValue) \(incident.priority.words)** · severity \(incident.severity.rawValue) · \
    \(incident.confidence.rawValue) confidence · \(incident.kind.words) · \(incident.id)  
    \(view.span) (\(view.length)) · \(Words.count(incident.events, "event")) · \(addresses)  
    Phases: \(incident.phases.map(\.rawValue).joined(separator: " → "))

    \(story)
    \(advice)\(sources)\(targets)\(techniques)\(reasons)\(signature)\(evidence)
    """
  }

  private var addresses: String { "\(view.sources) \(incident.sources.count == 1 ? "address" : "addresses")" }

  private var story: Markdown {
    let sentences = incident.narrative.map { sentence -> Markdown in
      "- **\(UTCTime(sentence.at).clock)** \(sentence.text, limit: 600)\n"
    }
    let commands = incident.narrative.map { view.result.run.huntCommand($0.query) }
    var seen: Set<String> = []
    let unique = commands.filter { seen.insert($0).inserted }
    return unique.isEmpty
      ? .empty : "\(sentences)\nThe numbers again, sentence by sentence:\n\n\(Markdown.block(unique, limit: 4_000))"
  }

  private var advice: Markdown {
    view.advice.map { "**What to do:** \($0, limit: 600)\n\n" } ?? .empty
  }

  private var sources: Markdown {
    let rows = incident.sources.top.prefix(10).map { [$0.ip, view.holder(of: $0), Words.number($0.events)] }
    return rows.isEmpty ? .empty : "\(Markdown.table(["Busiest addresses", "Network", "Events"], rows, numbers: [2]))\n"
  }

  private var targets: Markdown {
    let items = view.targets.map { target -> Markdown in "- \(target, limit: 160)\n" }
    return items.isEmpty ? .empty : "Aimed at:\n\n\(items)\n"
  }

  private var techniques: Markdown {
    let items = incident.techniques.map { id -> Markdown in "- \(Technique.label(id), limit: 80)\n" }
    return items.isEmpty ? .empty : "ATT\\&CK:\n\n\(items)\n"
  }

  private var reasons: Markdown {
    let items = view.reasons.map { reason -> Markdown in
      "- **\(reason.title, limit: 120)** (\(Words.count(reason.alerts, "alert"))): \(reason.text, limit: 400)\n"
    }
    return items.isEmpty ? .empty : "Why it was raised:\n\n\(items)\n"
  }

  private var signature: Markdown {
    incident.signature.isEmpty
      ? .empty : "The condition that selects its events:\n\n\(Markdown.block([incident.signature], limit: 8_000))\n"
  }

  private var evidence: Markdown {
    let lines = view.evidence.map(\.raw)
    return lines.isEmpty ? .empty : "Evidence, as logged:\n\n\(Markdown.block(lines, limit: 600))"
  }
}
