import Conditions
import Model

/// Which event belongs to which cohort: one condition an attack, and what the baseline is.
package struct CohortPlan: Sendable {
  package var cases: [AttackCase]
  /// Where nil, the baseline is whatever belongs to no attack.
  package var baseline: Condition?
  /// Inputs that hold nothing but baseline, by path; where there are some, other inputs hold none.
  package var baselinePaths: Set<String> = []
  /// Inputs whose every event is attack.
  package var attackPaths: Set<String> = []
  /// Good cohorts by name.
  package var good: [(name: String, condition: Condition)] = []

  package init(cases: [AttackCase]) { self.cases = cases }

  /// A set of all conditions: the cases in their order, the baseline's, then `others`.
  func set(_ others: [Condition]) throws(ContentError) -> ConditionSet {
    try ConditionSet(cases.map(\.condition) + [baseline ?? .and([])] + others)
  }

  /// Place in the set of the first of the others.
  var firstOther: Int { cases.count + 1 }
}

/// One thread's judgement of batches by cohort.
package final class CohortMarks {
  private let plan: CohortPlan
  private let set: ConditionSet
  private let scratch: ConditionScratch
  private let baselineInput: [Bool]
  private let attackInput: [Bool]
  private let hasBaselineInputs: Bool
  private(set) var attacks: [[UInt64]]
  private(set) var baseline: [UInt64] = []

  init(_ plan: CohortPlan, set: ConditionSet, inputs: [String]) {
    self.plan = plan
    self.set = set
    scratch = set.makeScratch()
    baselineInput = inputs.map(plan.baselinePaths.contains)
    attackInput = inputs.map(plan.attackPaths.contains)
    hasBaselineInputs = baselineInput.contains(true)
    attacks = Array(repeating: [], count: plan.cases.count)
  }

  /// Judges a batch; the answers stay until the next one.
  package func judge(_ batch: EventBatch) {
    set.evaluate(batch, scratch)
    let words = (batch.count + 63) / 64
    for index in plan.cases.indices { attacks[index] = copy(index, words) }
    baseline = copy(plan.cases.count, words)
    if hasBaselineInputs || attackInput.contains(true) { judgeInputs(batch) }
    for index in plan.cases.indices { for word in 0..<words { baseline[word] &= ~attacks[index][word] } }
  }

  private func judgeInputs(_ batch: EventBatch) {
    for row in 0..<batch.count {
      let input = Int(batch.lines[row].source)
      let (word, bit) = (row >> 6, UInt64(1) << UInt64(row & 63))
      if hasBaselineInputs {
        if baselineInput[input] {
          for index in attacks.indices { attacks[index][word] &= ~bit }
        } else {
          baseline[word] &= ~bit
        }
      }
      if attackInput[input] { for index in attacks.indices { attacks[index][word] |= bit } }
    }
  }

  /// The rows for which one of the other conditions holds.
  func other(_ index: Int) -> RowBits { scratch.matches(plan.firstOther + index) }

  private func copy(_ index: Int, _ words: Int) -> [UInt64] {
    Array(UnsafeBufferPointer(start: scratch.matches(index).words, count: words))
  }
}

/// Fills columns with the cohorts of an input; `marks` on any thread, `take` in the order of the batches.
package struct Gathering {
  package let columns: CohortColumns
  package let set: ConditionSet
  private let plan: CohortPlan

  package init(_ plan: CohortPlan, settings: MitigateSettings) throws(ContentError) {
    self.plan = plan
    set = try plan.set([])
    columns = CohortColumns(attacks: plan.cases.count, limit: settings.rowLimit)
  }

  /// The columns that must be filled before a batch is judged.
  package var fields: Set<EventField> {
    Facet.allCases.reduce(into: self.set.fields) { fields, facet in
      // The payload's verdict costs more than everything else together: only where an attack's condition asks for it.
      if facet != .payload { fields.formUnion(facet.fields) }
    }
  }

  package func marks(inputs: [String]) -> CohortMarks { CohortMarks(plan, set: set, inputs: inputs) }
  package func take(_ marks: CohortMarks, _ batch: EventBatch) {
    columns.take(batch, attacks: marks.attacks, baseline: marks.baseline)
  }
}
