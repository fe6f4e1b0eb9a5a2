import Conditions
import Foundation
import Model
import Targets

/// `weir compile`: a condition in the words of each platform, or why a platform cannot say it.
struct Compile: Command {
  let name = "compile"
  let sentence = "a condition as a rule of each platform, or the reason why one cannot say it"
  let operands = "[OPTION…] CONDITION | -"
  let options = [
    Option(
      name: "target", value: "NAME", repeats: true, sentence: "a target, or all (default); see Docs/mitigations.md"),
    Option(name: "action", value: "ACTION", sentence: "block (default), challenge or log"),
    Option(name: "rate", value: "N/PERIOD", sentence: "only beyond N requests in PERIOD seconds"),
    Option(name: "by", value: "FIELD", repeats: true, sentence: "with --rate: what makes a client (default ip.src)"),
    Option(name: "timeout", value: "S", sentence: "with --rate: seconds that a client stays stopped (default 0)"),
    Option(name: "ref", value: "NAME", sentence: "the reference that the rule carries (default: made from the rule)"),
    Option(name: "reason", value: "TEXT", sentence: "what the rule is for"),
    Option(name: "plan", value: "TIER", sentence: "Cloudflare's plan: free, pro, business, enterprise (default)"),
    Option(name: "list", value: "NAME=FILE", repeats: true, sentence: "an address list that the condition calls $NAME"),
    Option(name: "check", sentence: "have the platform's own tool read each rule, where it is installed"),
    Option(name: "json", sentence: "one JSON object a target"),
  ]

  func run(_ arguments: Arguments) throws -> ExitCode {
    guard arguments.operands.count == 1 else {
      throw UsageError("name one condition, in quotes, or - for standard input")
    }
    let mitigation = try mitigation(arguments)
    let plan = try plan(arguments)
    var refused = false
    for target in try targets(arguments) {
      do throws(Refusal) {
        let artifact = try target.compile(mitigation, plan: plan)
        let outcome = arguments.has("check") ? target.check?.run(artifact) : nil
        if case .wrong = outcome { refused = true }
        arguments.has("json") ? printJSON(artifact, outcome) : printText(artifact, outcome)
      } catch {
        refused = true
        arguments.has("json") ? printJSON(error) : Terminal.print("# \(target.name): refused\n" + words(error))
      }
    }
    return refused && !arguments.all("target").isEmpty && !arguments.all("target").contains("all") ? .found : .fine
  }

  private func mitigation(_ arguments: Arguments) throws -> Mitigation {
    let condition = try ListedConditions(arguments).condition(text(arguments.operands[0]))
    let action = arguments["action"] ?? "block"
    guard let action = Mitigation.Action(rawValue: action) else {
      throw UsageError("--action must be block, challenge or log, not '\(action)'")
    }
    let rule = try rule(condition, arguments)
    return Mitigation(
      reference: arguments["ref"] ?? Self.reference(condition), rule: rule, action: action,
      reason: arguments["reason"] ?? "")
  }

  /// A condition longer than a command line may be comes through standard input.
  private func text(_ operand: String) throws(UsageError) -> String {
    guard operand == "-" else { return operand }
    let data = FileHandle.standardInput.readDataToEndOfFile()
    guard let text = String(validating: data, as: UTF8.self) else { throw UsageError("the condition is no UTF-8") }
    return text.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  private func rule(_ condition: Condition, _ arguments: Arguments) throws -> Mitigation.Rule {
    guard let rate = arguments["rate"] else {
      return condition.sourceNetworks.map(Mitigation.Rule.addresses) ?? .filter(condition)
    }
    let parts = rate.split(separator: "/")
    guard parts.count == 2, let requests = Int(parts[0]), let period = Int(parts[1]), requests > 0, period > 0,
      requests <= 1_000_000_000, period <= 1_000_000
    else {
      throw UsageError("--rate must be N/SECONDS, 100/60 say, not '\(rate)'")
    }
    var fields: [EventField] = []
    for name in arguments.all("by") {
      guard let field = EventField.named(name) else { throw UsageError("--by: no field is called '\(name)'") }
      fields.append(field)
    }
    return .rateLimit(
      RateLimit(
        condition: condition, characteristics: fields.isEmpty ? [.ipSource] : fields, requests: requests,
        period: period, timeout: try arguments.int("timeout", in: 0...86_400) ?? 0))
  }

  /// The same condition gives the same reference.
  private static func reference(_ condition: Condition) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in condition.description.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return "rule-" + String(hash % 0x1_0000_0000, radix: 36)
  }

  private func plan(_ arguments: Arguments) throws(UsageError) -> Plan {
    guard let name = arguments["plan"] else { return Plan() }
    guard let tier = Plan.Tier(rawValue: name) else {
      throw UsageError("--plan must be \(Plan.Tier.allCases.map(\.rawValue).joined(separator: ", ")), not '\(name)'")
    }
    return Plan(tier: tier)
  }

  private func targets(_ arguments: Arguments) throws(UsageError) -> [Target] {
    let names = arguments.all("target")
    if names.isEmpty || names.contains("all") { return Targets.all }
    var targets: [Target] = []
    for name in names {
      guard let target = Targets.named(name) else {
        let hint = nearestWord(to: name, in: Targets.all.map(\.name)).map { "; did you mean \($0)?" } ?? ""
        throw UsageError("no target is called '\(name)'\(hint)")
      }
      targets.append(target)
    }
    return targets
  }

  private func printText(_ artifact: Artifact, _ outcome: SyntaxCheck.Outcome?) {
    var text = "# \(artifact.target)\n\(artifact.text)"
    for note in artifact.notes { text += "# note: \(note)\n" }
    if let outcome { text += "# \(words(outcome))\n" }
    Terminal.print(text)
  }

  private func words(_ refusal: Refusal) -> String {
    refusal.reasons.map { "#   \(Escape.terminal($0.part, limit: 200)): \($0.why)" }.joined(separator: "\n") + "\n"
  }

  private func words(_ outcome: SyntaxCheck.Outcome) -> String {
    switch outcome {
    case .fine(let tool): "checked by \(tool): fine"
    case .missing(let tool): "not checked: \(tool) is not installed"
    case .wrong(let tool, let words): "checked by \(tool): WRONG: \(Escape.terminal(words, limit: 2000))"
    }
  }

  private func printJSON(_ artifact: Artifact, _ outcome: SyntaxCheck.Outcome?) {
    var object: [String: Any] = [
      "target": artifact.target, "file": artifact.fileName, "reference": artifact.reference, "text": artifact.text,
      "notes": artifact.notes, "apply": artifact.apply, "undo": artifact.undo,
    ]
    if let outcome { object["check"] = words(outcome) }
    printJSON(object)
  }

  private func printJSON(_ refusal: Refusal) {
    printJSON(["target": refusal.target, "refused": refusal.reasons.map { ["part": $0.part, "why": $0.why] }])
  }

  private func printJSON(_ object: [String: Any]) {
    let data = try? JSONSerialization.data(withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes])
    Terminal.print(String(decoding: data ?? Data(), as: UTF8.self))
  }
}
