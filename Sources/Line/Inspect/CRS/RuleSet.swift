/// The OWASP Core Rule Set at one paranoia level; immutable, shared by all workers.
///
/// Source: coreruleset.org 3.3, as Debian packages it; semantics: libmodsecurity 3.0.9.
package final class RuleSet: Sendable {
  package let paranoia: Int
  let modSecurity: ModSecurity

  package static let debianDirectory = "/usr/share/modsecurity-crs"
  package static let debianSetup = "/etc/modsecurity/crs/crs-setup.conf"

  /// Loads the rules of `directory/rules` after the setup file.
  package static func load(
    directory: String = debianDirectory, setup: String = debianSetup, paranoia: Int = 1
  ) throws(RuleSetError) -> RuleSet {
    try RuleSet(files: RuleFiles(directory: directory, setup: setup), paranoia: paranoia)
  }

  private init(files: RuleFiles, paranoia: Int) throws(RuleSetError) {
    self.paranoia = paranoia
    modSecurity = try ModSecurity(files.sources(paranoia: paranoia))
  }
}
