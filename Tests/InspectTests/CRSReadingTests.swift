import Testing

@testable import Inspect

@Suite("Reading the rule files")
struct CRSReadingTests {
  @Test("every request rule of every file is read, and so many stay open at each paranoia level")
  func rollCall() throws {
    let files = try RuleFiles(directory: RuleSet.debianDirectory, setup: RuleSet.debianSetup)
    var written = 0
    for path in files.rules {
      let text = String(decoding: try RuleFiles.read(path), as: UTF8.self)
      let lines = text.split(separator: "\n").map { $0.drop { $0 == " " } }
      let rules = lines.count { $0.hasPrefix("SecRule ") || $0.hasPrefix("SecAction ") || $0 == "SecAction \\" }
      let read = try SecReader.read(text, file: path).count { if case .rule = $0 { true } else { false } }
      #expect(read == rules, "\(path)")
      written += rules
    }
    var open = 0
    for paranoia in 1...4 {
      let program = try CRSRequests.judge(paranoia: paranoia).rules.program
      #expect(program.ruleCount >= written)
      #expect(program.chains.count > open)
      #expect(program.chains.allSatisfy { !$0.isForeign }, "level \(paranoia)")
      open = program.chains.count
    }
  }

  @Test("a line that is not understood is named with its place")
  func problems() {
    let text = "SecRule ARGS\n\nNonsense here\n"
    let problems = #expect(throws: (any Error).self) { try SecReader.read(text, file: "x.conf") }
    let words = "\(problems.map { "\($0)" } ?? "")"
    #expect(words.contains("x.conf:1:1") && words.contains("x.conf:3:1"))
  }

  @Test(
    "a variable list keeps patterns, counts and exclusions apart",
    arguments: [
      ("ARGS", "ARGS"), ("&REQUEST_HEADERS:Host", "&REQUEST_HEADERS:Host"),
      (
        "REQUEST_COOKIES|!REQUEST_COOKIES:/__utm|x/|XML:/*|XML://@*",
        "REQUEST_COOKIES !REQUEST_COOKIES:regex(__utm|x) XML:/* XML://@*"
      ),
      ("TX:'/a/'", "TX:regex(a)"),
    ])
  func targets(written: String, read: String) throws {
    let directives = try SecReader.read("SecRule \(written) \"@rx x\" \"id:1\"", file: "x")
    guard case .rule(let rule)? = directives.first else { Issue.record("no rule"); return }
    let shown = rule.targets.map { ($0.counts ? "&" : "") + ($0.excludes ? "!" : "") + $0.label }
    #expect(shown.joined(separator: " ") == read)
  }
}
