import Conditions
import Model

/// Whether an engine and the evaluator say the same of recorded traffic, one event after the other.
package struct EngineAgreement: Sendable {
  package struct Disagreement: Sendable {
    /// The event in words: the fields that the rule asks, as logged.
    package var event: String
    /// What the evaluator says: the rule holds.
    package var holds: Bool
    package var stopped: Bool
    /// Which comparisons hold, by the evaluator.
    package var parts: [(test: String, holds: Bool)]
  }

  package let engine: String
  package let condition: Condition
  /// Both stopped it, both let it pass.
  package private(set) var stopped = 0
  package private(set) var passed = 0
  /// Answered by the engine before any rule, by status; and events that cannot be sent, by reason.
  package private(set) var refused: [Int: Int] = [:]
  package private(set) var unplayable: [String: Int] = [:]
  package private(set) var disagreed = 0
  /// The first ones.
  package private(set) var disagreements: [Disagreement] = []

  private let asked: Set<EventField>
  private static let shown = 5

  package init(engine: String, condition: Condition) {
    self.engine = engine
    self.condition = condition
    asked = condition.fields
  }

  package var compared: Int { stopped + passed + disagreed }

  /// Asks the engine about some rows and compares; `holds` are the evaluator's answers for the batch.
  package mutating func compare(
    _ session: any EngineSession, artifact: Int = 0, _ batch: EventBatch, rows: [Int], holds: (Int) -> Bool
  ) throws(EngineError) {
    let verdicts = try session.ask(artifact, batch, rows: rows, asked: asked)
    for (row, verdict) in zip(rows, verdicts) {
      switch verdict {
      case .unplayable(let why): unplayable[why, default: 0] += 1
      case .refused(let status): refused[status, default: 0] += 1
      case .stopped where holds(row): stopped += 1
      case .passed where !holds(row): passed += 1
      case .stopped, .passed:
        disagreed += 1
        if disagreements.count < Self.shown { disagreements.append(explain(batch, row, verdict == .stopped)) }
      }
    }
  }

  /// What the event holds and which comparisons the evaluator finds true, so that the part in question is seen.
  private func explain(_ batch: EventBatch, _ row: Int, _ stopped: Bool) -> Disagreement {
    let fields = EventField.allCases.filter(asked.contains).map { field -> String in
      guard batch.isPresent(field, row) else { return "\(field.name) missing" }
      switch field.spec.type {
      case .ip: return "\(field.name) \(batch.address(field, row))"
      case .int, .time, .bool, .keyword: return "\(field.name) \(batch.number(field, row) ?? 0)"
      default: return "\(field.name) \(Escape.terminal(batch.text(field, row) ?? "", limit: 300))"
      }
    }
    var tests: [ConditionTest] = []
    condition.forEachTest { if !tests.contains($0) { tests.append($0) } }
    var parts: [(test: String, holds: Bool)] = []
    if let set = try? ConditionSet(tests.map(Condition.test)) {
      let scratch = set.makeScratch()
      set.evaluate(batch, scratch)
      for (place, test) in tests.enumerated().prefix(40) {
        parts.append((Escape.terminal(test.description, limit: 300), scratch.matches(place)[row]))
      }
    }
    return Disagreement(event: fields.joined(separator: ", "), holds: !stopped, stopped: stopped, parts: parts)
  }

  /// `prove.txt`: a verdict in one line, what could not be compared, and each disagreement.
  package var text: String {
    var lines = ["\(engine): \(disagreed == 0 ? "agrees" : "DISAGREES") with the evaluator"]
    lines.append("  compared     \(compared) events, \(stopped) stopped and \(passed) let through by both")
    for (status, count) in refused.sorted(by: { $0.key < $1.key }) {
      let words = status == 0 ? "without an answer" : "with status \(status)"
      lines.append("  not compared \(count) events, which \(engine) refused by itself \(words)")
    }
    for (why, count) in unplayable.sorted(by: { $0.key < $1.key }) {
      lines.append("  not compared \(count) events: \(why)")
    }
    if disagreed > 0 { lines.append("  disagreed    \(disagreed) events") }
    for disagreement in disagreements {
      lines.append(
        "  \(engine) \(disagreement.stopped ? "stops" : "lets through"), the evaluator does not: \(disagreement.event)")
      for part in disagreement.parts { lines.append("    \(part.holds ? "true " : "false") \(part.test)") }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
