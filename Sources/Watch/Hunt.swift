import Archive
import Conditions
import Intake
import Model
import Synchronization

/// A question over logs: which events meet a condition, how many, and which values they hold; the same over files and
/// over the archive.
package struct Hunt: Sendable {
  package struct Answer: Sendable {
    /// Events that meet the condition, weights applied.
    package var events = 0
    /// Groups by the values of the asked fields, the most frequent first; by time where that was asked for.
    package var groups: [GroupCounts.Group] = []
    /// How many groups there are, with those that were not asked for.
    package var groupCount = 0
    /// Whether there were more groups than could be kept.
    package var isCut = false
    /// Whether the time given was over before everything was read.
    package var isUnfinished = false
    package var intake = IntakeReport()

    package init() {}
  }

  /// What to do with the matches besides counting.
  package enum Wish: Sendable {
    case count
    /// Hands out matching events as NDJSON, at most so many.
    case events(limit: Int)
    /// Counts by values, handing out so many groups.
    case groups(Grouping, limit: Int)
  }

  /// Groups, and different values in all of them, kept at most; beyond it new ones are left out and the answer says so.
  static let groupLimit = 1_000_000

  let assembly: Assembly
  let condition: Condition
  let wish: Wish
  let span: TimeSpan

  /// Fields that are wanted beyond those.
  private let extra: Set<EventField>

  package init(
    _ condition: Condition, during span: TimeSpan = TimeSpan(), wish: Wish, also extra: Set<EventField> = [],
    in assembly: Assembly
  ) {
    self.extra = extra
    self.assembly = assembly
    self.condition = span == TimeSpan() ? condition : .and([span.condition, condition])
    self.wish = wish
    self.span = span
  }

  /// The fields that the condition and the wish look at.
  var fields: Set<EventField> {
    var fields = condition.fields.union(extra)
    if case .groups(let grouping, _) = wish {
      fields.formUnion(grouping.fields)
      if let distinct = grouping.distinct { fields.insert(distinct) }
      if grouping.step != nil { fields.insert(.time) }
    }
    return fields
  }

  /// Asks the inputs; `print` takes NDJSON lines in the order of the input. Ends early where `deadline` is given and has
  /// come, or where what `stop` is given is called from another thread.
  package func run(
    _ paths: [String], until deadline: ContinuousClock.Instant? = nil,
    stop: (@escaping @Sendable () -> Void) -> Void = { _ in }, print: @escaping ([UInt8]) -> Void
  ) throws -> Answer {
    var gathering = HuntGathering(wish)
    let halt = Halt()
    stop { halt.isGiven.store(true, ordering: .relaxed) }
    var isStopped = false
    let (report, isLate) = try each(paths, until: deadline) { rows, batch, inputs in
      print(gathering.take(rows, of: batch, inputs: inputs))
      isStopped = halt.isGiven.load(ordering: .relaxed)
      return !gathering.isSatisfied && !isStopped
    }
    var answer = gathering.answer
    answer.isUnfinished = isLate || isStopped
    answer.intake = report
    return answer
  }

  /// Hands over each batch of the inputs with the rows that meet the condition, until `body` answers false; the report,
  /// and whether the deadline came first.
  func each(
    _ paths: [String], until deadline: ContinuousClock.Instant?,
    _ body: @escaping (RowBits, EventBatch, [String]) -> Bool
  ) throws -> (IntakeReport, isLate: Bool) {
    let intake = try assembly.intake(paths)
    let set = try ConditionSet([condition])
    let inputs = intake.inputPaths
    var isLate = false
    try assembly.loop(intake, for: fields).run(asking: set) { rows, batch in
      let goesOn = body(rows[0], batch, inputs)
      isLate = deadline.map { ContinuousClock.now >= $0 } ?? false
      return goesOn && !isLate
    }
    return (intake.report, isLate)
  }
}

/// A word from another thread that a question shall end.
private final class Halt: Sendable {
  let isGiven = Atomic<Bool>(false)
}
