import Model

/// Judges requests with a rule set; one per worker, not shared between threads.
///
/// The parts of a request (its line, each header) are screened on their own and the result is remembered, so what
/// repeats in traffic costs a look-up. Only a request for which some rule may match is taken apart as a whole.
package final class RuleJudge {
  package let rules: RuleSet
  private let evaluator: Evaluator
  private let screen: Screen
  private let parts: PartMemory
  /// How many requests were judged, how many of them rule by rule, and how many of these by libmodsecurity.
  package private(set) var statistics = Statistics()

  package struct Statistics: Sendable {
    package var judged = 0
    package var evaluated = 0
    package var byModSecurity = 0
  }

  /// `memory` bounds the bytes of remembered parts. `judge` is the verdict whose own signals `isClean` speaks for as well.
  package init(_ rules: RuleSet, beside judge: VerdictJudge? = nil, memory: Int = 24 << 20) {
    self.rules = rules
    evaluator = Evaluator(rules.program, decidesAlone: rules.plan.decidesAlone)
    screen = Screen(rules.plan, rules.table, evaluator)
    parts = PartMemory(rules, evaluator, screen, beside: judge, limit: memory)
  }

  package func judge(_ request: InspectedRequest) -> CRSVerdict {
    request.withView { judge($0) }
  }

  package func judge(_ request: RequestView) -> CRSVerdict {
    statistics.judged += 1
    if request.body.isEmpty, !parts.look(request).mayMatch { return rules.silence }
    return evaluate(request)
  }

  /// Whether neither a rule nor one of the verdict's own signals can speak against a request; asks for a judge `beside`
  /// the rules. Cost: a look-up for each part that was seen before.
  func isClean(_ request: RequestView) -> Bool {
    guard request.body.isEmpty else { return false }
    let answer = parts.look(request)
    if !answer.mayMatch, answer.isQuiet { statistics.judged += 1 }
    return !answer.mayMatch && answer.isQuiet
  }

  /// The same without anything remembered: takes the whole request apart.
  func evaluate(_ request: RequestView) -> CRSVerdict {
    statistics.evaluated += 1
    evaluator.values.load(request)
    evaluator.derived.reset()
    if evaluator.values.isForeign { return judgeByModSecurity(request) }
    screen.run()
    let counts = parts.count(request)
    let table = rules.table
    let outcome = evaluator.run(
      { [screen] in table.mayMatch($0, screen.open, counts, request.knows) },
      isOpen: { [screen] in screen.isOpen($0, $1) })
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
