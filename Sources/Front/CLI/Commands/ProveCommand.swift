import Conditions
import Model
import Reports
import Watch

/// `weir prove`: what a given rule would have done to the recorded traffic.
struct ProveCommand: Command {
  let name = "prove"
  let sentence = "what a rule would have caught and whom it would have hurt, on recorded traffic"
  let operands = "--attack COND|PATH [OPTION…] CONDITION PATH… | --engine NAME CONDITION PATH…"
  let options =
    [MitigationOptions.attack] + MitigationOptions.cohorts + [MitigationOptions.engine, MitigationOptions.replay]
    + [Option(name: "json", sentence: "the proof as JSON")] + InputOptions.reading + InputOptions.judging

  func run(_ arguments: Arguments) throws -> ExitCode {
    guard let text = arguments.operands.first else { throw UsageError("say what to prove: a condition") }
    var paths = Array(arguments.operands.dropFirst())
    let condition = try ListedConditions(arguments).condition(text)
    if arguments.has("engine") { return try tryOut(condition, paths, arguments) }
    let plan = try MitigationOptions.plan(arguments, &paths)
    guard !paths.isEmpty else { throw UsageError("name at least one log to prove it on") }
    let spool = try MitigationOptions.spooled(&paths)
    defer { withExtendedLifetime(spool) {} }
    var read = ExitCode.fine
    let loop = SlowLoop(
      try Assembly(InputOptions.configuration(arguments)), settings: try MitigationOptions.settings(arguments),
      onRead: { read = InputWords.complain(about: $0) })
    let proposal = try loop.proof(of: condition, plan, paths)[0]
    Terminal.print(arguments.has("json") ? proposal.jsonText : ProposalText(proposal, columns: Terminal.columns).text)
    return proposal.recommended != nil ? .fine : read == .fine ? .found : read
  }

  /// The rule in real engines: each must do to every event what the evaluator says.
  private func tryOut(_ condition: Condition, _ paths: [String], _ arguments: Arguments) throws -> ExitCode {
    guard !paths.isEmpty else { throw UsageError("name at least one log to replay") }
    let loop = EngineLoop(
      try Assembly(InputOptions.configuration(arguments)), engines: try MitigationOptions.engines(arguments),
      limit: try MitigationOptions.replayLimit(arguments))
    let mitigation = Mitigation(reference: "prove", rule: .filter(condition), action: .block)
    var read = ExitCode.fine
    let outcomes = try loop.run([mitigation], paths, onRead: { read = InputWords.complain(about: $0) })[0]
    Terminal.print(outcomes.map(\.text).joined(separator: "\n"))
    return outcomes.contains(where: \.isWrong) || outcomes.allSatisfy(\.isRefused) ? .found : read
  }
}
