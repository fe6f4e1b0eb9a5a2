import Testing

@testable import Inspect

@Suite("The Core Rule Set")
struct CRSOracleTests {
  private func request(_ uri: String, knows: Knowledge = .everything) -> InspectedRequest {
    InspectedRequest(
      method: Array("GET".utf8), uri: Array(uri.utf8),
      headers: [.init("Host", "www.example.com"), .init("User-Agent", "Mozilla/5.0"), .init("Accept", "*/*")],
      knows: knows)
  }

  @Test("an SQL injection in an argument is found and scores")
  func injection() throws {
    let verdict = try CRSRequests.judge().judge(request("/?p=1%27%20or%20%271%27=%271"))
    #expect(verdict.matches.map(\.ruleID) == [942100])
    #expect(verdict.score == 5 && verdict.blocked)
    #expect(verdict.matches.first?.variable == "ARGS:p")
    #expect(verdict.matches.first?.value == Array("1' or '1'='1".utf8))
    #expect(verdict.matches.first?.score == 5 && verdict.matches.first?.paranoia == 1)
    #expect(verdict.matches.first?.tags.contains("attack-sqli") == true)
  }

  @Test("what a log did not record is unknown, not missing")
  func absence() throws {
    let judge = try CRSRequests.judge()
    let bare = InspectedRequest(method: Array("GET".utf8), uri: Array("/".utf8))
    #expect(judge.judge(bare).matches.map(\.ruleID).contains(920280))
    var logged = bare
    logged.knows = .accessLog
    #expect(judge.judge(logged).isClean)
  }

  @Test("a missing folder is named")
  func missing() {
    #expect(throws: RuleSetError.unreadable(path: "/nowhere/rules")) { try RuleSet.load(directory: "/nowhere") }
  }
}
