/// One rule of a rule set that matched one variable of a request.
package struct RuleHit: Hashable, Sendable {
  package var rule: Int
  /// As ModSecurity names it: `ARGS:q`, `REQUEST_HEADERS:User-Agent`.
  package var variable: String

  package init(rule: Int, variable: String) {
    self.rule = rule
    self.variable = variable
  }
}

/// What a rule set shall leave alone: one rule, for one variable or altogether, on some paths.
package struct Exclusion: Hashable, Sendable {
  package enum Scope: Hashable, Sendable {
    case path(String)
    /// The folder with its slash, and everything below it.
    case below(String)
    case everywhere
  }

  package var rule: Int
  /// Nil where the rule shall not run at all.
  package var variable: String?
  package var scope: Scope

  package init(rule: Int, variable: String?, scope: Scope) {
    self.rule = rule
    self.variable = variable
    self.scope = scope
  }

  package var words: String {
    let what = variable.map { "rule \(rule) does not look at \($0)" } ?? "rule \(rule) does not run"
    switch scope {
    case .path(let path): return "\(what) on \(path)"
    case .below(let folder): return "\(what) below \(folder)"
    case .everywhere: return "\(what), anywhere"
    }
  }
}
