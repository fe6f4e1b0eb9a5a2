import Testing

@testable import Inspect

@Suite("The Core Rule Set through libmodsecurity")
struct CRSOracleTests {
  @Test("an SQL injection in an argument is found and scores")
  func injection() throws {
    let judge = RuleJudge(try RuleSet.load())
    let verdict = judge.judge(
      InspectedRequest(
        method: Array("GET".utf8), uri: Array("/?p=1%27%20or%20%271%27=%271".utf8),
        headers: [
          .init("Host", "www.example.com"), .init("User-Agent", "Mozilla/5.0"), .init("Accept", "*/*"),
        ]))
    #expect(verdict.matches.map(\.ruleID) == [942100])
    #expect(verdict.score == 5 && verdict.blocked)
  }

  @Test("a missing folder is named")
  func missing() {
    #expect(throws: RuleSetError.unreadable(path: "/nowhere/rules")) { try RuleSet.load(directory: "/nowhere") }
  }
}
