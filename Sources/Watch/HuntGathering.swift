import Archive
import Conditions
import Model

/// What a hunt has gathered so far, batch after batch in order.
struct HuntGathering {
  let wish: Hunt.Wish
  private(set) var events = 0
  private var printed = 0
  private var groups: [[String]: Group] = [:]
  private var different = 0
  private var isCut = false

  private struct Group {
    var events = 0
    var values: Set<String> = []
  }

  init(_ wish: Hunt.Wish) { self.wish = wish }

  /// Whether nothing more can change the answer.
  var isSatisfied: Bool {
    if case .events(let limit) = wish { printed >= limit } else { false }
  }

  /// Counts one batch's matches and returns the lines to print.
  mutating func take(_ rows: RowBits, of batch: EventBatch, inputs: [String]) -> [UInt8] {
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
      case .groups(let grouping, _): count(row, of: batch, weight, grouping)
      }
    }
    return lines
  }

  private mutating func count(_ row: Int, of batch: EventBatch, _ weight: Int, _ grouping: Grouping) {
    var values: [String] = []
    if let step = grouping.step {
      values.append(batch.number(.time, row).map { UTCTime.rfc3339(Grouping.slot($0, step)) } ?? "-")
    }
    for field in grouping.fields { values.append(batch.words(field, row) ?? "-") }
    guard let place = groups.index(forKey: values) else {
      guard groups.count < Hunt.groupLimit else {
        isCut = true
        return
      }
      groups[values] = Group()
      add(row, of: batch, weight, grouping, groups.index(forKey: values)!)
      return
    }
    add(row, of: batch, weight, grouping, place)
  }

  private mutating func add(
    _ row: Int, of batch: EventBatch, _ weight: Int, _ grouping: Grouping,
    _ place: Dictionary<[String], Group>.Index
  ) {
    groups.values[place].events &+= weight
    guard let field = grouping.distinct, let value = batch.words(field, row) else { return }
    guard different < Hunt.groupLimit * 4 else {
      isCut = true
      return
    }
    if groups.values[place].values.insert(value).inserted { different += 1 }
  }

  var answer: Hunt.Answer {
    var answer = Hunt.Answer()
    answer.events = events
    answer.isCut = isCut
    guard case .groups(let grouping, let limit) = wish else { return answer }
    let counted = groups.map { key, group in
      GroupCounts.Group(
        values: key, events: group.events, distinct: grouping.distinct == nil ? nil : group.values.count)
    }
    answer.groupCount = counted.count
    answer.groups = Array(counted.sorted(by: GroupOrder(grouping).precedes).prefix(limit))
    // Counting with nothing to count by is one group, whatever it holds.
    if grouping.step == nil, grouping.fields.isEmpty, counted.isEmpty {
      answer.groups = [.init(values: [], events: 0, distinct: grouping.distinct == nil ? nil : 0)]
      answer.groupCount = 1
    }
    return answer
  }
}

/// The order of groups: by time, then the most frequent first, then by their values as their fields are ordered.
struct GroupOrder {
  private let byTime: Bool
  private let kinds: [FieldType]

  init(_ grouping: Grouping) {
    byTime = grouping.step != nil
    kinds = (byTime ? [.time] : []) + grouping.fields.map(\.spec.type)
  }

  func precedes(_ a: GroupCounts.Group, _ b: GroupCounts.Group) -> Bool {
    if byTime, a.values[0] != b.values[0] { return Self.isLess(a.values[0], b.values[0], .time) }
    if a.events != b.events { return a.events > b.events }
    for (index, kind) in kinds.enumerated() where a.values[index] != b.values[index] {
      return Self.isLess(a.values[index], b.values[index], kind)
    }
    return false
  }

  private static func isLess(_ a: String, _ b: String, _ kind: FieldType) -> Bool {
    // What is missing stands first.
    if a == "-" || b == "-" { return a == "-" }
    switch kind {
    case .int, .bool: return Int64(a) ?? 0 < Int64(b) ?? 0
    case .ip: return IPAddress(a) ?? .absent < IPAddress(b) ?? .absent
    default: return a.utf8.lexicographicallyPrecedes(b.utf8)
    }
  }
}
