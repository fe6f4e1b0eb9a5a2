import Archive
import Conditions
import Dispatch
import Enrich
import Inspect
import Model

extension Hunt {
  /// Asks a customer's archive what `run` asks files, with the same answer.
  ///
  /// DuckDB counts by itself where that is exactly the same; otherwise it hands over the rows that may match, and the
  /// evaluator decides. Errors: `ArchiveError`, where the condition wants lines that are not kept, too.
  package func run(
    archive folder: ArchiveFolder, limits: QuestionLimits = QuestionLimits(),
    until deadline: ContinuousClock.Instant? = nil, stop: (@escaping @Sendable () -> Void) -> Void = { _ in },
    print: @escaping ([UInt8]) -> Void
  ) throws -> Answer {
    let reader = try ArchiveReader(folder, since: span.since, until: span.until, limits: limits)
    stop(reader.stop)
    let watch = deadline.map { Deadline($0, reader.stop) }
    defer { watch?.cancel() }
    if condition.needsLines, !reader.keepsLines {
      throw ArchiveError(
        "the archive cannot answer this", why: "it keeps no raw lines, which the condition looks at; ask the files",
        cause: .question)
    }
    var gathering = HuntGathering(wish)
    do {
      if !condition.needsLines, let answer = try countedByDatabase(reader) { return answer }
      try each(reader) { rows, batch, inputs in
        print(gathering.take(rows, of: batch, inputs: inputs))
        return !gathering.isSatisfied
      }
    } catch let error as ArchiveError where error.cause == .limit && reader.isStopped {
      var answer = gathering.answer
      answer.isUnfinished = true
      return answer
    }
    return gathering.answer
  }

  private func countedByDatabase(_ reader: ArchiveReader) throws -> Answer? {
    let (grouping, limit): (Grouping, Int)
    switch wish {
    case .count: (grouping, limit) = (Grouping(), 1)
    case .groups(let asked, let most): (grouping, limit) = (asked, most)
    case .events: return nil
    }
    guard let counts = try reader.count(condition, by: grouping, limit: limit, computed: computed) else { return nil }
    var answer = Answer()
    answer.events = counts.events
    answer.groups = counts.groups
    answer.groupCount = counts.count
    return answer
  }

  /// Hands over batches of the archive with the rows that meet the condition, until `body` answers false.
  func each(_ reader: ArchiveReader, _ body: (RowBits, EventBatch, [String]) -> Bool) throws {
    let needsEnricher = !fields.isDisjoint(with: Enricher.fields)
    let needsInspector = !fields.isDisjoint(with: Inspector.fields)
    let enrich = needsEnricher ? try assembly.enricher().worker() : nil
    let inspect = needsInspector ? try assembly.inspector().worker() : nil
    var columns = fields.union([.weight])
    if case .events = wish { columns = Set(EventField.allCases) }
    // What is worked out anew may look at any field.
    if needsEnricher || needsInspector { columns = Set(EventField.allCases) }
    let set = try ConditionSet([condition])
    let scratch = set.makeScratch()
    try reader.candidates(
      condition, fields: columns, computed: computed, withLines: condition.needsLines, in: EventBatch()
    ) { batch in
      enrich?.enrich(batch)
      inspect?.inspect(batch)
      set.evaluate(batch, scratch)
      return body(scratch.matches(0), batch, reader.inputs)
    }
  }

  /// Fields that are worked out anew from an event's others, and so are not asked of the files.
  private var computed: Set<EventField> {
    var computed = Enricher.fields.union(Inspector.fields)
    // Without a database a country is what the log says it is.
    if assembly.configuration.enrich.databases.isEmpty {
      computed.subtract([.sourceCountry, .sourceCity, .sourceASN, .sourceASName])
    }
    return computed
  }
}

extension Condition {
  /// Whether it looks at the line as it came in, which is no column.
  package var needsLines: Bool {
    var needs = false
    forEachTest { test in
      needs = needs || test.value.needsLine
      if case .value(let other) = test.operand { needs = needs || other.needsLine }
    }
    return needs
  }
}

extension ConditionValue {
  fileprivate var needsLine: Bool {
    switch kind {
    case .raw, .derived(.line): true
    case .field, .derived, .literal: false
    case .key(let inner, _), .index(let inner, _), .each(let inner): inner.needsLine
    case .call(_, let arguments): arguments.contains(where: \.needsLine)
    }
  }
}

/// Ends something that takes too long.
final class Deadline {
  private let instant: ContinuousClock.Instant
  private let item: DispatchWorkItem

  init(_ instant: ContinuousClock.Instant, _ stop: @escaping @Sendable () -> Void) {
    self.instant = instant
    item = DispatchWorkItem(block: stop)
    let left = max(0, (instant - .now) / .seconds(1))
    DispatchQueue.global().asyncAfter(deadline: .now() + left, execute: item)
  }

  var hasPassed: Bool { ContinuousClock.now >= instant }
  func cancel() { item.cancel() }
}
