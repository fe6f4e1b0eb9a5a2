import Model

extension Condition {
  /// The same with the members of named lists in place of their names, so that it means the same anywhere.
  ///
  /// Errors: `ContentError` with the place of a name that nobody gave, and the nearest that somebody did.
  package func resolving(_ lists: NamedLists) throws(ContentError) -> Condition {
    var problems: [ContentProblem] = []
    let resolved = resolved(lists, &problems)
    if !problems.isEmpty { throw ContentError(problems) }
    return resolved
  }

  private func resolved(_ lists: NamedLists, _ problems: inout [ContentProblem]) -> Condition {
    switch self {
    case .and(let parts): return .and(parts.map { $0.resolved(lists, &problems) })
    case .or(let parts): return .or(parts.map { $0.resolved(lists, &problems) })
    case .xor(let parts): return .xor(parts.map { $0.resolved(lists, &problems) })
    case .not(let part): return .not(part.resolved(lists, &problems))
    case .test(var test):
      guard case .list(let name) = test.operand else { return self }
      guard let members = lists[name] else {
        problems.append(lists.problem(name, at: test.place))
        return self
      }
      guard members.allSatisfy({ $0.fits(test.value.type) }) else {
        problems.append(
          ContentProblem(
            line: test.place.line, column: test.place.column,
            message: "$\(name) is a list of addresses, and this is none", suggestion: nil))
        return self
      }
      test.operand = .set(members)
      return .test(test)
    }
  }
}

extension NamedLists {
  func problem(_ name: String, at place: SourcePlace) -> ContentProblem {
    ContentProblem(
      line: place.line, column: place.column, message: "there is no list $\(name)",
      suggestion: nearestWord(to: name, in: names))
  }
}

extension ConditionMember {
  fileprivate func fits(_ type: ConditionType) -> Bool {
    guard case .addresses = self else { return true }
    return type == .ip
  }
}
