import Model

// The names of a WAF's rules, at whatever depth its groups of rules hold them.
extension CellWriter {
  /// Gathers every `ruleId` below a list of rules or of groups of rules: all join `security.rule.ids`, and the first
  /// becomes the value of `field`, unless that is the list itself.
  ///
  /// AWS WAF names a managed group where the decision stands; which of its rules matched stands two levels deeper, also
  /// where the rule only counts.
  mutating func rules(_ field: EventField, _ value: RawValue) -> Bool {
    guard value.kind == .array, JSONList.first(value) != nil else { return false }
    var names = listed(.ruleIDs)
    let known = names.count
    gatherRules(value, depth: 0, into: &names)
    guard names.count > known else { return false }
    makeList(.ruleIDs, names)
    return field == .ruleIDs ? true : text(field, names[known])
  }

  /// The texts of a list that the row under construction holds already.
  private func listed(_ field: EventField) -> [UnsafeBufferPointer<UInt8>] {
    let list = bytes(field)
    guard let start = list.baseAddress, list.count > 2 else { return [] }
    return JSONList(RawValue(kind: .array, start: start, count: list.count)).map(\.bytes)
  }

  private mutating func gatherRules(_ value: RawValue, depth: Int, into names: inout [UnsafeBufferPointer<UInt8>]) {
    guard depth < 6, names.count < 100 else { return }
    switch value.kind {
    case .array:
      for element in JSONList(value) { gatherRules(element, depth: depth + 1, into: &names) }
    case .object:
      for (key, value) in JSONPairs(value) {
        if matchesWord(key.bytes, "ruleid"), let name = scalar(value), !meansNothing(name) {
          if !names.contains(where: { $0.elementsEqual(name) }) { names.append(name) }
        } else {
          gatherRules(value, depth: depth + 1, into: &names)
        }
      }
    default: return
    }
  }
}
