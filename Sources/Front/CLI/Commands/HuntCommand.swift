import Conditions
import Foundation
import Model
import Watch

/// `weir hunt`: which events meet a condition, straight over files.
struct HuntCommand: Command {
  let name = "hunt"
  let sentence = "questions straight over files: which events meet a condition, how many, which values"
  let operands = "[OPTION…] CONDITION PATH…"
  let options =
    [
      Option(name: "count", sentence: "print only the number of matching events"),
      Option(
        name: "group-by", value: "FIELD", repeats: true,
        sentence: "count per value of a field (of several: per combination)"),
      Option(name: "top", value: "N", sentence: "with --group-by: only the N most frequent (default 20)"),
      Option(name: "limit", value: "N", sentence: "print at most N events"),
      Option(name: "json", sentence: "groups and counts as JSON, one object a line"),
    ] + InputOptions.reading + InputOptions.judging

  func run(_ arguments: Arguments) throws -> ExitCode {
    guard let text = arguments.operands.first else { throw UsageError("say what to look for: a condition") }
    let paths = try InputOptions.paths(arguments, after: 1)
    let condition = try Condition(parsing: text)
    let fields = try groupFields(arguments)
    let assembly = try Assembly(InputOptions.configuration(arguments))
    let limit = try arguments.int("limit", in: 0...Int(Int32.max)) ?? .max
    let wish: Hunt.Wish = !fields.isEmpty ? .groups(fields) : arguments.has("count") ? .count : .events(limit: limit)
    let answer = try Hunt(condition, wish: wish, in: assembly).run(paths, print: { Terminal.print($0) })
    switch wish {
    case .count: Terminal.print(arguments.has("json") ? #"{"events":\#(answer.events)}"# : String(answer.events))
    case .groups: printGroups(answer, fields, arguments, top: try arguments.int("top", in: 1...1_000_000) ?? 20)
    case .events: break
    }
    return InputWords.complain(about: answer.intake)
  }

  private func groupFields(_ arguments: Arguments) throws(UsageError) -> [EventField] {
    var fields: [EventField] = []
    for name in arguments.all("group-by") {
      guard let field = EventField.named(name) else {
        let hint = nearestWord(to: name, in: EventField.allCases.map(\.name)).map { "; did you mean \($0)?" } ?? ""
        throw UsageError("--group-by: no field is called '\(name)'\(hint)")
      }
      fields.append(field)
    }
    return fields
  }

  private func printGroups(_ answer: Hunt.Answer, _ fields: [EventField], _ arguments: Arguments, top: Int) {
    for group in answer.groups.prefix(top) {
      if arguments.has("json") {
        var line = Array("{".utf8)
        for (field, value) in zip(fields, group.values) {
          JSONText.key(field.name, to: &line)
          JSONText.string(value, to: &line)
        }
        JSONText.key("events", to: &line)
        Terminal.print(line + Array("\(group.events)}\n".utf8))
      } else {
        let values = group.values.map { Escape.terminal($0, limit: 120) }.joined(separator: "  ")
        Terminal.print(
          String(repeating: " ", count: max(0, 10 - String(group.events).count)) + "\(group.events)  \(values)")
      }
    }
    let rest = answer.groups.count - top
    if rest > 0 { Terminal.complain("\(Words.count(rest, "more group")); raise --top to see them") }
    if answer.isCut {
      Terminal.complain("there were more than a million groups; the rarest that came late are missing")
    }
  }
}
