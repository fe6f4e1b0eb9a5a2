/// Judges requests with a rule set; one per worker, not shared between threads.
package final class RuleJudge {
  package let rules: RuleSet
  private let evaluator: Evaluator
  /// How many requests were judged, and how many of them by libmodsecurity.
  package private(set) var statistics = Statistics()

  package struct Statistics: Sendable {
    package var judged = 0
    package var byModSecurity = 0
  }

  package init(_ rules: RuleSet) {
    self.rules = rules
    evaluator = Evaluator(rules.program)
  }

  package func judge(_ request: InspectedRequest) -> CRSVerdict {
    request.withView { judge($0) }
  }

  package func judge(_ request: RequestView) -> CRSVerdict {
    statistics.judged += 1
    evaluator.values.load(request)
    evaluator.derived.reset()
    if evaluator.values.isForeign { return judgeByModSecurity(request) }
    let outcome = evaluator.run { rules.program.chains[$0].needs.isSubset(of: request.knows) }
    if outcome.isForeign { return judgeByModSecurity(request) }
    return CRSVerdict(score: outcome.score, blocked: outcome.blocked, matches: outcome.matches)
  }

  /// The verdict of libmodsecurity itself: some 500 µs.
  package func judgeByModSecurity(_ request: RequestView) -> CRSVerdict {
    statistics.byModSecurity += 1
    guard let engine = try? rules.modSecurity(request.knows), let verdict = engine.judge(request) else {
      return .clean
    }
    var seen: Set<Int> = []
    let matches = verdict.messages.filter { $0.rule / 1000 < 949 && seen.insert($0.rule).inserted }
    return CRSVerdict(
      score: verdict.score, blocked: verdict.messages.contains { $0.rule == 949110 },
      matches: matches.map(match))
  }

  private func match(_ message: ModSecurity.Message) -> RuleMatch {
    let chain = rules.program.chains.first { $0.id == message.rule }
    return RuleMatch(
      ruleID: message.rule, score: 0, variable: message.variable, value: message.value,
      paranoia: chain?.paranoia ?? 1, tags: chain?.tags ?? [], message: chain?.message ?? "")
  }
}
