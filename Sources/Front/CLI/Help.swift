/// Help pages, made from what the verbs say of themselves.
enum Help {
  static var overview: String {
    let verbs = commands.map { ($0.name, $0.sentence) }
    return """
      weir: from raw edge logs to an incident you can believe

      Usage: weir VERB [OPTION…] [OPERAND…]

      \(table(verbs))

      `weir help VERB` shows what a verb takes. A path may be a file, a directory or - for standard input.
      Exit codes: 0 fine, 1 refused or found with --fail-on, 2 usage, 3 input could not be read.
      """
  }

  static func page(_ command: any Command) -> String {
    let options = command.options.map { option in
      let short = option.short.map { "-\($0), " } ?? "    "
      return (short + "--\(option.name)" + (option.value.map { " \($0)" } ?? ""), option.sentence)
    }
    return """
      weir \(command.name): \(command.sentence)

      Usage: weir \(command.name) \(command.operands)
      \(options.isEmpty ? "" : "\n" + table(options))
      """
  }

  /// Two columns; long right sides are wrapped under themselves.
  private static func table(_ rows: [(String, String)]) -> String {
    let width = min(34, rows.map(\.0.count).max() ?? 0)
    return rows.map { left, right in
      var lines: [String] = [""]
      for word in right.split(separator: " ") {
        if lines[lines.count - 1].count + word.count + 1 > 100 - width { lines.append("") }
        lines[lines.count - 1] += (lines[lines.count - 1].isEmpty ? "" : " ") + word
      }
      let head =
        left.count > width
        ? left + "\n" + String(repeating: " ", count: width + 4)
        : left + String(repeating: " ", count: width + 2 - left.count)
      return "  " + head + lines.joined(separator: "\n" + String(repeating: " ", count: width + 4))
    }.joined(separator: "\n")
  }
}
