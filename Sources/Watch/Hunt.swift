import Archive
import Conditions
import Intake
import Model

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

  package init(_ condition: Condition, during span: TimeSpan = TimeSpan(), wish: Wish, in assembly: Assembly) {
    self.assembly = assembly
    self.condition = span == TimeSpan() ? condition : .and([span.condition, condition])
    self.wish = wish
    self.span = span
  }

  /// The fields that the condition and the wish look at.
  var fields: Set<EventField> {
    var fields = condition.fields
    if case .groups(let grouping, _) = wish {
      fields.formUnion(grouping.fields)
      if let distinct = grouping.distinct { fields.insert(distinct) }
      if grouping.step != nil { fields.insert(.time) }
    }
    return fields
  }

  /// Asks the inputs; `print` takes NDJSON lines in the order of the input. Ends early where `deadline` is given and has
  /// come.
  package func run(
    _ paths: [String], until deadline: ContinuousClock.Instant? = nil, print: @escaping ([UInt8]) -> Void
  ) throws -> Answer {
    let intake = try assembly.intake(paths)
    let set = try ConditionSet([condition])
    var gathering = HuntGathering(wish)
    let inputs = intake.inputPaths
    var isLate = false
    try assembly.loop(intake, for: fields).run(asking: set) { rows, batch in
      print(gathering.take(rows[0], of: batch, inputs: inputs))
      isLate = deadline.map { ContinuousClock.now >= $0 } ?? false
      return !gathering.isSatisfied && !isLate
    }
    var answer = gathering.answer
    answer.isUnfinished = isLate
    answer.intake = intake.report
    return answer
  }
}
