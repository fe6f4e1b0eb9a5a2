import Model

extension Section {
  /// Traffic and attack over time, a lane for each incident, errors on a logarithmic scale.
  static let timeline = Section(
    id: "timeline",
    html: { result in
      let timeline = Timeline(result)
      guard timeline.count > 0, result.traffic.events > 0 else { return nil }
      return """
        <h2>Over time</h2>
        <figure class="chart">
        <figcaption>Events per \(Words.slot(timeline)) <i class="k-rest"></i>ordinary traffic \
        <i class="k-attack"></i>attack</figcaption>
        \(TrafficChart(timeline).html)\(IncidentLanes(result, timeline).html)\(ErrorChart(timeline).html)\
        \(TimeAxis(timeline).html)</figure>
        \(TimelineTable(timeline).html)
        """
    },
    markdown: { result in
      let timeline = Timeline(result)
      guard timeline.count > 0, result.traffic.events > 0 else { return nil }
      return """
        ## Over time

        \(Markdown.table(TimelineTable.head, TimelineTable(timeline).rows, numbers: [1, 2, 3, 4]))
        """
    })
}

extension Words {
  /// Length of a slot: `second`, `30 seconds`, `2 minutes`.
  fileprivate static func slot(_ timeline: Timeline) -> String {
    let seconds = Int(timeline.slotNanoseconds / 1_000_000_000)
    if seconds == 1 { return "second" }
    if seconds == 60 { return "minute" }
    if seconds == 3_600 { return "hour" }
    return span(timeline.slotNanoseconds)
  }
}

/// Ordinary traffic with the attack stacked on it.
private struct TrafficChart {
  private static let height = 200.0
  let timeline: Timeline

  init(_ timeline: Timeline) { self.timeline = timeline }

  var html: HTML {
    let top = niceCeiling(timeline.total.max() ?? 1)
    let scale = { (value: Int) in Double(value) / Double(top) }
    let rest = zip(timeline.total, timeline.attack).map { scale($0 - $1) }
    let whole = timeline.total.map(scale)
    let none = [Double](repeating: 0, count: rest.count)
    return """
      <div class="plot tall">
      <svg viewBox="0 0 \(timeline.count) 200" preserveAspectRatio="none" role="img" aria-label="\(summary)">
      <path class="rest" d="\(Geometry.area(floor: none, ceiling: rest, height: Self.height))"/>
      <path class="attack" d="\(Geometry.area(floor: rest, ceiling: whole, height: Self.height))"/>
      </svg>
      \(Gridlines.html([1, 0.5, 0].map { (at: $0, label: Words.short(Int((Double(top) * $0).rounded()))) }))</div>

      """
  }

  private var summary: String {
    let (events, attack) = (timeline.total.reduce(0, +), timeline.attack.reduce(0, +))
    return "\(Words.number(events)) events, \(Words.number(attack)) of them attack; the table below has the numbers"
  }
}

/// Horizontal lines with their values, as fractions of the plot's height.
enum Gridlines {
  static func html(_ lines: [(at: Double, label: String)]) -> HTML {
    let marks = lines.map { line -> HTML in
      "<span class=\"y\" style=\"bottom:\(line.at * 100)%\" aria-hidden=\"true\"><b>\(line.label)</b></span>\n"
    }
    return "\(marks)"
  }
}

/// One strip per incident: when it was there, and how strongly.
private struct IncidentLanes {
  private static let most = 8
  let result: InvestigationResult
  let timeline: Timeline

  init(_ result: InvestigationResult, _ timeline: Timeline) {
    self.result = result
    self.timeline = timeline
  }

  var html: HTML {
    let shown = result.incidents.prefix(Self.most)
    let lanes = shown.enumerated().map { lane($0.element, number: $0.offset + 1) }
    let more: HTML? =
      result.incidents.count > Self.most
      ? "<p class=\"note\">\(Words.count(result.incidents.count - Self.most, "more incident")) below.</p>\n" : nil
    return lanes.isEmpty ? .empty : "<div class=\"lanes\">\n\(lanes)\(more)</div>\n"
  }

  private func lane(_ incident: Incident, number: Int) -> HTML {
    let (left, right) = (timeline.position(of: incident.firstSeen), timeline.position(of: incident.lastSeen))
    // The label stands where it has more room: from the span's begin on, or up to its end.
    let end = max(left, right)
    let side: HTML =
      end > 1 - left ? "left:0;right:\((1 - end) * 100)%;text-align:right" : "left:\(left * 100)%;right:0"
    return """
      <div class="lane \(incident.severity.rawValue)">
      <a href="#\(incident.id)" style="\(side)"><b>\(number)</b> \(incident.title, limit: 90)</a>
      <svg viewBox="0 0 \(timeline.count) 10" preserveAspectRatio="none" aria-hidden="true">\(cells(incident, left, right))</svg>
      </div>

      """
  }

