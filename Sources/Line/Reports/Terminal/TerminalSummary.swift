import Model

/// The result on one screen: the answer first, one line or two for each incident, then where the reports are.
package struct TerminalSummary {
  private let result: InvestigationResult
  private let folder: String?
  private let paint: TerminalPaint
  private let columns: Int
  private let rows: Int

  /// `folder` is where reports were written, nil where none were. Colours only when asked for: the caller knows whether
  /// it writes to a terminal and whether `NO_COLOR` is set.
  package init(
    _ result: InvestigationResult, folder: String? = nil, colours: Bool = false, columns: Int = 80, rows: Int = 24
  ) {
    self.result = result
    self.folder = folder
    paint = TerminalPaint(isOn: colours)
    self.columns = max(40, columns)
    self.rows = max(10, rows)
  }

  /// Lines that end in a line feed; no line is wider than `columns` except names that cannot be cut.
  package var text: String {
    let foot = foot
    var lines = head
    let room = rows - 1 - lines.count - foot.count - 1
    lines += incidents(room: room)
    return (lines + foot).map { $0 + "\n" }.joined()
  }

  private var head: [String] {
    let verdict = Verdict(result)
    let words = TerminalText.wrapped(Escape.terminal(verdict.sentence), columns: columns)
    let painted = words.enumerated().map {
      $0.offset == 0 ? paint.verdict($0.element, verdict.mood) : paint.bold($0.element)
    }
    return painted + TerminalText.wrapped(KeyFigures(result).lead, columns: columns).map(paint.faint) + [""]
  }

  /// As many incidents as fit; the rest is a number.
  private func incidents(room: Int) -> [String] {
    guard !result.incidents.isEmpty else { return [] }
    let perIncident = result.incidents.count * 2 <= room ? 2 : 1
    let shown = max(1, min(result.incidents.count, result.incidents.count * perIncident <= room ? .max : room - 1))
    var lines = result.incidents.prefix(shown).flatMap { Array(line($0).prefix(perIncident)) }
    if result.incidents.count > shown {
      lines.append(paint.faint("    and \(Words.number(result.incidents.count - shown)) more"))
    }
    return lines + [""]
  }

  private func line(_ incident: Incident) -> [String] {
    let severity = incident.severity.rawValue
    let padded = severity + String(repeating: " ", count: max(1, severityWidth - severity.count))
    let title = Escape.terminal(incident.title, limit: max(20, columns - 4 - severityWidth))
    let indent = String(repeating: " ", count: 4 + severityWidth)
    let (first, last) = (UTCTime(incident.firstSeen), UTCTime(incident.lastSeen))
    let span =
      first.isoDate == last.isoDate
      ? "\(first.isoDate) \(first.clock) to \(last.clock)"
      : "\(first.isoDate) \(first.clockToMinute) to \(last.isoDate) \(last.clockToMinute)"
    let facts = "\(span) UTC, \(Words.count(incident.events, "event"))"
    return [
      "\(paint.severity(incident.priority.rawValue, incident.severity))  \(paint.severity(padded, incident.severity))\(title)",
      paint.faint("\(indent)\(Escape.terminal(facts, limit: columns - indent.count))"),
    ]
  }

  /// As wide as the longest word shown and a blank beside it.
  private var severityWidth: Int { (result.incidents.map(\.severity.rawValue.count).max() ?? 0) + 2 }

  private var foot: [String] {
    var lines: [String] = []
    let troubled = result.intake.inputs.filter { $0.failure != nil }
    for input in troubled.prefix(3) {
      lines.append(Escape.terminal("Not read: \(input.path): \(input.failure ?? "")", limit: columns - 1))
    }
    if troubled.count > 3 { lines.append("Not read: \(Words.number(troubled.count - 3)) more inputs") }
    if result.intake.rejected > 0 {
      lines.append("\(Words.count(result.intake.rejected, "line")) could not be used: \(mostCommonReason)")
    }
    let run = result.run
    // The rate of a handful of events is that of starting up.
    let rate = run.elapsedSeconds > 0 ? Int(Double(result.intake.events) / run.elapsedSeconds) : 0
    let pace = result.intake.events < 10_000 ? "" : ", \(Words.count(rate, "event")) per second"
    lines.append(paint.faint("Took \(Decimal2.text(run.elapsedSeconds)) s\(pace)"))
    if let folder { lines.append("Report: " + Escape.terminal(folder) + "/report.html") }
    return lines
  }

  private var mostCommonReason: String {
    let reasons = result.intake.inputs.flatMap(\.reasons)
    let most = reasons.max { $0.count != $1.count ? $0.count < $1.count : $0.reason > $1.reason }
    return Escape.terminal(most?.reason ?? "see the report", limit: max(10, columns - 40))
  }
}

/// Colours of a terminal, or none.
struct TerminalPaint {
  let isOn: Bool

  func bold(_ text: String) -> String { sgr("1", text) }
  func faint(_ text: String) -> String { text.isEmpty ? text : sgr("2", text) }

  func verdict(_ text: String, _ mood: Verdict.Mood) -> String {
    switch mood {
    case .urgent, .serious: sgr("1;31", text)
    case .mild: sgr("1;33", text)
    case .calm: sgr("1;32", text)
    case .blind: sgr("1", text)
    }
  }

  func severity(_ text: String, _ severity: Severity) -> String {
    switch severity {
    case .critical: sgr("1;31", text)
    case .high: sgr("31", text)
    case .medium: sgr("33", text)
    case .low: sgr("36", text)
    case .informational: text
    }
  }

  private func sgr(_ code: String, _ text: String) -> String { isOn ? "\u{1b}[\(code)m\(text)\u{1b}[0m" : text }
}

/// Text that fits a terminal's width.
enum TerminalText {
  /// Lines of at most `columns` characters, broken at spaces; a longer word is broken where it must.
  static func wrapped(_ text: String, columns: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      var word = word
      if !line.isEmpty, line.count + 1 + word.count > columns {
        lines.append(line)
        line = ""
      }
      while word.count > columns {
        lines.append(String(word.prefix(columns)))
        word = word.dropFirst(columns)
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    return line.isEmpty ? lines : lines + [line]
  }
}
