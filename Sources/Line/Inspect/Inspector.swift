import Model

/// Says of every request in a batch whether its payload is an attack; immutable, shared by all workers.
package final class Inspector: Sendable {
  let rules: RuleSet
  let sigma: SigmaScan

  /// `paranoia` 1…4 is the Core Rule Set's level, whose score is shown beside Weir's own verdict.
  ///
  /// Errors: `RuleSetError` where the rule set cannot be loaded, `ContentError` where a signature cannot be scanned for.
  package init(paranoia: Int = 1, signatures: [Signature] = []) throws {
    rules = try RuleSet.load(paranoia: paranoia)
    sigma = try SigmaScan(signatures)
  }

  package func worker() -> InspectWorker { InspectWorker(self) }
}

extension Inspector {
  /// The columns that inspection fills.
  package static let fields: Set<EventField> = Set(Finding.fields).union([.sigmaRules])
}
