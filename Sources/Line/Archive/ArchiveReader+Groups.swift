import Conditions
import Model

/// What to count events by.
package struct Grouping: Sendable, Equatable {
  package var fields: [EventField] = []
  /// Width of a slot of time (ns), where events are counted by time too.
  package var step: Int64?
  /// A field whose different values are counted in each group.
  package var distinct: EventField?

  package init(_ fields: [EventField] = [], step: Int64? = nil, distinct: EventField? = nil) {
    self.fields = fields
    self.step = step
    self.distinct = distinct
  }

  /// The start of the slot that a time lies in.
  package static func slot(_ time: Int64, _ step: Int64) -> Int64 {
    let rest = time % step
    return time - (rest < 0 ? rest + step : rest)
  }
}

/// Groups that were counted, the largest first; by time: the earliest first.
package struct GroupCounts: Sendable {
  package struct Group: Sendable, Equatable {
    /// Of the slot of time, where one was asked for, and of each field; `-` where there is none.
    package var values: [String]
    /// Weights applied.
    package var events: Int
    package var distinct: Int?

    package init(values: [String], events: Int, distinct: Int? = nil) {
      self.values = values
      self.events = events
      self.distinct = distinct
    }
  }

  package var groups: [Group] = []
  /// How many groups there are, those that were not asked for too.
  package var count = 0
  package var events = 0

  package init() {}
}

extension ArchiveReader {
  /// Counts in DuckDB alone; nil where that could differ from what the evaluator says.
  package func count(
    _ condition: Condition, by grouping: Grouping, limit: Int, computed: Set<EventField>
  ) throws(ArchiveError) -> GroupCounts? {
    let asked = Set(grouping.fields + [grouping.distinct].compactMap { $0 })
    let sql = ConditionSQL(condition, columns: columns, computed: computed)
    guard sql.isExact, !hasOdd, asked.isDisjoint(with: computed) else { return nil }
    if files.isEmpty { return GroupCounts() }
    let weight = columns.contains(.weight) ? "sum(coalesce(\(EventField.weight.column), 1))::BIGINT" : "count(*)"
    var keys: [String] = []
    if let step = grouping.step {
      let time = columns.contains(.time) ? "epoch_ns(\(EventField.time.column))" : "NULL::BIGINT"
      // The number of the slot. Division cuts towards zero, which before 1970 is the slot behind.
      let rest = files.contains { $0.first ?? 0 < 0 } ? "(\(time) - (\(time) % \(step) + \(step)) % \(step))" : time
      keys.append("\(rest) // \(step)")
    }
    keys += grouping.fields.map { column($0) }
    let looked = condition.fields.union(asked).union(grouping.step == nil ? [.weight] : [.weight, .time])
    let table = table(for: looked)
    let distinct = grouping.distinct.map { "count(DISTINCT \(column($0)))" } ?? "0"
    if keys.isEmpty {
      let numbers = try connection.numbers(
        "SELECT coalesce(\(weight), 0), \(distinct) FROM \(table) WHERE \(sql.text)", [paths] + sql.values)
      var counts = GroupCounts()
      counts.events = Int(numbers.first ?? 0)
      if grouping.distinct != nil {
        counts.groups = [.init(values: [], events: counts.events, distinct: Int(numbers[1]))]
        counts.count = 1
      }
      return counts
    }
    let named = keys.enumerated().map { "\($1) AS key\($0)" }.joined(separator: ", ")
    let places = keys.indices.map { "key\($0)" }
    let byCount = grouping.step == nil ? ["events DESC"] : ["key0 NULLS FIRST", "events DESC"]
    let order = (byCount + places.map { "\($0) NULLS FIRST" }).joined(separator: ", ")
    let result = try connection.query(
      """
      WITH counted AS MATERIALIZED (SELECT \(named), \(weight) AS events, \(distinct) AS different FROM \(table) \
      WHERE \(sql.text) GROUP BY \(places.joined(separator: ", "))) \
      SELECT \(places.joined(separator: ", ")), events, different, (SELECT count(*) FROM counted), \
      (SELECT sum(events)::BIGINT FROM counted) FROM counted ORDER BY \(order) LIMIT \(limit)
      """, [paths] + sql.values)
    return try gather(result, grouping, keys.count)
  }

  private func column(_ field: EventField) -> String {
    columns.contains(field) ? field.column : "NULL::\(field.columnKind.type)"
  }

  private func gather(_ result: DuckResult, _ grouping: Grouping, _ keys: Int) throws(ArchiveError) -> GroupCounts {
    var counts = GroupCounts()
    while let chunk = try result.next() {
      for row in 0..<chunk.count {
        var values: [String] = []
        if let step = grouping.step { values.append(chunk.int(0, row).map { UTCTime.rfc3339($0 * step) } ?? "-") }
        for field in grouping.fields { values.append(chunk.words(field, values.count, row) ?? "-") }
        counts.groups.append(
          .init(
            values: values, events: Int(chunk.int(keys, row) ?? 0),
            distinct: grouping.distinct == nil ? nil : Int(chunk.int(keys + 1, row) ?? 0)))
        counts.count = Int(chunk.int(keys + 2, row) ?? 0)
        counts.events = Int(chunk.int(keys + 3, row) ?? 0)
      }
    }
    return counts
  }
}

extension DuckChunk {
  /// A cell of a field's column as a person reads it; nil where there is none.
  fileprivate func words(_ field: EventField, _ index: Int, _ row: Int) -> String? {
    let column = column(index)
    guard column.isThere(row) else { return nil }
    switch field.columnKind {
    case .text, .keyword: return String(decoding: column.bytes(row), as: UTF8.self)
    case .int: return String(column.int(row))
    case .bool: return column.bool(row) ? "1" : "0"
    case .time: return UTCTime.rfc3339(column.int(row))
    case .address: return column.address(row).description
    }
  }
}
