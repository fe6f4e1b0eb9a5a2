import Foundation
import Inspect

/// The rule set through the prefilter against libmodsecurity alone: same rules, same score.
enum RuleSetEquality {
  static func compare(_ requests: [WebRequest], name: String, weir: Weir) throws -> SetResult {
    var result = SetResult(name, note: "matched rules and score equal")
    let verdicts = try weir.inspect(requests)
    let judge = RuleJudge(try RuleSet.load())
    for request in requests {
      let alone = judge.judge(request.inspected)
      let rules = Set(alone.matches.map(\.ruleID))
      let verdict = verdicts[request.id]
      result.count(
        verdict?.crsScore == alone.score && Set(verdict?.rules ?? []) == rules,
        miss:
          "\(request.id): \(alone.score) \(rules.sorted()), not \(verdict?.crsScore ?? -1) \(verdict?.rules.sorted() ?? [])"
      )
    }
    return result
  }
}

extension WebRequest {
  /// The same request as libmodsecurity's judge takes it.
  fileprivate var inspected: InspectedRequest {
    let merged = Dictionary(headers.map { ($0.name, $0.value) }, uniquingKeysWith: { "\($0), \($1)" })
    return InspectedRequest(
      method: Array(method.utf8), uri: Array(uri.utf8), headers: merged.map { .init($0.key, $0.value) },
      body: Array(body.utf8))
  }
}
