import Conditions
import Foundation
import Inspect
import Model
import Watch

/// `weir tune`: which rules of the Core Rule Set earn their keep, and which exclusions clear what it wrongly blocks.
struct TuneCommand: Command {
  let name = "tune"
  let sentence = "rules that cry wolf or never match, and exclusions for requests wrongly blocked"
  let operands = "[OPTION…] PATH…"
  let options =
    [
      Option(
        name: "false-positives", value: "COND|PATH", sentence: "requests that are honest although rules block them"),
      Option(
        name: "attacks", value: "COND|PATH", sentence: "what must stay blocked (default: what Weir calls an attack)"),
      Option(
        name: "mitigations", value: "PATH", repeats: true,
        sentence: "review this rule set: artifacts and proposals, a file or a folder"),
      Option(name: "at", value: "TIME", sentence: "with --mitigations: what is expired at this time (default: now)"),
      Option(name: "json", sentence: "the result as JSON"),
    ] + InputOptions.reading + InputOptions.judging

  func run(_ arguments: Arguments) throws -> ExitCode {
    var paths = arguments.operands
    var cohorts = Tuning.Cohorts()
    let words = try ListedConditions(arguments)
    (cohorts.accused, cohorts.accusedPaths) = try cohort(arguments["false-positives"], words, &paths)
    (cohorts.attacks, cohorts.attackPaths) = try cohort(arguments["attacks"], words, &paths)
    guard !paths.isEmpty else { throw UsageError("name at least one log") }
    cohorts.mitigations = try GivenRules(arguments.all("mitigations")).rules
    cohorts.now = try now(arguments["at"])
    let outcome = try Tuning(Assembly(InputOptions.configuration(arguments)), cohorts).run(paths)
    Terminal.print(arguments.has("json") ? try TuneText.json(outcome) : TuneText.words(outcome))
    if InputWords.complain(about: outcome.intake) == .unreadable { return .unreadable }
    let isCleared = outcome.exclusions.map { $0.blockedAfter == 0 } ?? true
    return isCleared && !outcome.mitigations.contains(where: \.isExpired) ? .fine : .found
  }

  private func now(_ text: String?) throws(UsageError) -> Int64 {
    guard let text else { return Int64(Date().timeIntervalSince1970 * 1e9) }
    guard let time = EventTime(parsing: Array(text.utf8)) else {
      throw UsageError("--at must be a time like 2026-01-31T09:30:00Z, not '\(text)'")
    }
    return time.nanoseconds
  }

  private func cohort(_ text: String?, _ words: ListedConditions, _ paths: inout [String]) throws -> (
    Condition?, Set<String>
  ) {
    guard let text else { return (nil, []) }
    guard FileManager.default.fileExists(atPath: text) else { return (try words.condition(text), []) }
    if !paths.contains(text) { paths.append(text) }
    return (nil, [text])
  }
}

/// What `weir tune` prints.
enum TuneText {
  private static let rulesShown = 30

  static func words(_ outcome: Tuning.Outcome) -> String {
    var lines = ReviewText.lines(outcome.mitigations)
    if let exclusions = outcome.exclusions { lines += words(exclusions) + [""] }
    let wolves = outcome.rules.filter { $0.attacks == 0 }
    lines.append("rule     attacks    honest")
    for record in outcome.rules.prefix(rulesShown) {
      let note = record.attacks == 0 ? "  only honest traffic" : ""
      lines.append("\(record.rule)\(padded(record.attacks, 10))\(padded(record.honest, 10))\(note)")
    }
    if outcome.rules.count > rulesShown {
      lines.append("and \(outcome.rules.count - rulesShown) more (--json lists all)")
    }
    lines.append(
      "\(Words.count(outcome.rules.count, "rule")) matched, \(wolves.count) of them only honest traffic; "
        + "\(outcome.silent.count) never did.")
    return lines.joined(separator: "\n")
  }

  private static func words(_ exclusions: Tuning.Exclusions) -> [String] {
    guard exclusions.accused > 0 else { return ["No event meets the condition for false positives."] }
    var lines = [
      "Of \(Words.count(exclusions.accused, "request")) given as honest, the rule set blocks "
        + "\(exclusions.blockedBefore); with the exclusions, \(exclusions.blockedAfter)."
    ]
    lines += exclusions.list.map { "  \(Escape.terminal($0.words))" }
    lines.append(
      "Of \(Words.count(exclusions.attacks, "attack")), it stops \(exclusions.stoppedBefore) without them and "
        + "\(exclusions.stoppedAfter) with them (asked of libmodsecurity itself).")
    for attack in exclusions.slipping {
      let line = String(decoding: attack.method + [0x20] + attack.uri.prefix(200), as: UTF8.self)
      lines.append("  would slip through: \(Escape.terminal(line))")
    }
    if !exclusions.text.isEmpty {
      lines += ["", "To be read before the rules (REQUEST-900-EXCLUSION-RULES-BEFORE-CRS.conf):"]
    }
    return lines + exclusions.text.split(separator: "\n").map(String.init)
  }

  static func padded(_ number: Int, _ width: Int) -> String {
    let text = Words.number(number)
    return String(repeating: " ", count: max(1, width - text.count)) + text
  }

  static func json(_ outcome: Tuning.Outcome) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    return String(decoding: try encoder.encode(TuneResult(outcome)), as: UTF8.self)
  }
}
