import Model

extension Section {
  /// The answer in one sentence and the few figures that carry it.
  static let verdict = Section(
    id: "verdict",
    html: { result in
      let (verdict, figures) = (Verdict(result), KeyFigures(result))
      let cells = figures.all.map { figure -> HTML in
        "<div><dt>\(figure.name)</dt><dd>\(figure.value)<span>\(figure.note)</span></dd></div>\n"
      }
      let tail: HTML? = verdict.tail.isEmpty ? nil : " \(verdict.tail)."
      return """
        <p class="masthead"><b>Weir</b><span>Investigation</span><span>\(figures.period)</span></p>
        <h1 class="\(verdict.mood.rawValue)"><em>\(verdict.head)\(verdict.tail.isEmpty ? "." : ":")</em>\(tail)</h1>
        <p class="lead">\(figures.lead)</p>
        <dl class="figures">
        \(cells)</dl>

        """
    },
    markdown: { result in
      let (verdict, figures) = (Verdict(result), KeyFigures(result))
      return """
        # \(verdict.sentence)

        \(figures.lead)

        \(Markdown.table(["", "", ""], figures.all.map { [$0.name, $0.value, $0.note] }, numbers: [1]))
        """
    })
}

/// The figures under the verdict, in words ready to be set.
struct KeyFigures {
  struct Figure {
    let name: String
    let value: String
    let note: String
  }

  private let result: InvestigationResult

  init(_ result: InvestigationResult) { self.result = result }

  /// `14 May 2026, 12:00:02 to 13:59:58 UTC`.
  var period: String {
    guard result.traffic.events > 0 else { return "no time covered" }
    let (first, last) = (UTCTime(result.traffic.firstSeen), UTCTime(result.traffic.lastSeen))
    if first.isoDate == last.isoDate { return "\(first.longDate), \(first.clock) to \(last.clock) UTC" }
    return "\(first.longDate) \(first.clockToMinute) to \(last.longDate) \(last.clockToMinute) UTC"
  }

  var lead: String {
    let traffic = result.traffic
    guard traffic.events > 0 else { return unreadable.isEmpty ? "No event was read." : unreadable }
    let read =
      "Read \(Words.count(result.intake.inputs.count, "input")) with \(Words.count(traffic.events, "event")) "
      + "\(length(UTCTime.span(from: traffic.firstSeen, to: traffic.lastSeen)))."
    let held: String
    if result.incidents.isEmpty {
      held =
        result.alerts.isEmpty
        ? "No detection fired." : "\(Words.count(result.alerts.count, "alert")) did not add up to an incident."
    } else {
      let incidents = Words.count(result.incidents.count, "incident")
      held =
        "\(Words.count(result.alerts.count, "alert")) \(result.alerts.count == 1 ? "tells" : "fold into") \(incidents); "
        + "\(Words.share(attack, of: traffic.events)) of the traffic belongs to \(result.incidents.count == 1 ? "it" : "them")."
    }
    return [read, held, unreadable].filter { !$0.isEmpty }.joined(separator: " ")
  }

  var all: [Figure] {
    let traffic = result.traffic
    guard traffic.events > 0 else { return [] }
    let urgent = result.incidents.count { $0.priority == .p1 || $0.priority == .p2 }
    let peak = traffic.timeline.max { $0.events != $1.events ? $0.events < $1.events : $0.at > $1.at }
    let rate = Self.rate(peak.map { Double($0.events) / Double(max(1, traffic.slotSeconds)) } ?? 0)
    return [
      Figure(
        name: "Incidents", value: Words.number(result.incidents.count),
        note: urgent > 0 ? "\(Words.number(urgent)) to act on" : "none to act on"),
      Figure(
        name: "Attack traffic", value: Words.share(attack, of: traffic.events),
        note: "\(Words.number(attack)) of \(Words.number(traffic.events))"),
      Figure(
        name: "Attacking addresses", value: attackers,
        note: "of \(about(traffic.sources))\(Words.number(traffic.sources.count))"),
      Figure(
        name: "Peak", value: rate.value,
        note: peak.map { "events \(rate.unit) at \(UTCTime($0.at).clockToMinute) UTC" } ?? ""),
      Figure(
        name: "Answers 5xx", value: Words.share(serverErrors, of: traffic.events),
        note: Words.count(serverErrors, "answer")),
      Figure(
        name: "Not readable",
        value: Words.share(result.intake.rejected, of: result.intake.rejected + result.intake.events),
        note: Words.count(result.intake.rejected, "line")),
    ]
  }

  private func length(_ span: Int64) -> String { span < 1_000_000_000 ? "within a second" : "over \(Words.span(span))" }

  /// Events of all incidents, each slot of time at most as many as there were.
  private var attack: Int {
    let timeline = Timeline(result)
    let counted = timeline.attack.reduce(0, +)
    return counted > 0 ? counted : min(result.traffic.events, result.incidents.reduce(0) { $0 + $1.events })
  }

  private var serverErrors: Int { result.traffic.timeline.reduce(0) { $0 + $1.serverErrors } }

  private var attackers: String {
    let tallies = result.incidents.map(\.sources)
    let named = Set(tallies.flatMap { $0.top.map(\.ip) }).count
    let isExact = tallies.allSatisfy { !$0.estimated && $0.top.count >= $0.count }
    let count = isExact ? named : max(named, tallies.map(\.count).max() ?? 0)
    return (isExact ? "" : "about ") + Words.number(count)
  }

  private func about(_ tally: SourceTally) -> String { tally.estimated ? "about " : "" }

  private var unreadable: String {
    let failed = result.intake.inputs.count { $0.failure != nil }
    return failed > 0 ? "\(Words.count(failed, "input")) could not be read to the end; see below." : ""
  }

  /// In the unit of time that gives a number above one.
  private static func rate(_ perSecond: Double) -> (value: String, unit: String) {
    if perSecond >= 1 { return (round(perSecond), "a second") }
    return perSecond * 60 >= 1 ? (round(perSecond * 60), "a minute") : (round(perSecond * 3_600), "an hour")
  }

  private static func round(_ number: Double) -> String {
    number >= 10 ? Words.number(Int(number.rounded())) : Decimal2.text((number * 10).rounded() / 10)
  }
}
