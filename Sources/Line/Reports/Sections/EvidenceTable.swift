import Model

/// Events as proof: what was sent, what was answered, and the log line itself.
struct EvidenceTable {
  private let evidence: [Evidence]
  private let events: Int

  init(_ evidence: [Evidence], of events: Int) {
    self.evidence = evidence
    self.events = events
  }

  var html: HTML? {
    guard !evidence.isEmpty else { return nil }
    return """
      <details><summary>Evidence: \(Words.number(evidence.count)) of \(Words.count(events, "event"))</summary>
      <div class="scroll"><table class="evidence"><caption>Events as they were logged</caption>
      <thead><tr><th scope="col">Time (UTC)</th><th scope="col">From</th><th scope="col">Request</th>\
      <th scope="col">Answer</th></tr></thead>
      \(evidence.map(row))</table></div></details>

      """
  }

  private func row(_ event: Evidence) -> HTML {
    let note: HTML? = event.note.map { "<p class=\"found\">\($0, limit: 200)</p>" }
    return """
      <tbody><tr><td>\(UTCTime(event.time).clock)</td><td>\(event.source, limit: 60)</td>\
      <td class="request">\(request(event))</td><td>\(event.status.map(String.init) ?? "–")</td></tr>
      <tr class="raw"><td colspan="4">\(note)<code>\(event.raw, limit: 600)</code>\
      <span class="note">\(event.input, limit: 120), line \(event.line)</span></td></tr></tbody>

      """
  }

  private func request(_ event: Evidence) -> HTML {
    let method: HTML? = event.method.map { "<b>\($0, limit: 20)</b> " }
    let uri: HTML? = event.uri.map { "\($0, limit: 240)" }
    return method == nil && uri == nil ? "–" : "\(method)\(uri)"
  }
}
