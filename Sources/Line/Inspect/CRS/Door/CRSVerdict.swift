/// One rule of the rule set that matched a request.
///
/// A chain counts once, under the number of its first rule.
package struct RuleMatch: Sendable, Hashable {
  package var ruleID: Int
  /// What the match adds to the anomaly score: CRS gives 5 for critical, 4 error, 3 warning, 2 notice. A rule that
  /// matched several values adds once for each of them; this is the sum.
  package var score: Int
  /// The last variable that matched, as ModSecurity names it: `ARGS:p`, `REQUEST_HEADERS:User-Agent`.
  package var variable: String
  /// The bytes the operator saw in it, after the rule's transformations, at most `longestValue` of them.
  package var value: [UInt8]
  /// 1…4: the paranoia level the rule belongs to.
  package var paranoia: Int
  /// The rule's tags as written: `attack-sqli`, `language-php`, `OWASP_CRS` …
  package var tags: [String]
  /// The rule's message as written, macros unexpanded.
  package var message: String

  package static let longestValue = 256

  package init(
    ruleID: Int, score: Int, variable: String, value: [UInt8], paranoia: Int, tags: [String], message: String
  ) {
    self.ruleID = ruleID
    self.score = score
    self.variable = variable
    self.value = value
    self.paranoia = paranoia
    self.tags = tags
    self.message = message
  }
}

/// What the rule set says about one request.
///
/// `matches` holds every rule of the request phases that ModSecurity would log (a rule with `log` whose whole chain
/// matched), in rule order, except the blocking evaluation 949xxx and the correlation 980xxx, which only restate the
/// score.
package struct CRSVerdict: Sendable, Hashable {
  /// `tx.anomaly_score`, the inbound score, after phase 2.
  package var score: Int
  /// Whether rule 949110 fires: the score has reached the inbound threshold (5 unless the setup says otherwise).
  package var blocked: Bool
  package var matches: [RuleMatch]

  package init(score: Int, blocked: Bool, matches: [RuleMatch]) {
    self.score = score
    self.blocked = blocked
    self.matches = matches
  }

  package static let clean = CRSVerdict(score: 0, blocked: false, matches: [])

  /// Nothing matched.
  package var isClean: Bool { matches.isEmpty && score == 0 }
}
