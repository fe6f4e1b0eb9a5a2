import Model

/// How the rows of one test are best found.
enum TestShape: Hashable {
  /// By the number in one column.
  case numbers(EventField)
  case addresses
  /// By the word in one column of few words.
  case words(EventField)
  /// By the text in one column: worked out once per distinct text.
  case text(EventField)
  /// Row by row.
  case rows

  init(_ test: ConditionTest) {
    self = .rows
    if case .value = test.operand { return }
    var columns: Set<EventField> = []
    guard Self.collect(test.value, &columns), columns.count == 1, let field = columns.first else { return }
    let isPlain = test.value.kind == .field(field) && test.quantifier == nil
    switch field.spec.type {
    case .text, .list, .map: self = .text(field)
    case .keyword(let words): if words.count <= 64 { self = .words(field) }
    case .int, .time: if isPlain { self = .numbers(field) }
    case .ip: if isPlain { self = .addresses }
    case .bool: break
    }
  }

  /// The columns a value is made of; false where it also needs the line itself.
  private static func collect(_ value: ConditionValue, _ columns: inout Set<EventField>) -> Bool {
    switch value.kind {
    case .field(let field): columns.insert(field)
    case .derived(.line), .raw: return false
    case .derived(let derived): columns.formUnion(derived.sources)
    case .key(let map, let name):
      if case .field(.headers) = map.kind, let own = EventField.header(name) { columns.insert(own) }
      return collect(map, &columns)
    case .index(let list, _), .each(let list): return collect(list, &columns)
    case .call(_, let arguments): return arguments.allSatisfy { collect($0, &columns) }
    case .literal: break
    }
    return true
  }
}

extension TestNode {
  /// The numbers for which the test holds, sorted and apart; the lowest number of all means a missing value.
  func numbers(in code: ConditionCode) -> [ClosedRange<Int64>] {
    let all = (Int64.min + 1)...Int64.max
    return relation == .isIn
      ? code.ints[members].compactMap { $0.overlaps(all) ? $0.clamped(to: all) : nil }
      : Self.ranges(relation, literal.number, in: all, before: { $0 - 1 }, after: { $0 + 1 })
  }

  func addresses(in code: ConditionCode) -> [ClosedRange<IPAddress>] {
    let all = IPAddress(high: 0, low: 1)...IPAddress(high: .max, low: .max)
    return relation == .isIn
      ? code.addresses[members].compactMap { $0.overlaps(all) ? $0.clamped(to: all) : nil }
      : Self.ranges(relation, literal.address, in: all, before: \.previous, after: \.next)
  }

  private static func ranges<Bound: Comparable>(
    _ relation: ConditionRelation, _ value: Bound, in all: ClosedRange<Bound>, before: (Bound) -> Bound,
    after: (Bound) -> Bound
  ) -> [ClosedRange<Bound>] {
    let below = value > all.lowerBound ? [all.lowerBound...before(value)] : []
    let above = value < all.upperBound ? [max(after(value), all.lowerBound)...all.upperBound] : []
    let same = all.contains(value) ? [value...value] : []
    switch relation {
    case .equal: return same
    case .notEqual: return below + above
    case .less: return below
    case .lessOrEqual: return below + same
    case .greater: return above
    case .greaterOrEqual: return same + above
    default: return []
    }
  }
}

extension IPAddress {
  /// The address behind this one; the last is followed by the first.
  var next: IPAddress { IPAddress(high: low == .max ? high &+ 1 : high, low: low &+ 1) }
  var previous: IPAddress { IPAddress(high: low == 0 ? high &- 1 : high, low: low &- 1) }
}
