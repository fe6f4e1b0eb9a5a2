import Model
import Reports
import Watch

/// `weir contrast`: what distinguishes one cohort of events from another.
struct ContrastCommand: Command {
  let name = "contrast"
  let sentence = "what distinguishes an attack from other traffic: every value's share in both"
  let operands = "--attack COND|PATH [OPTION…] PATH…"
  let options =
    [MitigationOptions.attack] + MitigationOptions.cohorts + [
      Option(name: "top", value: "N", sentence: "print only the N strongest values (default 30)"),
      Option(name: "json", sentence: "the whole table as JSON, each value with its condition"),
    ] + InputOptions.reading + InputOptions.judging

  func run(_ arguments: Arguments) throws -> ExitCode {
    var paths = arguments.operands
    let plan = try MitigationOptions.plan(arguments, &paths)
    guard !paths.isEmpty else { throw UsageError("name at least one file or directory") }
    let loop = SlowLoop(
      try Assembly(InputOptions.configuration(arguments)), settings: try MitigationOptions.settings(arguments),
      onRead: { _ = InputWords.complain(about: $0) })
    let contrast = try loop.contrasts(plan, paths)[0]
    if arguments.has("json") {
      Terminal.print(contrast.jsonText)
    } else {
      let top = try arguments.int("top", in: 1...1_000) ?? 30
      Terminal.print(Array(ContrastText(contrast, columns: Terminal.columns, limit: top).text.utf8))
    }
    if contrast.attackEvents == 0 { Terminal.complain("no event meets --attack") }
    if contrast.baselineEvents == 0 { Terminal.complain("no event is baseline: everything belongs to the attack") }
    return contrast.attackEvents == 0 || contrast.baselineEvents == 0 ? .unreadable : .fine
  }
}
