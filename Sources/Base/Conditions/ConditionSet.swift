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
  let plan: ConditionPlan
  let numbers: [NumberGroup]
  let addresses: [AddressGroup]
  let texts: [TextGroup]
  /// Tests that are done row by row, each with its stage.
  let rowTests: [(test: Int, stage: Int)]

  /// Errors: a named list that is not in `lists`. Cost: compiles every regex and every field's patterns, some
  /// milliseconds for a hundred conditions.
  package init(_ conditions: [Condition], lists: NamedLists = NamedLists()) throws(ContentError) {
    self.conditions = conditions
    fields = conditions.reduce(into: []) { $0.formUnion($1.fields) }
    var places: [ConditionTest: Int] = [:]
    var tests: [ConditionTest] = []
    for condition in conditions {
      condition.forEachTest { test in
        if places[test] == nil {
          places[test] = tests.count
          tests.append(test)
        }
      }
    }
    code = try ConditionCode(tests, lists: lists)
    let grouped = TestGroups(tests, code: code)
    (numbers, addresses, texts, rowTests) = (grouped.numbers, grouped.addresses, grouped.texts, grouped.rowTests)
    plan = ConditionPlan(conditions, numbers: places, stage: grouped.stage)
  }

  package func makeScratch() -> ConditionScratch { ConditionScratch(for: self) }

  /// Judges every condition for every row; the answers are in `scratch` until the next call.
  package func evaluate(_ batch: EventBatch, _ scratch: ConditionScratch) {
    precondition(scratch.set === self, "a scratch belongs to the set that made it")
    scratch.prepare(rows: batch.count)
    if batch.count == 0 { return }
    let bits = scratch.bits
    for group in numbers where batch.isTouched(group.field) { group.mark(batch, bits) }
    for (group, cache) in zip(addresses, scratch.addresses) { group.mark(batch, bits, cache) }
    plan.nodes.withUnsafeBufferPointer { nodes in
      plan.children.withUnsafeBufferPointer { children in
        let run = PlanRun(nodes: nodes, children: children, bits: bits, levels: scratch.levels, rows: batch.count)
        let reader = RowReader(batch: batch, code: code, text: scratch.text, regex: scratch.regex)
        judgeTexts(reader, run, scratch)
        judgeRows(reader, run, scratch)
        for (index, root) in plan.roots.enumerated() { run.fill(root, scratch.words(of: index), level: 0) }
      }
    }
  }

  private func judgeTexts(_ reader: RowReader, _ run: PlanRun, _ scratch: ConditionScratch) {
    for (index, group) in texts.enumerated() where group.isThere(in: reader.batch) {
      guard need(stage: index + 1, run, scratch) else { continue }
      group.mark(reader, need: scratch.need, run.bits, scratch.memories[index])
    }
  }

  private func judgeRows(_ reader: RowReader, _ run: PlanRun, _ scratch: ConditionScratch) {
    for (test, stage) in rowTests {
      guard need(stage: stage, run, scratch) else { continue }
      for word in 0..<run.bits.wordCount {
        var left = scratch.need[word]
        while left != 0 {
          let row = word &<< 6 | left.trailingZeroBitCount
          left &= left &- 1
          scratch.text.reset()
          if reader.holds(test, row: row) { run.bits.mark(test, row) }
        }
      }
    }
  }

  /// Writes the rows in which a stage can still decide something; false where there are none.
  private func need(stage: Int, _ run: PlanRun, _ scratch: ConditionScratch) -> Bool {
    let bit: UInt64 = 1 << UInt64(stage)
    if plan.fullyNeeded & bit != 0 {
      run.fillOnes(scratch.need)
      return true
    }
    scratch.need.update(repeating: 0, count: run.bits.wordCount)
    let all = scratch.levels
    run.fillOnes(all)
    for root in plan.roots { run.addNeed(root, stage: bit, mask: all, level: 0, need: scratch.need) }
    for word in 0..<run.bits.wordCount where scratch.need[word] != 0 { return true }
    return false
  }
}

/// The tests of a set sorted by how their rows are found, and the stage of each.
private struct TestGroups {
  var numbers: [NumberGroup] = []
  var addresses: [AddressGroup] = []
  var texts: [TextGroup] = []
  var rowTests: [(test: Int, stage: Int)] = []
  /// By test: 0 for numbers, words and addresses, then one stage a text field, then those row by row.
  var stage: [Int]

  init(_ tests: [ConditionTest], code: ConditionCode) {
    stage = Array(repeating: 0, count: tests.count)
    var byShape: [TestShape: [Int]] = [:]
    for (number, test) in tests.enumerated() { byShape[TestShape(test), default: []].append(number) }
    for field in EventField.allCases {
      if let members = byShape[.numbers(field)] {
        numbers.append(NumberGroup(field, members.map { ($0, code.tests[$0].numbers(in: code)) }))
      }
      if let members = byShape[.words(field)] {
        numbers.append(NumberGroup(field, members.map { ($0, code.words(field, for: $0)) }))
      }
    }
    for field in [EventField.ipSource, .ipDestination] {
      guard let members = byShape[.addresses(field)] else { continue }
      addresses.append(AddressGroup(field, members.map { ($0, code.tests[$0].addresses(in: code)) }))
    }
    for source in Self.byLength {
      guard let members = byShape[.text(source)] else { continue }
      texts.append(TextGroup(source, members.map { ($0, tests[$0]) }, code: code))
      for test in members { stage[test] = texts.count }
    }
    for test in byShape[.rows] ?? [] {
      stage[test] = min(texts.count + 1 + rowTests.count, 63)
      rowTests.append((test, stage[test]))
    }
  }

  /// Where texts come from, those whose texts are long or seldom the same last.
  private static let byLength: [TextSource] = {
    let long: [EventField] = [
      .userAgent, .path, .pathNormal, .referer, .query, .queryNormal, .uri, .cookie, .ruleMessage, .message, .headers,
      .body,
    ]
    let fields = EventField.allCases.filter { !long.contains($0) } + long
    return fields.map { .column($0) } + [.fullURI, .line]
  }()
}

extension ConditionCode {
  /// The places of the words in a field's list for which a test holds.
  fileprivate func words(_ field: EventField, for test: Int) -> [ClosedRange<Int64>] {
    let batch = EventBatch(capacity: 16, arenaBytes: 4096)
    let reader = RowReader(batch: batch, code: self, text: ScratchText(), regex: RegexScratch())
    batch.touch(field)
    return keywords[Int(field.rawValue)].indices.compactMap { word in
      batch.set(field, 0, Int64(word))
      return reader.holds(test, row: 0) ? Int64(word)...Int64(word) : nil
    }
  }
}
