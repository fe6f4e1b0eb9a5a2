import Model

/// Says of every request in a batch whether its payload is an attack; immutable, shared by all workers.
package final class Inspector: Sendable {
  let rules: RuleSet

  /// `paranoia` 1…4 is the Core Rule Set's level, whose score is shown beside Weir's own verdict.
  package init(paranoia: Int = 1) throws(RuleSetError) {
    rules = try RuleSet.load(paranoia: paranoia)
  }

  package func worker() -> InspectWorker { InspectWorker(self) }
}

extension Inspector {
  /// The columns that inspection fills.
  package static let fields: Set<EventField> = Set(Finding.fields).union([.sigmaRules])
}
