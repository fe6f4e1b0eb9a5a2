import Model

/// Judges one test for one row: the whole language, without short cuts.
///
/// Plain pointers to the batch's memory are kept for the length of a batch. Cost: what the test asks for; nothing is
/// allocated beyond the scratch.
struct RowReader {
  let batch: EventBatch
  let code: ConditionCode
  let arena: UnsafePointer<UInt8>
  let text: ScratchText
  let regex: RegexScratch

  init(batch: EventBatch, code: ConditionCode, text: ScratchText, regex: RegexScratch) {
    self.batch = batch
    self.code = code
    self.text = text
    self.regex = regex
    arena = UnsafePointer(batch.arena.base)
  }

  func holds(_ test: Int, row: Int) -> Bool {
    let node = code.tests[test]
    guard let quantifier = node.quantifier else {
      return compare(node, value(node.value, row: row, element: .absent), row: row)
    }
    var sawAny = false, sawAll = true
    let isThere = forEach(in: node.list, row: row, element: .absent) { element in
      if compare(node, value(node.value, row: row, element: element), row: row) {
        sawAny = true
      } else {
        sawAll = false
      }
      return quantifier == .any ? !sawAny : sawAll
    }
    return isThere && (quantifier == .any ? sawAny : sawAll)
  }

  // MARK: Comparing

  private func compare(_ node: TestNode, _ left: Datum, row: Int) -> Bool {
    if left.kind == .absent { return false }
    if node.relation == .holds { return left.isTrue }
    if node.regex >= 0 { return left.kind == .text && regex.matches(code.regexes[node.regex].code, left.text) }
    if node.relation == .isIn { return isMember(left, node.members) }
    let right = node.other >= 0 ? value(node.other, row: row, element: .absent) : node.literal
    guard left.kind == right.kind else { return false }
    if node.relation == .contains { return left.kind == .text && find(right.text, in: left.text) != nil }
    let order = Self.order(left, right)
    switch node.relation {
    case .equal: return order == 0
    case .notEqual: return order != 0
    case .less: return order < 0
    case .lessOrEqual: return order <= 0
    case .greater: return order > 0
    case .greaterOrEqual: return order >= 0
    default: return false
    }
  }

  /// Below, at or above zero as `a` is less than, equal to or more than `b` of the same kind.
  private static func order(_ a: Datum, _ b: Datum) -> Int {
    switch a.kind {
    case .text: compareBytes(a.text, b.text)
    case .ip: a.address == b.address ? 0 : a.address < b.address ? -1 : 1
    default: a.number == b.number ? 0 : a.number < b.number ? -1 : 1
    }
  }

  private func isMember(_ value: Datum, _ members: Range<Int>) -> Bool {
    switch value.kind {
    case .text:
      let texts = code.texts
      let place = firstIndex(in: members) { compareBytes(texts[$0], value.text) >= 0 }
      return place < members.upperBound && compareBytes(texts[place], value.text) == 0
    case .ip:
      let ranges = code.addresses
      let place = firstIndex(in: members) { ranges[$0].upperBound >= value.address }
      return place < members.upperBound && ranges[place].lowerBound <= value.address
    case .int:
      let ranges = code.ints
      let place = firstIndex(in: members) { ranges[$0].upperBound >= value.number }
      return place < members.upperBound && ranges[place].lowerBound <= value.number
    default: return false
    }
  }

  /// The first place of a sorted range from which on the question is true.
  private func firstIndex(in range: Range<Int>, where isBehind: (Int) -> Bool) -> Int {
    var low = range.lowerBound, high = range.upperBound
    while low < high {
      let middle = (low + high) / 2
      if isBehind(middle) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
