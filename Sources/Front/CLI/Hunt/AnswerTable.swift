import Model

/// An answer in rows and columns, and the forms in which it can be printed; the one place that does.
struct AnswerTable {
  enum Form: String, CaseIterable { case table, csv, ndjson, chart }

  var columns: [String]
  /// nil: nothing there. Hostile, and escaped here.
  var rows: [[String?]]
  /// Which columns hold numbers.
  var numeric: [Bool]

  func print(as form: Form) {
    switch form {
    case .table: printTable()
    case .csv: printCSV()
    case .ndjson: printObjects()
    case .chart: printChart()
    }
  }

  private func printTable() {
    let shown = rows.map { row in row.map { Escape.terminal($0 ?? "-", limit: 120) } }
    let heads = columns.map { Escape.terminal($0, limit: 60) }
    let widths = heads.indices.map { column in
      min(120, shown.reduce(heads[column].count) { max($0, $1[column].count) })
    }
    func line(_ cells: [String]) -> String {
      var line = cells.indices.map { column in
        let space = String(repeating: " ", count: max(0, widths[column] - cells[column].count))
        return numeric[column] ? space + cells[column] : cells[column] + space
      }.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line
    }
    Terminal.print(line(heads))
    for row in shown { Terminal.print(line(row)) }
  }

  /// Source: RFC 4180. A spreadsheet runs what begins like a formula: such a text gets a `'` in front, which it hides.
  private func printCSV() {
    var out = Array((columns.map { Self.field($0, isNumber: false) }.joined(separator: ",") + "\r\n").utf8)
    for row in rows {
      let fields = zip(row, numeric).map { text, isNumber in text.map { Self.field($0, isNumber: isNumber) } ?? "" }
      out += (fields.joined(separator: ",") + "\r\n").utf8
    }
    Terminal.print(out)
  }

  static func field(_ text: String, isNumber: Bool) -> String {
    var text = text
    if !isNumber, let first = text.unicodeScalars.first, "=+-@\t\r\n|".unicodeScalars.contains(first) {
      text = "'" + text
    }
    // What a terminal would obey is shown, line ends within a field too: a row stays on its line.
    text = Escape.visible(text)
    guard text.contains(where: { $0 == "," || $0 == "\"" || $0 == " " || $0 == ";" }) else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }

  private func printObjects() {
    for row in rows {
      var line = Array("{".utf8)
      for (index, value) in row.enumerated() {
        JSONText.key(columns[index], to: &line)
        guard let value else {
          line += "null".utf8
          continue
        }
        let isPlain = numeric[index] && Array(value.utf8).withUnsafeBufferPointer { JSONText.isJSON($0) }
        if isPlain { line += value.utf8 } else { JSONText.string(value, to: &line) }
      }
      Terminal.print(line + Array("}\n".utf8))
    }
  }

  /// A bar a row, by the last column that holds numbers.
  private func printChart() {
    guard let measure = numeric.lastIndex(of: true) else { return printTable() }
    let labels = rows.map { row in
      row.indices.filter { $0 != measure }.map { Escape.terminal(row[$0] ?? "-", limit: 60) }.joined(separator: "  ")
    }
    let values = rows.map { Double($0[measure] ?? "0") ?? 0 }
    let figures = rows.map { Escape.terminal($0[measure] ?? "-", limit: 20) }
    let (wide, figure) = (labels.map(\.count).max() ?? 0, figures.map(\.count).max() ?? 0)
    let room = max(10, Terminal.columns - wide - figure - 4)
    let most = max(values.max() ?? 0, .leastNormalMagnitude)
    for (index, label) in labels.enumerated() {
      let pad = String(repeating: " ", count: wide - label.count)
      let lead = String(repeating: " ", count: figure - figures[index].count)
      Terminal.print("\(label)\(pad)  \(lead)\(figures[index])  \(Self.bar(values[index] / most * Double(room)))")
    }
  }

  /// A bar of so many cells, in eighths of one.
  private static func bar(_ length: Double) -> String {
    let eighths = Int((max(0, length) * 8).rounded())
    let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
    return String(repeating: "█", count: eighths / 8) + parts[eighths % 8]
  }
}
