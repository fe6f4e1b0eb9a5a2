import Model

/// A piece of Markdown. Whatever text is put into it is escaped; only literals in this room's source are markup.
struct Markdown: Sendable, ExpressibleByStringInterpolation {
  private(set) var source: String

  init(stringLiteral literal: String) { source = literal }
  init(stringInterpolation: Interpolation) { source = stringInterpolation.source }

  static let empty: Markdown = ""

  /// Text that must stay as it is, in a fence longer than any run of backticks inside; controls made visible.
  static func block(_ lines: [String], limit: Int = 1_000) -> Markdown {
    let visible = lines.map { Escape.visible($0, limit: limit) }
    let longest = visible.reduce(0) { max($0, longestRun(of: "`", in: $1)) }
    var block = Markdown.empty
    let fence = String(repeating: "`", count: max(3, longest + 1))
    block.source = "\(fence)text\n" + visible.joined(separator: "\n") + "\n\(fence)\n"
    return block
  }

  /// A table; cells are escaped.
  static func table(_ head: [String], _ rows: [[String]], numbers: Set<Int> = []) -> Markdown {
    var table = Markdown.empty
    let line: ([String]) -> String = { "| " + $0.joined(separator: " | ") + " |\n" }
    table.source = line(head.map { Escape.markdown($0) })
    table.source += line(head.indices.map { numbers.contains($0) ? "---:" : "---" })
    for row in rows { table.source += line(row.map { Escape.markdown($0, limit: 160) }) }
    return table
  }

  private static func longestRun(of mark: Character, in text: String) -> Int {
    var (longest, run) = (0, 0)
    for character in text {
      run = character == mark ? run + 1 : 0
      longest = max(longest, run)
    }
    return longest
  }

  struct Interpolation: StringInterpolationProtocol {
    var source: String

    init(literalCapacity: Int, interpolationCount: Int) {
      source = ""
      source.reserveCapacity(literalCapacity + interpolationCount * 16)
    }

    mutating func appendLiteral(_ literal: String) { source += literal }
    mutating func appendInterpolation(_ text: String) { source += Escape.markdown(text) }
    mutating func appendInterpolation(_ text: String, limit: Int) { source += Escape.markdown(text, limit: limit) }
    mutating func appendInterpolation(_ number: Int) { source += String(number) }
    mutating func appendInterpolation(_ markdown: Markdown) { source += markdown.source }
    mutating func appendInterpolation(_ pieces: [Markdown]) { for piece in pieces { source += piece.source } }
  }
}
