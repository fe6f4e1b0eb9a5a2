import Foundation
import Intake
import Mitigate
import Model
import Reports
import Watch

/// `weir investigate`: is this an attack, which ones, who, what, since when, how sure.
struct Investigate: Command {
  let name = "investigate"
  let sentence = "the main job: logs in, incidents and a report out"
  let operands = "[OPTION…] PATH…"
  let options =
    [
      Option(name: "out", value: "DIR", sentence: "where the report goes (default: weir-report)"),
      Option(name: "fail-on", value: "SEVERITY", sentence: "exit with 1 when an incident is at least this severe"),
      Option(name: "no-mitigations", sentence: "find incidents only, draft and prove nothing"),
    ] + MitigationOptions.cohorts + [
      MitigationOptions.engine, MitigationOptions.replay,
      Option(name: "json", sentence: "print summary.json instead of words"),
      Option(name: "quiet", short: "q", sentence: "print nothing but errors"),
    ] + LiveRecording.options + InputOptions.reading + InputOptions.judging

  func run(_ arguments: Arguments) throws -> ExitCode {
    let clock = RunClock()
    let live = try LiveRecording(arguments)
    let paths = try live.map { [$0.path] } ?? InputOptions.paths(arguments)
    let failOn = try severity(arguments)
    let engines = try MitigationOptions.engines(arguments)
    let replayLimit = try MitigationOptions.replayLimit(arguments)
    let settings = try MitigationOptions.settings(arguments)
    var cohorts = CohortPlan(cases: [])
    var others = paths
    try MitigationOptions.addCohorts(arguments, to: &cohorts, &others)
    let configuration = try InputOptions.configuration(arguments)
    let assembly = try Assembly(configuration)
    let spool = paths.contains("-") ? try SpooledInput() : nil
    let readable = paths.map { path in path == "-" ? spool?.path ?? path : path }
    let meter = ProgressMeter(quiet: arguments.has("quiet"))
    let investigation = Investigation(assembly)
    let outcome = try investigation.run(
      readable, shown: spool.map { [$0.path: "-"] } ?? live.map { [$0.path: "interface \($0.interface)"] } ?? [:],
      progress: { meter.show($0) })
    var proposals =
      arguments.has("no-mitigations")
      ? []
      : try investigation.proposals(
        for: outcome, readable, settings: settings, cohorts: cohorts, progress: { meter.show($0) })
    if !engines.isEmpty {
      proposals = try EngineLoop(assembly, engines: engines, limit: replayLimit).tried(proposals, readable)
    }
    meter.clear()
    let result = InvestigationResult(
      incidents: outcome.incidents, alerts: outcome.alerts, traffic: outcome.traffic, intake: outcome.intake,
      run: clock.facts(
        paths: live.map { ["interface \($0.interface)"] } ?? paths, configuration, caveats: outcome.caveats),
      proposals: proposals)
    let folder = arguments["out"] ?? "weir-report"
    try ReportWriter.write(result, to: folder)
    try say(result, folder, arguments)
    if outcome.intake.events == 0 { return .unreadable }
    return failOn.map { limit in outcome.incidents.contains { $0.severity >= limit } } == true ? .found : .fine
  }

  private func severity(_ arguments: Arguments) throws(UsageError) -> Severity? {
    guard let word = arguments["fail-on"] else { return nil }
    if let severity = Severity(rawValue: word) { return severity }
    throw UsageError(
      "--fail-on must be one of \(Severity.allCases.map(\.rawValue).joined(separator: ", ")), not '\(word)'")
  }

  private func say(_ result: InvestigationResult, _ folder: String, _ arguments: Arguments) throws {
    if arguments.has("quiet") { return }
    if arguments.has("json") {
      Terminal.print(try String(contentsOfFile: folder + "/summary.json", encoding: .utf8))
    } else {
      let summary = TerminalSummary(result, folder: folder, colours: Terminal.takesColour, columns: Terminal.columns)
      Terminal.print(Array(summary.text.utf8))
    }
  }
}
