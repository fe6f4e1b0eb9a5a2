import Model

/// A piece of Markdown.
typealias Markdown = Markup<MarkdownLanguage>

enum MarkdownLanguage: MarkupLanguage {
  static func escaped(_ text: String, limit: Int) -> String { Escape.markdown(text, limit: limit) }
}

extension Markup where Language == MarkdownLanguage {
  /// Text that must stay as it is, in a fence longer than any run of backticks inside; controls made visible.
  static func block(_ lines: [String], limit: Int = 1_000) -> Markdown {
    let visible = lines.map { Escape.visible($0, limit: limit) }
    let longest = visible.reduce(0) { max($0, longestRun(of: "`", in: $1)) }
    let fence = String(repeating: "`", count: max(3, longest + 1))
    return Markdown(trusted: "\(fence)text\n" + visible.joined(separator: "\n") + "\n\(fence)\n")
  }

  /// A table; cells are escaped.
  static func table(_ head: [String], _ rows: [[String]], numbers: Set<Int> = []) -> Markdown {
    let line: ([String]) -> String = { "| " + $0.joined(separator: " | ") + " |\n" }
    var table = line(head.map { Escape.markdown($0) })
    table += line(head.indices.map { numbers.contains($0) ? "---:" : "---" })
    for row in rows { table += line(row.map { Escape.markdown($0, limit: 160) }) }
    return Markdown(trusted: table)
  }

  private static func longestRun(of mark: Character, in text: String) -> Int {
    var (longest, run) = (0, 0)
    for character in text {
      run = character == mark ? run + 1 : 0
      longest = max(longest, run)
    }
    return longest
  }
}
