import Glibc
import Model

/// Where the rule set's files are, in the order the server's configuration includes them.
struct RuleFiles: Sendable {
  let setup: String
  /// The folder of the rules and their phrase lists.
  let directory: String
  let rules: [String]

  /// Lists the request rules; response rules judge answers, which nobody recorded, and are left out.
  init(directory: String, setup: String) throws(RuleSetError) {
    guard access(setup, R_OK) == 0 else { throw .unreadable(path: setup) }
    self.setup = setup
    self.directory = directory + "/rules"
    rules = try Self.names(in: self.directory).map { [directory] in directory + "/rules/" + $0 }
  }

  private static func names(in folder: String) throws(RuleSetError) -> [String] {
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
    return names.sorted()
  }

  /// The preamble, the setup, the paranoia level, the rules; `without` names rules to leave out.
  ///
  /// Detection only, so that no rule's blocking hides the rules after it; body access on, because phase 2 is skipped
  /// without it.
  func sources(paranoia: Int, without silent: [Int] = [], exclusions: String = "") -> [RuleSource] {
    let removed = silent.map { "SecRuleRemoveById \($0)\n" }.joined()
    let engine = "SecRuleEngine DetectionOnly\nSecRequestBodyAccess On\n"
    return [.text(engine), .file(setup), .text(level(paranoia) + exclusions)] + rules.map { .file($0) } + [
      .text(removed)
    ]
  }

  private func level(_ paranoia: Int) -> String {
    "SecAction \"id:900000,phase:1,nolog,pass,t:none,setvar:tx.paranoia_level=\(paranoia)\"\n"
  }

  /// The same, read here.
  func directives(paranoia: Int) throws(RuleSetError) -> [SecDirective] {
    var texts = [(setup, try Self.text(setup)), ("the paranoia level", level(paranoia))]
    for path in rules { texts.append((path, try Self.text(path))) }
    var directives: [SecDirective] = []
    var problems: [ContentProblem] = []
    for (name, text) in texts {
      do {
        directives += try SecReader.read(text, file: name)
      } catch {
        problems += error.problems
      }
    }
    guard problems.isEmpty else { throw .notUnderstood(problems) }
    return directives
  }

  private static func text(_ path: String) throws(RuleSetError) -> String {
    String(decoding: try read(path), as: UTF8.self)
  }

  /// A whole file's bytes.
  static func read(_ path: String) throws(RuleSetError) -> [UInt8] {
    guard let file = fopen(path, "r") else { throw .unreadable(path: path) }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = fread(&chunk, 1, chunk.count, file)
      if count == 0 { break }
      bytes += chunk[..<count]
    }
    guard ferror(file) == 0 else { throw .unreadable(path: path) }
    return bytes
  }
}
