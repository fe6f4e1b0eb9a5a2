import Foundation

/// One set of the corpus: data that others wrote, and how to tell a right answer from a wrong one.
struct CorpusSet: Sendable {
  let name: String
  /// Folder inside the corpus, or inside this repository when the set was recorded here.
  let folder: String
  var isOurs = false
  let run: @Sendable (Run) throws -> [SetResult]
}

/// What a set works with.
struct Run {
  let folder: URL
  let weir: Weir
}

/// How one set, or one question about it, went.
struct SetResult {
  let name: String
  var cases = 0
  var right = 0
  /// One line for each wrong case.
  var misses: [String] = []
  var note = ""
  var isSkipped = false

  init(_ name: String, note: String = "") {
    self.name = name
    self.note = note
  }

  static func skipped(_ name: String, why: String) -> SetResult {
    var result = SetResult(name, note: why)
    result.isSkipped = true
    return result
  }

  mutating func count(_ isRight: Bool, miss: @autoclosure () -> String) {
    cases += 1
    if isRight { right += 1 } else { misses.append(miss()) }
  }
}

/// Results in columns, as Markdown.
struct Table {
  let text: String

  init(_ results: [SetResult]) {
    var rows = [["set", "cases", "right", "wrong", "rate", "note"]]
    for result in results {
      guard !result.isSkipped else {
        rows.append([result.name, "-", "-", "-", "skipped", result.note])
        continue
      }
      let rate = result.cases == 0 ? "-" : String(format: "%.2f %%", 100 * Double(result.right) / Double(result.cases))
      rows.append([
        result.name, "\(result.cases)", "\(result.right)", "\(result.cases - result.right)", rate, result.note,
      ])
    }
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    var lines = rows.map { row in
      "| "
        + zip(row.indices, row).map { Self.padded($1, to: widths[$0], right: (1...4).contains($0)) }.joined(
          separator: " | ")
        + " |"
    }
    let rule = widths.indices.map {
      (1...4).contains($0)
        ? String(repeating: "-", count: widths[$0] - 1) + ":" : String(repeating: "-", count: widths[$0])
    }
    lines.insert("| " + rule.joined(separator: " | ") + " |", at: 1)
    text = lines.joined(separator: "\n")
  }

  private static func padded(_ text: String, to width: Int, right: Bool) -> String {
    let space = String(repeating: " ", count: max(0, width - text.count))
    return right ? space + text : text + space
  }
}
