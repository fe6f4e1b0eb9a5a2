import Model

/// Why a rule set could not be loaded.
package enum RuleSetError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The file or folder is not there or cannot be read; installing the rule set (Debian: modsecurity-crs) helps.
  case unreadable(path: String)
  /// Lines of the rule files that are not understood, all of them.
  case notUnderstood([ContentProblem])
  /// ModSecurity refused the rules; the words are its own.
  case refused(path: String, reason: String)
  /// The machine gave no memory or no library instance; trying again may help.
  case unavailable(String)

  package var description: String {
    switch self {
    case .unreadable(let path): "cannot read \(path) (Debian package modsecurity-crs)"
    case .notUnderstood(let problems): ContentError(problems).description
    case .refused(let path, let reason): "\(path): \(reason)"
    case .unavailable(let what): "\(what) is not available"
    }
  }
}
