import Conditions
import Foundation
import Mitigate
import Model
import Reports
import Watch

/// `weir mitigate`: drafts and proves again what an investigation proposed, with other options, or for a given attack.
struct MitigateCommand: Command {
  let name = "mitigate"
  let sentence = "draft rules against an attack and prove each on the recorded traffic"
  let operands = "[OPTION…] REPORT [PATH…] | --attack COND [OPTION…] PATH…"
  let options =
    [
      MitigationOptions.attack,
      Option(name: "incident", value: "ID", repeats: true, sentence: "only these incidents of the report"),
    ] + MitigationOptions.cohorts + [
      Option(
        name: "write", sentence: "replace the report's mitigations/ by these; its pages still tell of the first ones"),
      Option(name: "json", sentence: "each proposal as JSON, one a line"),
    ]
    + InputOptions.reading + InputOptions.judging

  func run(_ arguments: Arguments) throws -> ExitCode {
    var paths = arguments.operands
    let settings = try MitigationOptions.settings(arguments)
    let plan: CohortPlan
    var report: String?
    if arguments.has("attack") {
      if arguments.has("write") { throw UsageError("--write needs a report folder, not --attack") }
      plan = try MitigationOptions.plan(arguments, &paths)
    } else {
      guard let folder = paths.first else { throw UsageError("name a report folder and the logs it was made from") }
      paths.removeFirst()
      report = folder
      let reported = try ReportedIncidents(folder: folder)
      if paths.isEmpty { paths = try reported.inputs() }
      var cases = try reported.cases()
      let wanted = Set(arguments.all("incident"))
      if let unknown = wanted.first(where: { id in !cases.contains { $0.id == id } }) {
        let hint = nearestWord(to: unknown, in: cases.map(\.id)).map { "; did you mean \($0)?" } ?? ""
        throw UsageError("--incident: the report has no incident '\(unknown)'\(hint)")
      }
      if !wanted.isEmpty { cases.removeAll { !wanted.contains($0.id) } }
      var made = CohortPlan(cases: Array(cases.prefix(settings.caseLimit)))
      try MitigationOptions.addCohorts(arguments, to: &made, &paths)
      plan = made
    }
    guard !paths.isEmpty else { throw UsageError("name at least one log to draft from and prove on") }
    if plan.cases.isEmpty { Terminal.complain("the report has no incident to draft for") }
    let spool = try MitigationOptions.spooled(&paths)
    defer { withExtendedLifetime(spool) {} }
    var read = ExitCode.fine
    let loop = SlowLoop(
      try Assembly(InputOptions.configuration(arguments)), settings: settings,
      onRead: { read = InputWords.complain(about: $0) })
    let proposals = try loop.proposals(plan, paths)
    if let report, arguments.has("write") { try ReportWriter.write(proposals, to: report) }
    for proposal in proposals {
      Terminal.print(
        arguments.has("json") ? proposal.jsonText : ProposalText(proposal, columns: Terminal.columns).text)
    }
    return proposals.contains { $0.recommended != nil } ? .fine : read == .fine ? .found : read
  }
}

/// The incidents of a report folder, as far as mitigations need them.
private struct ReportedIncidents {
  private struct Entry: Decodable {
    var id: String
    var title: String
    var signature: String
    var hosts: [String]
  }

  private struct Summary: Decodable {
    struct Input: Decodable { var path: String }
    var inputs: [Input]
  }

  private let entries: [Entry]
  private let folder: String

  init(folder: String) throws {
    self.folder = folder
    let path = folder + "/incidents.json"
    guard let data = FileManager.default.contents(atPath: path) else {
      throw UsageError("\(Escape.terminal(folder)) is no report folder: it has no incidents.json that can be read")
    }
    do {
      entries = try JSONDecoder().decode([Entry].self, from: data)
    } catch {
      throw UsageError("\(Escape.terminal(path)) is no list of incidents as `weir investigate` writes it")
    }
  }

  /// The logs it was made from, as they were named then.
  func inputs() throws -> [String] {
    guard let data = FileManager.default.contents(atPath: folder + "/summary.json"),
      let summary = try? JSONDecoder().decode(Summary.self, from: data)
    else { throw UsageError("name the logs that the report was made from: its summary.json cannot be read") }
    let paths = summary.inputs.map(\.path)
    if let gone = paths.first(where: { !FileManager.default.fileExists(atPath: $0) }) {
      throw UsageError("name the logs that the report was made from: \(Escape.terminal(gone)) is no longer there")
    }
    return paths
  }

  func cases() throws -> [AttackCase] {
    try entries.filter { !$0.signature.isEmpty }.map {
      AttackCase(
        id: $0.id, title: $0.title, condition: try Condition(parsing: $0.signature), text: $0.signature,
        hosts: $0.hosts.filter { IPAddress($0) == nil })
    }
  }
}
