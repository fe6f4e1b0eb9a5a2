import Foundation
import Inspect
import Model

/// `weir inspect`: payload verdicts on whole requests.
struct InspectCommand: Command {
  let name = "inspect"
  let sentence = "payload verdict for each request, with reasons, beside what the Core Rule Set alone would say"
  let operands = "[OPTION…] FILE"
  let options = [
    Option(name: "paranoia", value: "1..4", sentence: "paranoia level of the Core Rule Set's own verdict (default 1)"),
    Option(name: "fail-on", value: "attack", sentence: "exit 1 when a request is an attack"),
    Option(name: "json", sentence: "NDJSON, which is what this verb prints anyway"),
  ]

  func run(_ arguments: Arguments) throws -> ExitCode {
    guard arguments.operands.count == 1 else { throw UsageError("name one file of requests, or - for standard input") }
    if let condition = arguments["fail-on"], condition != "attack" {
      throw UsageError("--fail-on takes 'attack', not '\(condition)'")
    }
    let paranoia = try arguments.int("paranoia", in: 1...4) ?? 1
    let input = try Self.read(arguments.operands[0])
    let judge = try InspectLine(rules: RuleSet.load(paranoia: paranoia), patterns: SignalPatterns())
    return judgeLines(of: input, with: judge, failsOnAttack: arguments.has("fail-on"))
  }

  private static func read(_ path: String) throws -> Data {
    do {
      return path == "-"
        ? try FileHandle.standardInput.readToEnd() ?? Data() : try Data(contentsOf: URL(filePath: path))
    } catch {
      throw UnreadableInput(description: "cannot read \(path): \((error as NSError).localizedDescription)")
    }
  }

  /// Every line is answered or complained about; only a file without one good line counts as unreadable.
  private func judgeLines(of input: Data, with judge: InspectLine, failsOnAttack: Bool) -> ExitCode {
    var answered = 0
    var refused = 0
    var attacks = 0
    for (index, line) in input.split(separator: 10, omittingEmptySubsequences: false).enumerated() {
      guard line.contains(where: { $0 > 32 }) else { continue }
      do throws(InspectLine.Refusal) {
        let answer = try judge.judge(Array(line), number: index + 1)
        answered += 1
        if answer.isAttack { attacks += 1 }
        Terminal.print(answer.json + [10])
      } catch {
        refused += 1
        Terminal.complain("line \(index + 1): \(error)")
      }
    }
    if answered == 0, refused > 0 { return .unreadable }
    return failsOnAttack && attacks > 0 ? .found : .fine
  }
}

/// The file of requests cannot be read; trying again helps only when the file changes.
private struct UnreadableInput: Error, CustomStringConvertible {
  let description: String
}
