import Model
import Synchronization

/// The OWASP Core Rule Set at one paranoia level; immutable, shared by all workers.
///
/// Source: coreruleset.org 3.3, as Debian packages it; semantics: libmodsecurity 3.0.9.
package final class RuleSet: Sendable {
  package let paranoia: Int
  let program: RuleProgram
  let plan: ScreeningPlan
  let table: ScreeningTable
  /// The verdict when no rule that looks at the request matches.
  let silence: CRSVerdict
  private let files: RuleFiles
  private let engines = Mutex<[Knowledge: ModSecurity]>([:])

  package static let debianDirectory = "/usr/share/modsecurity-crs"
  package static let debianSetup = "/etc/modsecurity/crs/crs-setup.conf"

  /// Loads the rules of `directory/rules` after the setup file.
  ///
  /// Errors: a file that cannot be read, or every line that is not understood.
  package static func load(
    directory: String = debianDirectory, setup: String = debianSetup, paranoia: Int = 1
  ) throws(RuleSetError) -> RuleSet {
    try RuleSet(files: RuleFiles(directory: directory, setup: setup), paranoia: paranoia)
  }

  private init(files: RuleFiles, paranoia: Int) throws(RuleSetError) {
    self.paranoia = paranoia
    self.files = files
    let directives = try files.directives(paranoia: paranoia)
    do {
      program = try ProgramBuilder.build(directives, directory: files.directory)
    } catch {
      throw .notUnderstood(error.problems)
    }
    plan = try ScreeningPlan(program)
    table = ScreeningTable(plan, program)
    let evaluator = Evaluator(program)
    let outcome = evaluator.run({ [plan] in plan.isAfterthought($0) }, isOpen: { _, _ in false })
    silence = CRSVerdict(score: outcome.score, blocked: outcome.blocked, matches: outcome.matches)
  }

  /// libmodsecurity with the rules that apply to requests of which so much is known; loaded on first use.
  func modSecurity(_ knows: Knowledge) throws(RuleSetError) -> ModSecurity {
    try engines.withLock { (engines) throws(RuleSetError) in
      if let known = engines[knows] { return known }
      let made = try makeModSecurity(knows)
      engines[knows] = made
      return made
    }
  }

  /// The same, made for the caller alone, with lines of his before the rules.
  func makeModSecurity(_ knows: Knowledge, exclusions: String = "") throws(RuleSetError) -> ModSecurity {
    let silent = program.chains.filter { !$0.needs.isSubset(of: knows) }.map(\.id)
    return try ModSecurity(files.sources(paranoia: paranoia, without: silent, exclusions: exclusions))
  }
}
