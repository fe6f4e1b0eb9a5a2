import Inspect

/// The rule set as Weir evaluates it against libmodsecurity alone: same rules, same score.
enum RuleSetEquality {
  static func compare(_ requests: [WebRequest], name: String) throws -> SetResult {
    var result = SetResult(name)
    let judge = RuleJudge(try RuleSet.load())
    for request in requests {
      request.inspected.withView { view in
        let own = judge.judge(view)
        let alone = judge.judgeByModSecurity(view)
        result.count(own.score == alone.score && rules(own) == rules(alone), miss: difference(request, own, alone))
      }
    }
    result.note =
      "matched rules and score equal; libmodsecurity was asked about "
      + "\(judge.statistics.byModSecurity - requests.count) of them"
    return result
  }

  private static func rules(_ verdict: CRSVerdict) -> [Int] { Set(verdict.matches.map(\.ruleID)).sorted() }

  private static func difference(_ request: WebRequest, _ own: CRSVerdict, _ alone: CRSVerdict) -> String {
    "\(request.id): \(own.score) \(rules(own)), alone \(alone.score) \(rules(alone))"
  }
}

extension WebRequest {
  /// The same request as the rule set's judges take it.
  fileprivate var inspected: InspectedRequest {
    InspectedRequest(
      method: Array(method.utf8), uri: Array(uri.utf8), headers: headers.map { .init($0.name, $0.value) },
      body: Array(body.utf8))
  }
}
