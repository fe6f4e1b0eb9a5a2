import Foundation
import Model
import Watch

/// `weir explain`: what every room did with one line.
struct Explain: Command {
  let name = "explain"
  let sentence = "what every room did with one line"
  let operands = "[OPTION…] PATH --line N"
  let options =
    [Option(name: "line", value: "N", sentence: "which line, from 1")] + InputOptions.reading + InputOptions.judging

  func run(_ arguments: Arguments) throws -> ExitCode {
    guard arguments.operands.count == 1, arguments.operands[0] != "-" else { throw UsageError("name one file") }
    guard let number = try arguments.int("line", in: 1...Int(Int32.max)) else {
      throw UsageError("say which line: --line N")
    }
    let path = arguments.operands[0]
    guard FileManager.default.isReadableFile(atPath: path) else {
      Terminal.complain("\(path) cannot be read")
      return .unreadable
    }
    let assembly = try Assembly(InputOptions.configuration(arguments))
    guard let explanation = try assembly.explanation(of: path, line: number) else {
      Terminal.complain("\(path) has no line \(number) that could be read")
      return .unreadable
    }
    Terminal.print(text(explanation))
    return explanation.rejection == nil ? .fine : .found
  }

  private func text(_ explanation: Explanation) -> String {
    var lines = ["line     " + Escape.terminal(explanation.line, limit: 600)]
    if let rejection = explanation.rejection {
      return (lines + ["", "Intake   not used: \(rejection)"]).joined(separator: "\n")
    }
    lines += ["", "Intake   read as \(explanation.format ?? "unknown")"] + table(explanation.decoded)
    lines += ["", "Enrich"] + table(explanation.enriched)
    lines += ["", "Inspect"] + table(explanation.inspected)
    lines += explanation.reasons.map { "  because " + Escape.terminal($0) }
    lines += ["", "Detect   " + (explanation.counted.isEmpty ? "no detection looks at it" : "counted by")]
    for (detection, key) in explanation.counted {
      let words = key.map { "\($0.name) \(Escape.terminal($0.value, limit: 80))" }.joined(separator: ", ")
      lines.append("  \(detection.id): \(detection.title) (per \(words))")
    }
    return lines.joined(separator: "\n")
  }

  private func table(_ fields: [Explanation.Field]) -> [String] {
    let width = fields.map(\.name.count).max() ?? 0
    return fields.map { field in
      "  " + field.name + String(repeating: " ", count: width + 2 - field.name.count)
        + Escape.terminal(field.value, limit: 400)
    }
  }
}