  /// Depth of colour by the square root of the share of the incident's own peak: a trickle stays visible.
  private func cells(_ incident: Incident, _ left: Double, _ right: Double) -> HTML {
    let slots = Array(incident.timeline.prefix(timeline.count))
    guard let peak = slots.max(), peak > 0 else {
      let width = max(1, (right - left) * Double(timeline.count))
      return "<rect x=\"\(left * Double(timeline.count))\" y=\"0\" width=\"\(width)\" height=\"10\"/>"
    }
    var runs: [(first: Int, end: Int, depth: Double)] = []
    for (index, events) in slots.enumerated() where events > 0 {
      let depth = ((Double(events) / Double(peak)).squareRoot() * 4).rounded(.up) / 4
      if let last = runs.last, last.end == index, last.depth == depth {
        runs[runs.count - 1].end = index + 1
      } else {
        runs.append((index, index + 1, depth))
      }
    }
    let rects = runs.map { run -> HTML in
      "<rect x=\"\(run.first)\" y=\"0\" width=\"\(run.end - run.first)\" height=\"10\" opacity=\"\(0.15 + 0.85 * run.depth)\"/>"
    }
    return "\(rects)"
  }
}

/// Answers 4xx and 5xx: their scale is logarithmic, since a few hundred 5xx matter beside a million requests.
private struct ErrorChart {
  private static let height = 72.0
  let timeline: Timeline

  init(_ timeline: Timeline) { self.timeline = timeline }

  var html: HTML? {
    let most = max(timeline.clientErrors.max() ?? 0, timeline.serverErrors.max() ?? 0)
    guard most > 0 else { return nil }
    var top = 10
    while top < most { top *= 10 }
    let decades = Double(String(top).count - 1)
    let scale = { (value: Int) in value < 1 ? 0 : (Self.log10(Double(value)) + 0.3) / (decades + 0.3) }
    let labels = stride(from: decades, through: 0, by: decades > 3 ? -2 : -1).map { decade in
      (at: (decade + 0.3) / (decades + 0.3), label: Words.short(Self.power(Int(decade))))
    }
    return """
      <figcaption class="second">Errors per \(Words.slot(timeline)), logarithmic <i class="k-4xx"></i>4xx \
      <i class="k-5xx"></i>5xx</figcaption>
      <div class="plot low">
      <svg viewBox="0 0 \(timeline.count) 72" preserveAspectRatio="none" role="img" aria-label="\(summary)">
      <path class="e4xx" d="\(Geometry.steps(timeline.clientErrors.map(scale), height: Self.height))"/>
      <path class="e5xx" d="\(Geometry.steps(timeline.serverErrors.map(scale), height: Self.height))"/>
      </svg>
      \(Gridlines.html(labels))</div>

      """
  }

  private var summary: String {
    "\(Words.number(timeline.clientErrors.reduce(0, +))) answers 4xx, "
      + "\(Words.number(timeline.serverErrors.reduce(0, +))) answers 5xx"
  }

  private static func power(_ exponent: Int) -> Int { (0..<exponent).reduce(1) { value, _ in value * 10 } }

  /// Decimal logarithm by halving, to stay without a mathematics library; good to a hundredth of a decade.
  private static func log10(_ value: Double) -> Double {
    var (rest, result, step) = (value, 0.0, 1.0)
    while rest >= 10 {
      rest /= 10
      result += 1
    }
    for _ in 0..<10 {
      rest *= rest
      step /= 2
      if rest >= 10 {
        rest /= 10
        result += step
      }
    }
    return result
  }
}

private struct TimeAxis {
  let timeline: Timeline

  init(_ timeline: Timeline) { self.timeline = timeline }

  var html: HTML {
    let ticks = TimeTicks(from: timeline.start, to: timeline.end).ticks.map { tick -> HTML in
      "<span style=\"left:\(timeline.position(of: tick.at) * 100)%\">\(tick.label)</span>\n"
    }
    return "<div class=\"axis\" aria-hidden=\"true\">\n\(ticks)</div>\n"
  }
}

/// The chart's numbers, some two dozen rows at most, for those who read rather than look.
private struct TimelineTable {
  static let head = ["From (UTC)", "Events", "Attack", "4xx", "5xx"]
  private static let most = 24
  let timeline: Timeline

  init(_ timeline: Timeline) { self.timeline = timeline }

  var rows: [[String]] {
    let group = (timeline.count + Self.most - 1) / Self.most
    let isLong = UTCTime.span(from: timeline.start, to: timeline.end) > 86_400_000_000_000
    return stride(from: 0, to: timeline.count, by: max(1, group)).map { first in
      let slots = first..<min(timeline.count, first + group)
      let time = UTCTime(timeline.start &+ Int64(first) &* timeline.slotNanoseconds)
      let sums = [timeline.total, timeline.attack, timeline.clientErrors, timeline.serverErrors].map {
        Words.number($0[slots].reduce(0, +))
      }
      return [isLong ? "\(time.shortDate) \(time.clockToMinute)" : time.clock] + sums
    }
  }

  var html: HTML {
    let head = Self.head.map { name -> HTML in "<th scope=\"col\">\(name)</th>" }
    let body = rows.map { row -> HTML in
      let cells = row.dropFirst().map { cell -> HTML in "<td>\(cell)</td>" }
      return "<tr><th scope=\"row\">\(row[0])</th>\(cells)</tr>\n"
    }
    return """
      <details><summary>The chart's numbers</summary>
      <div class="scroll"><table class="numbers"><caption>Events over time</caption>
      <thead><tr>\(head)</tr></thead>
      <tbody>
      \(body)</tbody></table></div></details>

      """
  }
}
