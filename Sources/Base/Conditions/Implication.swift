import Model

extension Condition {
  /// Whether every event that meets this condition must meet the other one, as far as the two trees show it.
  ///
  /// Yes is proven; no may only mean that no proof was found. Sets of values are compared as sets, texts that are written
  /// out are put to the other condition itself. Cost: the product of both sizes; conditions of more than 2,000 comparisons
  /// are not looked at.
  package func implies(_ other: Condition) -> Bool {
    var size = 0
    forEachTest { _ in size += 1 }
    other.forEachTest { _ in size += 1 }
    return self == other || size <= 2_000 && proves(other)
  }

  private func proves(_ other: Condition) -> Bool {
    if self == other { return true }
    if case .and(let parts) = other { return parts.allSatisfy(proves) }
    if case .or(let parts) = self { return parts.allSatisfy { $0.proves(other) } }
    if case .and(let parts) = self, parts.contains(where: { $0.proves(other) }) { return true }
    if case .or(let parts) = other, parts.contains(where: proves) { return true }
    if case .not(let own) = self, case .not(let its) = other { return its.proves(own) }
    guard case .test(let test) = self else { return false }
    return Implication(test).proves(other)
  }
}

/// What one comparison says about every event that meets it.
private struct Implication {
  private static let textLimit = 10_000

  private let test: ConditionTest

  init(_ test: ConditionTest) { self.test = test }

  func proves(_ other: Condition) -> Bool {
    guard test.quantifier == nil else { return false }
    if let texts, let field = plainField, other.looksOnly(at: field) { return holds(other, field, texts) }
    guard case .test(let its) = other, its.quantifier == nil else { return false }
    if its.value == test.value {
      if let own = Self.numbers(test), let wide = Self.numbers(its) { return Self.lie(own, in: wide) }
      if let own = Self.addresses(test), let wide = Self.addresses(its) {
        return Self.lie(own.filter(\.lowerBound.isV4), in: wide.filter(\.lowerBound.isV4))
          && Self.lie(own.filter { !$0.lowerBound.isV4 }, in: wide.filter { !$0.lowerBound.isV4 })
      }
    }
    return affixProves(its)
  }

  private var plainField: EventField? {
    guard case .field(let field) = test.value.kind, field.spec.type == .text else { return nil }
    return field
  }

  /// The only texts that the value can be.
  private var texts: [ByteText]? {
    switch (test.relation, test.operand) {
    case (.equal, .literal(.text(let text))): return [text]
    case (.isIn, .set(let members)):
      let texts = members.compactMap { if case .text(let text) = $0 { text } else { nil } }
      return texts.count == members.count && texts.count <= Self.textLimit ? texts : nil
    default: return nil
    }
  }

  /// Asks the evaluator about an event for each text.
  private func holds(_ other: Condition, _ field: EventField, _ texts: [ByteText]) -> Bool {
    guard let set = try? ConditionSet([other]) else { return false }
    let batch = EventBatch(capacity: texts.count, arenaBytes: texts.reduce(4_096) { $0 + $1.bytes.count })
    batch.touch(field)
    for (row, text) in texts.enumerated() {
      batch.set(field, row, batch.arena.append(text.bytes))
      batch.commitRow(.absent)
    }
    let scratch = set.makeScratch()
    set.evaluate(batch, scratch)
    return scratch.matches(0).count == texts.count
  }

  // MARK: Numbers and addresses

  private static func numbers(_ test: ConditionTest) -> [ClosedRange<Int64>]? {
    if case .set(let members) = test.operand, test.relation == .isIn {
      let ranges = members.compactMap { if case .ints(let range) = $0 { range } else { nil } }
      return ranges.count == members.count ? merged(ranges) { $0 == .max ? $0 : $0 + 1 } : nil
    }
    let number: Int64
    switch test.operand {
    case .literal(.int(let own)), .literal(.time(let own)): number = own
    default: return nil
    }
    return test.relation.ranges(of: number)
  }

