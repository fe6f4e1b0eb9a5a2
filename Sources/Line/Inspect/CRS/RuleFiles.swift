import Glibc

/// Where the rule set's files are, in the order the server's configuration includes them.
struct RuleFiles {
  let setup: String
  let rules: [String]

  /// Lists the request rules; response rules judge answers, which nobody recorded, and are left out.
  init(directory: String, setup: String) throws(RuleSetError) {
    guard access(setup, R_OK) == 0 else { throw .unreadable(path: setup) }
    let folder = directory + "/rules"
    guard let listing = opendir(folder) else { throw .unreadable(path: folder) }
    defer { closedir(listing) }
    var names: [String] = []
    while let entry = readdir(listing) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name.hasPrefix("REQUEST-") && name.hasSuffix(".conf") { names.append(name) }
    }
    guard !names.isEmpty else { throw .unreadable(path: folder + "/REQUEST-*.conf") }
    self.setup = setup
    rules = names.sorted().map { folder + "/" + $0 }
  }

  /// The preamble, the setup, the paranoia level, the rules.
  ///
  /// Detection only, so that no rule's blocking hides the rules after it; body access on, because phase 2 is skipped
  /// without it.
  func sources(paranoia: Int) -> [RuleSource] {
    let engine = "SecRuleEngine DetectionOnly\nSecRequestBodyAccess On\n"
    let level = """
      SecAction "id:900000,phase:1,nolog,pass,t:none,setvar:tx.paranoia_level=\(paranoia)"\n
      """
    return [.text(engine), .file(setup), .text(level)] + rules.map { .file($0) }
  }
}
