import Conditions
import Model
import Reports
import Watch

/// `weir prove`: what a given rule would have done to the recorded traffic.
struct ProveCommand: Command {
  let name = "prove"
  let sentence = "what a rule would have caught and whom it would have hurt, on recorded traffic"
  let operands = "--attack COND|PATH [OPTION…] CONDITION PATH…"
  let options =
    [MitigationOptions.attack] + MitigationOptions.cohorts
    + [Option(name: "json", sentence: "the proof as JSON")] + InputOptions.reading + InputOptions.judging

  func run(_ arguments: Arguments) throws -> ExitCode {
    guard let text = arguments.operands.first else { throw UsageError("say what to prove: a condition") }
    var paths = Array(arguments.operands.dropFirst())
    let condition = try Condition(parsing: text)
    let plan = try MitigationOptions.plan(arguments, &paths)
    guard !paths.isEmpty else { throw UsageError("name at least one log to prove it on") }
    let loop = SlowLoop(
      try Assembly(InputOptions.configuration(arguments)), settings: try MitigationOptions.settings(arguments))
    let proposal = try loop.proof(of: condition, plan, paths)[0]
    Terminal.print(arguments.has("json") ? proposal.jsonText : ProposalText(proposal, columns: Terminal.columns).text)
    return proposal.recommended != nil ? .fine : .found
  }
}