  /// IPv4 stands within IPv6's numbers, but no network of IPv6 means it: each range keeps to one family.
  private static func addresses(_ test: ConditionTest) -> [ClosedRange<IPAddress>]? {
    switch (test.relation, test.operand) {
    case (.equal, .literal(.ip(let address))): return [address...address]
    case (.isIn, .set(let members)):
      let ranges = members.compactMap { if case .addresses(let range) = $0 { range } else { nil } }
      guard ranges.count == members.count else { return nil }
      let step = { (address: IPAddress) in
        IPAddress(high: address.low == .max ? address.high &+ 1 : address.high, low: address.low &+ 1)
      }
      return merged(ranges.filter(\.lowerBound.isV4), following: step)
        + merged(ranges.filter { !$0.lowerBound.isV4 }, following: step)
    default: return nil
    }
  }

  /// Sorted ranges that do not touch.
  private static func merged<Bound: Comparable>(
    _ ranges: [ClosedRange<Bound>], following: (Bound) -> Bound
  ) -> [ClosedRange<Bound>] {
    var out: [ClosedRange<Bound>] = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = out.last, range.lowerBound <= max(last.upperBound, following(last.upperBound)) {
        out[out.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
      } else {
        out.append(range)
      }
    }
    return out
  }

  private static func lie<Bound: Comparable>(_ ranges: [ClosedRange<Bound>], in wide: [ClosedRange<Bound>]) -> Bool {
    ranges.allSatisfy { own in
      wide.contains { $0.lowerBound <= own.lowerBound && own.upperBound <= $0.upperBound }
    }
  }

  // MARK: Parts of texts

  private enum Part: Equatable { case start, end, inside }

  /// `starts_with(a, "/admin/x")` proves `starts_with(a, "/admin")`, `a contains "min"` and `a ne ""`.
  private func affixProves(_ its: ConditionTest) -> Bool {
    guard let (value, part, text) = Self.affix(test) else { return false }
    if its.value == value, its.relation == .notEqual, its.operand == .literal(.text("")) { return !text.isEmpty }
    guard let (other, wanted, shorter) = Self.affix(its), other == value else { return false }
    switch wanted {
    case .inside: return text.holds(shorter)
    case .start: return part == .start && text.starts(with: shorter)
    case .end: return part == .end && text.reversed().starts(with: shorter.reversed())
    }
  }

  private static func affix(_ test: ConditionTest) -> (ConditionValue, Part, [UInt8])? {
    if test.relation == .contains, case .literal(.text(let text)) = test.operand {
      return (test.value, .inside, text.bytes)
    }
    guard test.relation == .holds, case .call(let function, let arguments) = test.value.kind, arguments.count == 2,
      function == .startsWith || function == .endsWith, case .literal(.text(let text)) = arguments[1].kind
    else { return nil }
    return (arguments[0], function == .startsWith ? .start : .end, text.bytes)
  }
}

extension [UInt8] {
  fileprivate func holds(_ part: [UInt8]) -> Bool {
    part.isEmpty || part.count <= count && (0...(count - part.count)).contains { self[$0...].starts(with: part) }
  }
}

extension Condition {
  /// Whether the answer hangs on one text field alone.
  fileprivate func looksOnly(at field: EventField) -> Bool {
    var only = true
    var asked = 0
    forEachTest { test in
      asked += 1
      var isPlain = test.quantifier == nil && test.value.isMade(of: field)
      switch test.operand {
      case .list, .value: isPlain = false
      case .nothing, .literal, .set: break
      }
      only = only && isPlain
    }
    return only && asked > 0
  }
}

extension ConditionValue {
  fileprivate func isMade(of field: EventField) -> Bool {
    switch kind {
    case .field(let own): own == field
    case .literal: true
    case .call(_, let arguments): arguments.allSatisfy { $0.isMade(of: field) }
    case .derived, .raw, .key, .index, .each: false
    }
  }
}
