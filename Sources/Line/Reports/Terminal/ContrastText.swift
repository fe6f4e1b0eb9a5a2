import Model

/// A contrast as a table for a terminal: both shares side by side, the strongest value first.
package struct ContrastText {
  private let contrast: Contrast
  private let columns: Int
  private let limit: Int

  package init(_ contrast: Contrast, columns: Int = 80, limit: Int = 30) {
    self.contrast = contrast
    self.columns = max(60, columns)
    self.limit = limit
  }

  package var text: String {
    let cohorts =
      "attack: \(Words.count(contrast.attackEvents, "event")), baseline: \(Words.count(contrast.baselineEvents, "event"))"
    let isThinned = contrast.attackRows < contrast.attackEvents || contrast.baselineRows < contrast.baselineEvents
    let note =
      isThinned
      ? "; shares from \(Words.number(contrast.attackRows)) and \(Words.count(contrast.baselineRows, "row"))" : ""
    var lines = [cohorts + note, ""]
    guard !contrast.rows.isEmpty, contrast.baselineEvents > 0 else { return lines[0] + "\nnothing to compare\n" }
    lines.append("  attack baseline    lift  what")
    for row in contrast.rows.prefix(limit) {
      let lift = row.lift >= 1_000_000 ? "only" : Self.lift(row.lift)
      let head = [Words.percent(row.attack.value), Words.percent(row.baseline.value), lift]
      let padded = zip(head, [8, 9, 8]).map { Self.right($0, $1) }.joined()
      lines.append(padded + "  " + Escape.terminal("\(row.field): \(row.value)", limit: columns - 28))
    }
    let rest = contrast.rows.count - min(limit, contrast.rows.count)
    if rest > 0 { lines.append("and \(Words.count(rest, "more value")); --json has them all, each with its condition") }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func lift(_ value: Double) -> String {
    value >= 100 ? Words.number(Int(value)) + "x" : Decimal2.text((value * 10).rounded() / 10) + "x"
  }

  private static func right(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }
}
