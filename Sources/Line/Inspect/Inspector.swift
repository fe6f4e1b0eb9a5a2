import Model

/// Says of every request in a batch whether its payload is an attack; immutable, shared by all workers.
package final class Inspector: Sendable {
  let rules: RuleSet
  let signals: SignalPatterns
  let sigma: SigmaScan

  /// `paranoia` 1…4 is the Core Rule Set's level, whose score is shown beside Weir's own verdict.
  ///
  /// Errors: `RuleSetError` or `SignalError` where the rule set or Weir's own signals cannot be loaded, `ContentError`
  /// where a signature cannot be scanned for.
  package init(paranoia: Int = 1, signatures: [Signature] = []) throws {
    rules = try RuleSet.load(paranoia: paranoia)
    signals = try SignalPatterns()
    sigma = try SigmaScan(signatures)
  }

  /// The Core Rule Set it judges by.
  package var ruleSet: RuleSet { rules }

  /// A worker that judges, and notes what it finds where a memory is given; or that recalls what an earlier one noted.
  /// Errors: `SignalError` where there is no memory for a worker's scans.
  package func worker(
    noting memory: InspectionMemory? = nil, recalling recollection: Recollection? = nil
  ) throws(SignalError) -> InspectWorker {
    try InspectWorker(self, noting: memory, recalling: recollection)
  }
}

extension Inspector {
  /// The columns that inspection fills.
  package static let fields: Set<EventField> = Set(Finding.fields).union([.sigmaRules])
}
