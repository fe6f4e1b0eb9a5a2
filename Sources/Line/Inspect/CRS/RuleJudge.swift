/// Judges requests with a rule set; one per worker, not shared between threads.
package final class RuleJudge {
  package let rules: RuleSet

  package init(_ rules: RuleSet) {
    self.rules = rules
  }

  package func judge(_ request: InspectedRequest) -> CRSVerdict {
    request.withView { judge($0) }
  }

  package func judge(_ request: RequestView) -> CRSVerdict {
    guard let verdict = rules.modSecurity.judge(request) else { return .clean }
    let matches = verdict.messages.map {
      RuleMatch(ruleID: $0.rule, score: 0, variable: "", value: [], paranoia: 0, tags: [], message: "")
    }
    return CRSVerdict(
      score: verdict.score, blocked: matches.contains { $0.ruleID == 949110 },
      matches: matches.filter { $0.ruleID < 949000 })
  }
}
