import Conditions
import Model

/// What a worker works out once per row for all detections: which conditions hold, and hashes of keys and values.
struct ObservationPlan: Sendable {
  /// A column of 64-bit cells: the hash of some fields, or a number itself.
  struct Column: Hashable, Sendable {
    var fields: [KeyField]
    var isNumber: Bool
    /// Rows that other fields are read for; the first one that holds a row decides.
    var alternatives: [Alternative] = []
  }

  struct Alternative: Hashable, Sendable {
    var condition: Int
    var fields: [KeyField]
  }

  /// Where one detection finds its part.
  struct Part: Sendable {
    var condition: Int
    var marks: [Int]
    var key: Int
    var value: Int?
    /// The bitmap in which the rows at which it fires are noted for other detections; nil where nobody asks.
    var firing: Int?
    /// As in the key's column.
    var alternatives: [Alternative] = []
  }

  var columns: [Column]
  var parts: [Part]
  var conditionCount: Int
  /// Bitmaps behind those of the conditions, filled while detections are folded.
  var firingCount: Int
  /// For each column, the conditions whose rows need it; empty where the traffic summary needs it for every row.
  var users: [[Int]]

  /// Columns that the traffic summary reads, in `TrafficTally`'s order.
  static let summaryFields: [EventField] = [.ipSource, .host, .path, .userAgent, .method, .sourceCountry, .sourceASN]

  /// Collects conditions and columns, each once.
  struct Builder {
    private(set) var conditions: [Condition] = []
    private var places: [String: Int] = [:]
    private var columns: [Column] = summaryFields.map { Column(fields: [KeyField($0)], isNumber: false) }
    private var users: [Set<Int>] = summaryFields.map { _ in [] }
    private var parts: [Part] = []
    private var ids: [String] = []
    /// By id of a detection that feeds others, the number of its bitmap; by any id, the conditions of its rows.
    private var firings: [String: Int] = [:]
    private var rowsByID: [String: [Int]] = [:]

    /// Numbers of bitmaps that are no conditions begin here until the conditions are counted.
    private static let firstFiring = 1 << 30

    /// Those that feed others come before them.
    mutating func add(_ detection: Detection) {
      let window = detection.window
      var part = Part(
        condition: place(detection.condition), marks: window.marks.map { place($0) }, key: 0, value: nil, firing: nil)
      // A sequence sees the rows of its further conditions as well.
      var rows = window.kind == .sequence || window.kind == .steps ? [part.condition] + part.marks : [part.condition]
      for feed in detection.fedBy {
        let firing = firings[feed.id] ?? firings.count
        firings[feed.id] = firing
        rows += rowsByID[feed.id] ?? []
        if part.marks.indices.contains(feed.step), window.kind == .steps {
          part.marks[feed.step] = Self.firstFiring + firing
        } else {
          part.marks.append(Self.firstFiring + firing)
        }
      }
      ids.append(detection.id)
      rowsByID[detection.id] = rows
      part.alternatives = alternatives(detection.stepKeys)
      part.key = column(Column(fields: detection.key, isNumber: false, alternatives: part.alternatives), rows)
      if !window.of.isEmpty {
        part.value = column(
          Column(
            fields: window.of, isNumber: window.readsNumbers, alternatives: alternatives(detection.stepValues)), rows)
      }
      parts.append(part)
    }

    private mutating func alternatives(_ steps: [StepKey]) -> [Alternative] {
      steps.map { Alternative(condition: place($0.condition), fields: $0.key) }
    }

    private mutating func place(_ condition: Condition) -> Int {
      let text = condition.description
      if let known = places[text] { return known }
      conditions.append(condition)
      places[text] = conditions.count - 1
      return conditions.count - 1
    }

    private mutating func column(_ column: Column, _ rows: [Int]) -> Int {
      let index = columns.firstIndex(of: column) ?? columns.count
      if index == columns.count {
        columns.append(column)
        users.append([])
      }
      users[index].formUnion(rows)
      return index
    }

    func plan() -> ObservationPlan {
      let forAll = ObservationPlan.summaryFields.count
      func bitmap(_ place: Int) -> Int {
        place < Self.firstFiring ? place : conditions.count + place - Self.firstFiring
      }
      let placed = zip(ids, parts).map { id, part in
        var part = part
        part.marks = part.marks.map(bitmap)
        part.firing = firings[id].map { conditions.count + $0 }
        return part
      }
      return ObservationPlan(
        columns: columns, parts: placed, conditionCount: conditions.count, firingCount: firings.count,
        users: users.enumerated().map { $0.offset < forAll ? [] : $0.element.sorted() })
    }
  }
}
