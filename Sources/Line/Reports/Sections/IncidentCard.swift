import Model

/// One incident as a card of the page.
struct IncidentCard {
  private let view: IncidentView
  private var incident: Incident { view.incident }

  init(_ view: IncidentView) { self.view = view }

  var html: HTML {
    isFolded
      ? """
      <article class="incident \(incident.severity.rawValue)" id="\(incident.id)">
      <details class="fold"><summary>\(heading)</summary>
      \(content)</details>
      </article>

      """
      : """
      <article class="incident \(incident.severity.rawValue)" id="\(incident.id)">
      \(heading)\(content)</article>

      """
  }

  /// What can wait, and whatever comes after the first dozen, shows its heading only.
  private var isFolded: Bool { incident.priority == .p4 || view.number > 12 }

  private var heading: HTML {
    """
    <header>
    <p class="tags"><b class="prio">\(incident.priority.rawValue)</b><span class="prio-words">\(incident.priority.words)</span>\
    <span class="sev">\(incident.severity.rawValue)</span><span>\(incident.confidence.rawValue) confidence</span>\
    <span class="id">\(incident.id)</span></p>
    <h3><span class="no">\(view.number)</span>\(incident.title, limit: 160)</h3>
    <p class="span">\(view.span) <span>\(view.length)</span></p>
    </header>

    """
  }

  private var content: HTML {
    """
    \(phases)<div class="body">
    <div class="story">
    \(story)\(advice)\(reasons)</div>
    <aside>
    \(facts)\(sources)\(targets)\(techniques)</aside>
    </div>
    <div class="proof">
    \(signature)\(EvidenceTable(view.evidence, of: incident.events).html)</div>

    """
  }

  private var phases: HTML {
    let steps = Phase.allCases.map { phase -> HTML in
      incident.phases.contains(phase)
        ? "<li class=\"on\">\(phase.rawValue)</li>" : "<li>\(phase.rawValue)</li>"
    }
    return
      "<ol class=\"phases\" aria-label=\"Phases seen: \(incident.phases.map(\.rawValue).joined(separator: ", "))\">\(steps)</ol>\n"
  }

  private var advice: HTML? {
    view.advice.map { "<p class=\"advice\"><a href=\"#do-\(incident.id)\">What to do</a> \($0, limit: 600)</p>\n" }
  }

  private var story: HTML {
    let sentences = incident.narrative.map { sentence -> HTML in
      """
      <li><time datetime="\(UTCTime.rfc3339(sentence.at))">\(UTCTime(sentence.at).clock)</time>
      <div><p>\(sentence.text, limit: 600)</p>
      <details><summary>Check: \(Words.count(sentence.count, "event"))</summary><pre><code>\(view.result.run.huntCommand(sentence.query), limit: 8_000)</code></pre></details></div></li>

      """
    }
    return sentences.isEmpty ? .empty : "<h4 class=\"hidden\">What happened</h4>\n<ol>\n\(sentences)</ol>\n"
  }

  private var facts: HTML {
    """
    <dl class="facts">
    <div><dt>Events</dt><dd>\(Words.number(incident.events))</dd></div>
    <div><dt>Addresses</dt><dd>\(view.sources)</dd></div>
    <div><dt>Kind</dt><dd>\(incident.kind.words)</dd></div>
    <div><dt>\(incident.hosts.count > 1 ? "Hosts" : "Host")</dt><dd>\(hosts)</dd></div>
    </dl>

    """
  }

  private var hosts: HTML {
    let names = incident.hosts.prefix(3).map { host -> HTML in "<span class=\"cut\">\(host, limit: 80)</span>" }
    let more: HTML? = incident.hosts.count > 3 ? " and \(incident.hosts.count - 3) more" : nil
    return incident.hosts.isEmpty ? "not in the log" : "\(names)\(more)"
  }

  private var sources: HTML? {
    guard incident.sources.count > 0, let most = incident.sources.top.first?.events, most > 0 else { return nil }
    let rows = incident.sources.top.prefix(6).map { source -> HTML in
      """
      <tr><th scope="row"><span class="cut">\(source.ip, limit: 60)<span class="holder">\(view.holder(of: source), limit: 40)\
      </span></span><i style="width:\(Double(source.events) / Double(most) * 100)%"></i></th>\
      <td>\(Words.number(source.events))</td></tr>

      """
    }
    let shown = min(6, incident.sources.top.count)
    let more: HTML? =
      incident.sources.count > shown
      ? "<p class=\"note\">and \(incident.sources.estimated ? "about " : "")\(Words.count(incident.sources.count - shown, "other")), see incidents.json</p>\n"
      : nil
    return """
      <table class="ranked"><caption>Busiest addresses</caption><thead class="hidden"><tr><th scope="col">Address</th>\
      <th scope="col">Events</th></tr></thead>
      <tbody>\(rows)</tbody></table>
      \(more)
      """
  }

  private var targets: HTML? {
    guard !view.targets.isEmpty else { return nil }
    let items = view.targets.prefix(8).map { target -> HTML in "<li>\(target, limit: 90)</li>" }
    let more: HTML? = view.targets.count > 8 ? "<li class=\"note\">and more</li>" : nil
    return "<h4>Aimed at</h4>\n<ul class=\"targets\">\(items)\(more)</ul>\n"
  }

  private var techniques: HTML? {
    guard !incident.techniques.isEmpty else { return nil }
    let items = incident.techniques.prefix(8).map { id -> HTML in
      "<li><code>\(id, limit: 20)</code> \(Technique.named(id)?.name ?? "")</li>"
    }
    return "<h4>ATT&amp;CK</h4>\n<ul class=\"plain\">\(items)</ul>\n"
  }

  private var reasons: HTML? {
    guard !view.reasons.isEmpty else { return nil }
    let items = view.reasons.prefix(5).map { reason -> HTML in
      let times: HTML? = reason.alerts > 1 ? " <span class=\"note\">\(Words.count(reason.alerts, "alert"))</span>" : nil
      let text: HTML? = reason.text.isEmpty ? nil : "<p>\(reason.text, limit: 400)</p>"
      return "<li><b>\(reason.title, limit: 120)</b>\(times)\(text)</li>\n"
    }
    let rest = view.reasons.count - items.count
    let more: HTML? = rest > 0 ? "<li class=\"note\">and \(Words.count(rest, "more detection"))</li>" : nil
    return "<h4>Why it was raised</h4>\n<ul class=\"reasons\">\n\(items)\(more)</ul>\n"
  }

  private var signature: HTML? {
    guard !incident.signature.isEmpty else { return nil }
    return """
      <details><summary>Signature: the condition that selects its events</summary>
      <pre><code>\(incident.signature, limit: 8_000)</code></pre></details>

      """
  }
}
