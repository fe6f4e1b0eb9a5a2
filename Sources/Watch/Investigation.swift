import Conditions
import Correlate
import Detect
import Inspect
import Intake
import Mitigate
import Model

/// The main job: logs in, incidents out, every number of their story counted exactly.
package struct Investigation {
  package struct Outcome: Sendable {
    /// In the order of their urgency.
    package var incidents: [Incident]
    package var alerts: [Alert]
    package var traffic: TrafficSummary
    package var intake: IntakeReport
    /// What a reader must know to judge the figures.
    package var caveats: [String]
    /// What was said of payloads, for whoever reads the same inputs again.
    var verdicts: Recollection?
  }

  /// How far a pass is.
  package struct Progress: Sendable {
    package var pass: Pass
    package var events: Int
    package var bytesRead: Int
    /// Bytes there are, as they lie on disk; nil where unknown.
    package var totalBytes: Int?
  }

  package enum Pass: Sendable { case watching, recounting, proving }

  private let assembly: Assembly

  package init(_ assembly: Assembly) { self.assembly = assembly }

  /// Reads the inputs, twice where something was found.
  ///
  /// `shown` are the paths as the reader knows them (`-` where standard input was spooled). Errors: `ContentError` where
  /// a format or layout that the user gave is wrong; inputs that cannot be read are named in the report instead.
  package func run(
    _ paths: [String], shown: [String: String] = [:], progress: @escaping @Sendable (Progress) -> Void
  ) throws -> Outcome {
    let intake = try assembly.intake(paths)
    let verdicts = InspectionMemory()
    let (alerts, traffic) = try watch(intake, names: intake.inputPaths.map { shown[$0] ?? $0 }, verdicts, progress)
    let recollection = verdicts.recall()
    let incidents = try tell(Correlator().folded(alerts), traffic, paths, recollection, progress)
    var report = intake.report
    for index in report.inputs.indices {
      report.inputs[index].path = shown[report.inputs[index].path] ?? report.inputs[index].path
    }
    return Outcome(
      incidents: incidents, alerts: alerts, traffic: traffic, intake: report, caveats: try assembly.remarks(),
      verdicts: recollection)
  }
}

extension Investigation {
  /// What to do about the incidents: mitigations drafted and proven on the same inputs, read twice more.
  ///
  /// `cohorts` may name another baseline and whom not to hurt; its cases are those of the incidents.
  package func proposals(
    for outcome: Outcome, _ paths: [String], settings: MitigateSettings = MitigateSettings(),
    cohorts: CohortPlan = CohortPlan(cases: []), progress: @escaping @Sendable (Progress) -> Void
  ) throws -> [Proposal] {
    var plan = cohorts
    plan.cases = try SlowLoop.cases(of: outcome.incidents, settings: settings)
    // What was said of payloads is known for the inputs that were watched only.
    let known = plan.baselinePaths.isEmpty ? outcome.verdicts : nil
    let paths = paths + plan.baselinePaths.subtracting(paths).sorted()
    return try SlowLoop(assembly, settings: settings, recalling: known).proposals(plan, paths) { events in
      progress(Progress(pass: .proving, events: events, bytesRead: 0, totalBytes: nil))
    }
  }

  private func watch(
    _ intake: Intake, names: [String], _ verdicts: InspectionMemory, _ progress: @escaping @Sendable (Progress) -> Void
  ) throws -> (alerts: [Alert], traffic: TrafficSummary) {
    let detector = try assembly.detector()
    let state = detector.state()
    var events = 0
    var loop = try assembly.loop(intake)
    loop.noting = verdicts
    try loop.run(
      makeLook: {
        let worker = detector.worker()
        return { worker.observe($0) }
      },
      fold: { observations, batch in
        state.fold(observations, batch)
        events += batch.count
        progress(
          Progress(
            pass: .watching, events: events, bytesRead: intake.bytesRead, totalBytes: intake.totalBytes))
        return true
      })
    return state.finish(inputs: names)
  }

  /// Reads the inputs again for the exact counts that the stories need; nothing was found, nothing is read.
  private func tell(
    _ folded: [(incident: Incident, alerts: [Alert])], _ traffic: TrafficSummary, _ paths: [String],
    _ verdicts: Recollection?, _ progress: @escaping @Sendable (Progress) -> Void
  ) throws -> [Incident] {
    let storyteller = Storyteller(traffic: traffic)
    let queries = storyteller.queries(for: folded)
    guard !queries.isEmpty else { return folded.map(\.incident) }
    let set = try ConditionSet(queries.map { query throws(ContentError) in try Condition(parsing: query) })
    let intake = try assembly.intake(paths, screen: RowScreen(for: set.conditions))
    var loop = try assembly.loop(intake, for: set.fields)
    loop.recalling = verdicts
    let recount = Recount(set: set, loop: loop, traffic: traffic)
    let tallies = try recount.tallies { events in
      progress(
        Progress(
          pass: .recounting, events: events, bytesRead: intake.bytesRead, totalBytes: intake.totalBytes))
    }
    let byQuery = Dictionary(uniqueKeysWithValues: zip(queries, tallies))
    return folded.map { storyteller.told($0.incident, alerts: $0.alerts, tallies: byQuery) }
  }
}
