import CMalloc
import Conditions
import Inspect
import Intake
import Mitigate
import Model
import Targets

/// The order of work on an incident, written once: contrast → draft → prove → compile.
///
/// Two readings of the inputs serve all incidents together: one gathers attacks and baseline as columns to draft from,
/// one judges the drafted rules on every event. This loop orders and carries; the room Mitigate decides.
package struct SlowLoop {
  private let assembly: Assembly
  private let settings: MitigateSettings
  private let verdicts: Recollection?
  private let onRead: (IntakeReport) -> Void

  /// `verdicts` are those of an earlier reading of the same inputs, which then need not be judged again. `onRead` is told
  /// what became of the inputs when they were read first.
  package init(
    _ assembly: Assembly, settings: MitigateSettings = MitigateSettings(), recalling verdicts: Recollection? = nil,
    onRead: @escaping (IntakeReport) -> Void = { _ in }
  ) {
    self.assembly = assembly
    self.settings = settings
    self.verdicts = verdicts
    self.onRead = onRead
  }

  /// Attacks out of incidents, the most urgent first, as many as are drafted for.
  package static func cases(of incidents: [Incident], settings: MitigateSettings = MitigateSettings())
    throws(ContentError) -> [AttackCase]
  {
    var cases: [AttackCase] = []
    for incident in incidents.prefix(settings.caseLimit) where !incident.signature.isEmpty {
      cases.append(
        AttackCase(
          id: incident.id, title: incident.title, condition: try Condition(parsing: incident.signature),
          text: incident.signature, hosts: incident.hosts.filter { IPAddress($0) == nil },
          span: incident.firstSeen...max(incident.firstSeen, incident.lastSeen)))
    }
    return cases
  }

  /// Drafted and proven mitigations, one proposal a case.
  package func proposals(_ plan: CohortPlan, _ paths: [String], progress: @escaping (Int) -> Void = { _ in }) throws
    -> [Proposal]
  {
    if plan.cases.isEmpty { return [] }
    return try prove(drafted(plan, paths, progress), paths, progress)
  }

  /// The columns are gone before anything is proven.
  private func drafted(_ plan: CohortPlan, _ paths: [String], _ progress: @escaping (Int) -> Void) throws -> Prover {
    let (gathering, inputs) = try gather(plan, paths, progress)
    return try gathering.prover(settings: settings, inputs: inputs, plan: plan)
  }

  /// The proof of one given condition.
  package func proof(of condition: Condition, _ plan: CohortPlan, _ paths: [String]) throws -> [Proposal] {
    let (gathering, inputs) = try gather(plan, paths, { _ in })
    return try prove(
      gathering.prover(of: condition, settings: settings, inputs: inputs, plan: plan), paths, { _ in })
  }

  /// What distinguishes each case from its baseline.
  package func contrasts(_ plan: CohortPlan, _ paths: [String]) throws -> [Contrast] {
    try gather(plan, paths, { _ in }).0.contrasts(plan)
  }

  private func gather(_ plan: CohortPlan, _ paths: [String], _ progress: @escaping (Int) -> Void) throws
    -> (Gathering, [String])
  {
    malloc_trim(0)
    let intake = try assembly.intake(paths)
    let inputs = intake.inputPaths
    let gathering = try Gathering(plan, settings: settings)
    var events = 0
    try loop(intake, for: gathering.fields).run(
      makeLook: {
        let marks = gathering.marks(inputs: inputs)
        return { batch -> CohortMarks in
          marks.judge(batch)
          return marks
        }
      },
      fold: { marks, batch in
        gathering.take(marks, batch)
        events += batch.count
        progress(events)
        return true
      })
    onRead(intake.report)
    return (gathering, inputs)
  }

  private func prove(_ prover: Prover, _ paths: [String], _ progress: @escaping (Int) -> Void) throws -> [Proposal] {
    var prover = prover
    let first = prover
    // What the stage before has freed goes back to the system instead of beside what this one needs.
    malloc_trim(0)
    var events = 0
    try loop(assembly.intake(paths), for: prover.fields).run(
      makeLook: {
        let marks = first.marks()
        return { batch -> CohortMarks in
          marks.judge(batch)
          return marks
        }
      },
      fold: { marks, batch in
        prover.take(marks, batch)
        events += batch.count
        progress(events)
        return true
      })
    return prover.proposals().map(Self.compiled)
  }

  private func loop(_ intake: Intake, for fields: Set<EventField>) throws -> FastLoop {
    var loop = try assembly.loop(intake, for: fields)
    loop.recalling = verdicts
    return loop
  }

  /// The recommended rule in every platform's language.
  private static func compiled(_ proposal: Proposal) -> Proposal {
    guard let choice = proposal.choice else { return proposal }
    var proposal = proposal
    for target in Targets.all {
      do throws(Refusal) {
        proposal.artifacts.append(try target.compile(choice.mitigation))
      } catch {
        proposal.refusals.append(error)
      }
    }
    return proposal
  }
}
