import Model

/// Judges requests by libmodsecurity itself with exclusions before the rule set: the proof of an exclusion.
///
/// Cost: 100 ms and 60 MB for each kind of log (what it records), then some 500 µs a request.
package final class RuleTrial {
  package struct Outcome: Sendable {
    package var isBlocked: Bool
    package var hits: [RuleHit]
  }

  private let rules: RuleSet
  private let exclusions: String
  private var engines: [Knowledge: ModSecurity] = [:]

  /// `exclusions` are lines of SecLang. Errors come with the first request: lines that libmodsecurity refuses.
  package init(_ rules: RuleSet, exclusions: String) {
    self.rules = rules
    self.exclusions = exclusions
  }

  /// Errors: `RuleSetError` where the rules cannot be loaded or the library gave up.
  package func judge(_ request: InspectedRequest) throws(RuleSetError) -> Outcome {
    let engine = try engine(request.knows)
    guard let verdict = request.withView({ engine.judge($0) }) else { throw .unavailable("libmodsecurity") }
    // 949 adds the scores up, 980 reports them.
    let hits = verdict.messages.filter { $0.rule / 1000 < 949 }.map { RuleHit(rule: $0.rule, variable: $0.variable) }
    return Outcome(isBlocked: verdict.messages.contains { $0.rule == 949110 }, hits: hits.uniqued())
  }

  private func engine(_ knows: Knowledge) throws(RuleSetError) -> ModSecurity {
    if let known = engines[knows] { return known }
    let made = try rules.makeModSecurity(knows, exclusions: exclusions)
    engines[knows] = made
    return made
  }
}

/// Copies recorded requests out of batches, for those who look at them later.
package final class RequestCopier {
  private let recorded = RecordedRequest()

  package init() {}

  /// The request of a row; nil when it holds none.
  package func request(_ row: Int, of batch: EventBatch) -> InspectedRequest? {
    guard recorded.open(batch), let view = recorded.view(row, of: batch) else { return nil }
    return InspectedRequest(
      method: Array(view.method), uri: Array(view.uri), version: Array(view.version),
      headers: view.headers.map { .init(name: Array($0.name), value: Array($0.value)) }, body: Array(view.body),
      knows: view.knows)
  }
}

extension RuleSet {
  /// The numbers of the rules that look at requests at this paranoia level.
  package var ruleNumbers: [Int] { program.chains.map(\.id).filter { $0 / 1000 < 949 && $0 >= 910_000 }.uniqued() }
}
