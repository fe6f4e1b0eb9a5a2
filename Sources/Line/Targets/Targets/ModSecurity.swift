import Model

extension Target {
  /// Rules of ModSecurity 2 and 3: one variable a comparison, chains that join them, and one rule that denies.
  ///
  /// Source: ModSecurity reference manual v3; tried with libmodsecurity 3.0.9, in this process.
  static let modsecurity = Target(
    name: "modsecurity", sentence: "SecRules of ModSecurity 2 and 3", fileName: "modsecurity.conf",
    embedding: .lines(comment: "#"), actions: secRules, check: .modsecurity
  ) { mitigation, _ throws(Refusals) in
    try SecRules.draft(mitigation, .modsecurity, notes: ["of a header that comes twice, each is looked at"])
  }

  /// The same language as Coraza reads it: regexes of Go, which know no looking around and read characters, not bytes.
  ///
  /// What both read alike is written, all else refused; so the artifact is tried with libmodsecurity, since Debian has no
  /// Coraza. Source: Coraza's documentation (SecLang) and Go's package regexp/syntax, 2026.
  static let coraza = Target(
    name: "coraza", sentence: "SecRules of Coraza 3", fileName: "coraza.conf", embedding: .lines(comment: "#"),
    actions: secRules, check: .modsecurity
  ) { mitigation, _ throws(Refusals) in
    try SecRules.draft(
      mitigation, .coraza,
      notes: [
        "of a header that comes twice, each is looked at",
        "tried with libmodsecurity; no Coraza can be had from Debian to try it with",
        "a connector written in Go hands over a URL with bytes that no URL may hold percent-encoded",
      ])
  }
}

private let secRules = Actions(.block, .log, otherwise: "the rule language has none")

/// What both dialects share.
private enum SecRules {
  static func draft(_ mitigation: Mitigation, _ dialect: SecRuleWriter.Dialect, notes: [String]) throws(Refusals)
    -> Target.Draft
  {
    var writer = SecRuleWriter(mitigation.reference, dialect)
    let term: String
    switch mitigation.rule {
    case .filter(let condition): term = try writer.term(for: Question(condition))
    case .addresses(let networks): term = writer.addresses(AddressRanges(networks))
    case .rateLimit: throw Refusals("a rate", "counting in the engine's collections is neither atomic nor shared")
    }
    let deed = mitigation.action == .block ? "deny,status:403,log" : "pass,log"
    writer.rule(
      term, "\(deed),msg:'weir \(mitigation.reference)',tag:'weir/\(mitigation.reference)'")
    guard writer.count <= SecRuleWriter.ruleLimit else {
      throw Refusals("the condition", "it takes \(writer.count) rules; ids are kept for \(SecRuleWriter.ruleLimit)")
    }
    return Target.Draft(
      text: writer.text, notes: notes,
      apply: ["include it before the Core Rule Set, with SecRuleEngine On", "reload the web server"],
      undo: ["take the lines out again and reload the web server"])
  }
}
