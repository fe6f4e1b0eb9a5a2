import Model

/// Conditions compiled together, to be judged on whole batches; shared by all workers.
///
/// What several conditions ask is worked out once: equal comparisons are one test, and the texts of one field are
/// looked through once for all of them. Each worker brings a `ConditionScratch`.
package final class ConditionSet: Sendable {
  package let conditions: [Condition]
  /// The columns that must be filled before `evaluate`.
  package let fields: Set<EventField>
  let code: ConditionCode
  /// Each condition with its tests numbered.
  let plans: [Plan]

  /// A condition over numbered tests.
  indirect enum Plan: Sendable {
    case and([Plan])
    case or([Plan])
    case xor([Plan])
    case not(Plan)
    case test(Int)
  }

  /// Errors: a named list that is not in `lists`.
  package init(_ conditions: [Condition], lists: NamedLists = NamedLists()) throws(ContentError) {
    self.conditions = conditions
    fields = conditions.reduce(into: []) { $0.formUnion($1.fields) }
    var numbers: [ConditionTest: Int] = [:]
    var tests: [ConditionTest] = []
    plans = conditions.map { Self.plan($0, &numbers, &tests) }
    code = try ConditionCode(tests, lists: lists)
  }

  private static func plan(
    _ condition: Condition, _ numbers: inout [ConditionTest: Int], _ tests: inout [ConditionTest]
  ) -> Plan {
    switch condition {
    case .and(let parts): return .and(parts.map { plan($0, &numbers, &tests) })
    case .or(let parts): return .or(parts.map { plan($0, &numbers, &tests) })
    case .xor(let parts): return .xor(parts.map { plan($0, &numbers, &tests) })
    case .not(let part): return .not(plan(part, &numbers, &tests))
    case .test(let test):
      if let number = numbers[test] { return .test(number) }
      numbers[test] = tests.count
      tests.append(test)
      return .test(tests.count - 1)
    }
  }

  package func makeScratch() -> ConditionScratch { ConditionScratch(for: self) }

  /// Judges every condition for every row; the answers are in `scratch` until the next call.
  package func evaluate(_ batch: EventBatch, _ scratch: ConditionScratch) {
    scratch.prepare(rows: batch.count)
    let reader = RowReader(batch: batch, code: code, text: scratch.text, regex: scratch.regex)
    for row in 0..<batch.count {
      scratch.text.reset()
      for (index, plan) in plans.enumerated() where Self.holds(plan, reader, row) { scratch.mark(index, row) }
    }
  }

  private static func holds(_ plan: Plan, _ reader: RowReader, _ row: Int) -> Bool {
    switch plan {
    case .and(let parts): parts.allSatisfy { holds($0, reader, row) }
    case .or(let parts): parts.contains { holds($0, reader, row) }
    case .xor(let parts): parts.count { holds($0, reader, row) } % 2 == 1
    case .not(let part): !holds(part, reader, row)
    case .test(let test): reader.holds(test, row: row)
    }
  }
}

/// What one worker needs to judge a `ConditionSet`, and the answers for the last batch. Not shared between threads.
package final class ConditionScratch {
  let text = ScratchText()
  let regex = RegexScratch()
  private let conditions: Int
  private var rows = 0
  private var wordsPerCondition = 0
  private var words: UnsafeMutablePointer<UInt64>

  init(for set: ConditionSet) {
    conditions = set.conditions.count
    words = .allocate(capacity: 1)
  }

  deinit { words.deallocate() }

  func prepare(rows: Int) {
    let needed = (rows + 63) / 64
    if needed > wordsPerCondition {
      words.deallocate()
      words = .allocate(capacity: max(needed * conditions, 1))
      wordsPerCondition = needed
    }
    words.update(repeating: 0, count: wordsPerCondition * conditions)
    self.rows = rows
  }

  func mark(_ condition: Int, _ row: Int) {
    words[condition * wordsPerCondition + row >> 6] |= 1 << UInt64(row & 63)
  }

  /// The rows of the last batch that the condition with this number holds for.
  package func matches(_ condition: Int) -> RowBits {
    RowBits(words: words + condition * wordsPerCondition, rows: rows)
  }

  /// Calls `body` with each row that the condition holds for, in order.
  package func forEachMatch(_ condition: Int, _ body: (Int) -> Void) { matches(condition).forEach(body) }
}
