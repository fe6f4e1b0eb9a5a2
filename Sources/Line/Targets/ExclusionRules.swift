import Model

/// Exclusions as rules of SecLang, to be read before the Core Rule Set.
///
/// Source: ModSecurity reference manual, `ctl:ruleRemoveTargetById`; ids up to 99,999 are the local administrator's.
package enum ExclusionRules {
  private static let firstID = 90_001

  /// Paths and names must be plain, as `ExclusionDrafter` makes them: nothing is escaped here. Errors: a `Refusal` for a
  /// text that SecLang could read as more than itself.
  package static func text(_ exclusions: [Exclusion]) throws(Refusal) -> String {
    var lines = ""
    for (place, exclusion) in exclusions.enumerated() {
      let control =
        exclusion.variable.map { "ruleRemoveTargetById=\(exclusion.rule);\($0)" } ?? "ruleRemoveById=\(exclusion.rule)"
      let texts = [exclusion.variable ?? "", exclusion.scope.text]
      guard texts.allSatisfy(isPlain) else {
        throw Refusal(
          target: "modsecurity",
          reasons: [.init(part: "the exclusion of rule \(exclusion.rule)", why: "its text holds a sign of SecLang")])
      }
      let actions = "id:\(firstID + place),phase:1,pass,nolog,t:none,ctl:\(control)"
      switch exclusion.scope {
      case .path(let path): lines += "SecRule REQUEST_FILENAME \"@streq \(path)\" \"\(actions)\"\n"
      case .below(let folder): lines += "SecRule REQUEST_FILENAME \"@beginsWith \(folder)\" \"\(actions)\"\n"
      case .everywhere: lines += "SecAction \"\(actions)\"\n"
      }
    }
    return lines
  }

  private static func isPlain(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { scalar in
      scalar.isASCII && scalar.value > 0x20 && scalar.value != 0x7f && !"\"'\\%,;{}#`$|".unicodeScalars.contains(scalar)
    }
  }
}

extension Exclusion.Scope {
  fileprivate var text: String {
    switch self {
    case .path(let text), .below(let text): text
    case .everywhere: ""
    }
  }
}
