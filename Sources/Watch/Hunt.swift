import Conditions
import Intake
import Model

/// A question over logs: which events meet a condition, how many, and which values they hold.
package struct Hunt {
  package struct Answer: Sendable {
    /// Events that meet the condition, weights applied.
    package var events = 0
    /// Groups by the values of the asked fields, the most frequent first.
    package var groups: [(values: [String], events: Int)] = []
    /// Whether there were more groups than could be kept.
    package var isCut = false
    /// Whether the time given was over before everything was read.
    package var isUnfinished = false
    package var intake = IntakeReport()
  }

  /// What to do with the matches besides counting.
  package enum Wish: Sendable {
    case count
    /// Hands out matching events as NDJSON, at most so many.
    case events(limit: Int)
    case groups([EventField])
  }

  /// Groups kept at most; beyond it new values are left out and the answer says so.
  static let groupLimit = 1_000_000

  private let assembly: Assembly
  private let condition: Condition
  private let wish: Wish

  package init(_ condition: Condition, wish: Wish, in assembly: Assembly) {
    self.assembly = assembly
    self.condition = condition
    self.wish = wish
  }

  /// Asks the inputs; `print` takes NDJSON lines in the order of the input. Ends early where `deadline` is given and has
  /// come.
  package func run(
    _ paths: [String], until deadline: ContinuousClock.Instant? = nil, print: @escaping ([UInt8]) -> Void
  ) throws -> Answer {
    let intake = try assembly.intake(paths)
    let set = try ConditionSet([condition])
    var fields = set.fields
    switch wish {
    case .groups(let grouped): fields.formUnion(grouped)
    case .events, .count: break
    }
    var gathering = Gathering(wish: wish, inputs: intake.inputPaths)
    var isLate = false
    try assembly.loop(intake, for: fields).run(asking: set) { rows, batch in
      print(gathering.take(rows[0], of: batch))
      isLate = deadline.map { ContinuousClock.now >= $0 } ?? false
      return !gathering.isSatisfied && !isLate
    }
    var answer = gathering.answer
    answer.isUnfinished = isLate
    answer.intake = intake.report
    return answer
  }
}

/// What has been gathered so far, batch after batch in order.
private struct Gathering {
  let wish: Hunt.Wish
  let inputs: [String]
  private var events = 0
  private var printed = 0
  private var groups: [[String]: Int] = [:]
  private var isCut = false

  init(wish: Hunt.Wish, inputs: [String]) {
    self.wish = wish
    self.inputs = inputs
  }

  /// Whether nothing more can change the answer.
  var isSatisfied: Bool {
    if case .events(let limit) = wish { printed >= limit } else { false }
  }

  /// Counts one batch's matches and returns the lines to print.
  mutating func take(_ rows: RowBits, of batch: EventBatch) -> [UInt8] {
    var lines: [UInt8] = []
    rows.forEach { row in
      let weight = Int(batch.number(.weight, row) ?? 1)
      events &+= weight
      switch wish {
      case .count: break
      case .events(let limit):
        guard printed < limit else { return }
        batch.appendJSON(row, input: inputs[Int(batch.lines[row].source)], to: &lines)
        printed += 1
      case .groups(let fields):
        let values = fields.map { batch.words($0, row) ?? "-" }
        if groups[values] == nil, groups.count >= Hunt.groupLimit {
          isCut = true
        } else {
          groups[values, default: 0] &+= weight
        }
      }
    }
    return lines
  }

  var answer: Hunt.Answer {
    var answer = Hunt.Answer(events: events, isCut: isCut)
    answer.groups = groups.map { (values: $0.key, events: $0.value) }
      .sorted { $0.events != $1.events ? $0.events > $1.events : $0.values.lexicographicallyPrecedes($1.values) }
    return answer
  }
}
