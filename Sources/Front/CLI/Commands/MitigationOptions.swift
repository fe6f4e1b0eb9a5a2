import Conditions
import Foundation
import Mitigate
import Model
import Targets
import Watch

/// Options of the verbs that draft and prove: what is attack, what is baseline, who must not be hurt.
enum MitigationOptions {
  static let attack = Option(
    name: "attack", value: "COND|PATH", sentence: "what the attack is: a condition, or a file of nothing else")
  static let cohorts = [
    Option(
      name: "baseline", value: "COND|PATH", repeats: true,
      sentence: "what honest traffic is: a condition, or files of it (default: whatever is no attack)"),
    Option(
      name: "good", value: "NAME=COND", repeats: true, sentence: "a cohort that must not be hurt, counted by itself"),
    Option(name: "rows", value: "N", sentence: "rows kept in memory to draft from (default 200000)"),
  ]

  static let engine = Option(
    name: "engine", value: "NAME", repeats: true,
    sentence:
      "try it in this real engine too: nginx, haproxy, varnish, modsecurity, nftables, iptables, tcpdump, wireshark, or all"
  )
  static let replay = Option(
    name: "replay", value: "N",
    sentence: "events to replay of those that meet the rule, and of the others (default 5000)")

  static func engines(_ arguments: Arguments) throws(UsageError) -> [Engine] {
    let names = arguments.all("engine")
    if names.contains("all") { return Engine.all }
    var engines: [Engine] = []
    for name in names {
      guard let engine = Engine.named(name) else {
        let hint = nearestWord(to: name, in: Engine.all.map(\.name)).map { "; did you mean \($0)?" } ?? ""
        throw UsageError("no engine is called '\(name)'\(hint)")
      }
      engines.append(engine)
    }
    return engines
  }

  static func replayLimit(_ arguments: Arguments) throws(UsageError) -> Int {
    try arguments.int("replay", in: 1...1_000_000) ?? 5000
  }

  static func settings(_ arguments: Arguments) throws(UsageError) -> MitigateSettings {
    var settings = MitigateSettings()
    if let rows = try arguments.int("rows", in: 1_000...20_000_000) { settings.rowLimit = rows }
    return settings
  }

  /// The attack that `--attack` names; a file is added to the paths.
  static func plan(_ arguments: Arguments, _ paths: inout [String]) throws -> CohortPlan {
    guard let text = arguments["attack"] else { throw UsageError("say what the attack is: --attack COND|PATH") }
    let isFile = FileManager.default.fileExists(atPath: text)
    let condition = isFile ? Condition.or([]) : try ListedConditions(arguments).condition(text)
    var plan = CohortPlan(cases: [
      AttackCase(
        id: "attack", title: "the given attack", condition: condition, text: isFile ? text : condition.description)
    ])
    if isFile {
      plan.attackPaths = [text]
      paths.append(text)
    }
    try addCohorts(arguments, to: &plan, &paths)
    return plan
  }

  /// Keeps standard input in a file, since it is read more than once; the file is gone with the result.
  static func spooled(_ paths: inout [String]) throws -> SpooledInput? {
    guard let place = paths.firstIndex(of: "-") else { return nil }
    let spool = try SpooledInput()
    paths[place] = spool.path
    return spool
  }

  static func addCohorts(_ arguments: Arguments, to plan: inout CohortPlan, _ paths: inout [String]) throws {
    let given = paths
    let words = try ListedConditions(arguments)
    for text in arguments.all("baseline") {
      if FileManager.default.fileExists(atPath: text) {
        guard !given.contains(text) else {
          throw UsageError(
            "--baseline: \(Escape.terminal(text)) is itself a log with the attack; say with a condition what of it is honest"
          )
        }
        plan.baselinePaths.insert(text)
        if !paths.contains(text) { paths.append(text) }
      } else {
        guard plan.baseline == nil else { throw UsageError("--baseline takes one condition; join them with `or`") }
        plan.baseline = try words.condition(text)
      }
    }
    for (name, text) in try pairs(arguments.all("good")) {
      plan.good.append((name: name, condition: try words.condition(text)))
    }
  }

  private static func pairs(_ texts: [String]) throws(UsageError) -> [(String, String)] {
    var pairs: [(String, String)] = []
    for text in texts {
      let parts = text.split(separator: "=", maxSplits: 1)
      guard parts.count == 2 else { throw UsageError("--good must be NAME=COND, not '\(text)'") }
      pairs.append((String(parts[0]), String(parts[1])))
    }
    return pairs
  }
}
