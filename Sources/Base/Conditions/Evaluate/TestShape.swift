import Model

/// Where a text comes from whose tests are done together.
enum TextSource: Hashable {
  case column(EventField)
  /// `http.request.full_uri`: put together once a row for all who ask.
  case fullURI
  case line

  /// Whether `value` is this text as it stands: the field itself, or a list or map joined into text.
  func isWhole(_ value: ConditionValue) -> Bool {
    switch (self, value.kind) {
    case (.column(let field), .field(let other)): field == other && field.spec.type == .text
    case (.column(let field), .call(.concat, let arguments)): arguments.count == 1 && arguments[0].kind == .field(field)
    case (.fullURI, .derived(.fullURI)), (.line, .derived(.line)): true
    default: false
    }
  }
}

/// How the rows of one test are best found.
enum TestShape: Hashable {
  /// By the number in one column.
  case numbers(EventField)
  /// By the address in one column.
  case addresses(EventField)
  /// By the word in one column of few words.
  case words(EventField)
  /// By one text: worked out once per distinct text.
  case text(TextSource)
  /// Row by row.
  case rows

  init(_ test: ConditionTest) {
    self = .rows
    if case .value = test.operand { return }
    var sources: Set<TextSource> = []
    guard Self.collect(test.value, &sources), sources.count == 1, let source = sources.first else { return }
    guard case .column(let field) = source else {
      self = .text(source)
      return
    }
    let isPlain = test.value.kind == .field(field) && test.quantifier == nil
    switch field.spec.type {
    case .text, .list, .map: self = .text(source)
    case .keyword(let words): if words.count <= 64 { self = .words(field) }
    case .int, .time: if isPlain { self = .numbers(field) }
    case .ip: if isPlain { self = .addresses(field) }
    case .bool: break
    }
  }

  /// What a value is made of; false where that is a single key of the line.
  private static func collect(_ value: ConditionValue, _ sources: inout Set<TextSource>) -> Bool {
    switch value.kind {
    case .field(let field): sources.insert(.column(field))
    case .derived(.line): sources.insert(.line)
    case .derived(.fullURI): sources.insert(.fullURI)
    case .raw: return false
    case .derived(let derived): sources.formUnion(derived.sources.map { .column($0) })
    case .key(let map, let name):
      if case .field(.headers) = map.kind, let own = EventField.header(name) { sources.insert(.column(own)) }
      return collect(map, &sources)
    case .index(let list, _), .each(let list): return collect(list, &sources)
    case .call(_, let arguments): return arguments.allSatisfy { collect($0, &sources) }
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
