import Testing

@testable import Inspect

@Suite("The rule set's verdicts equal libmodsecurity's")
struct CRSEqualityTests {
  private func expectEqual(_ judge: RuleJudge, _ request: InspectedRequest) {
    let own = judge.judge(request)
    let theirs = request.withView { judge.judgeByModSecurity($0) }
    #expect(
      own.score == theirs.score && own.blocked == theirs.blocked
        && Set(own.matches.map(\.ruleID)) == Set(theirs.matches.map(\.ruleID)),
      "\(String(decoding: request.uri, as: UTF8.self)): own \(own), libmodsecurity \(theirs)")
  }

  @Test("for requests of every kind, at every paranoia level", arguments: 1...4)
  func table(paranoia: Int) throws {
    let judge = try CRSRequests.judge(paranoia: paranoia)
    for request in CRSRequests.table { expectEqual(judge, request) }
    #expect(judge.statistics.judged == CRSRequests.table.count)
  }

  @Test("for random hostile requests", arguments: 1...4)
  func random(paranoia: Int) throws {
    let judge = try CRSRequests.judge(paranoia: paranoia)
    for request in CRSRequests.random(40, seed: 0x9e37_79b9 &* UInt64(paranoia)) { expectEqual(judge, request) }
  }

  @Test("for what a log recorded, against the rules that do not fire on absence")
  func logs() throws {
    let judge = try CRSRequests.judge(paranoia: 2)
    for var request in CRSRequests.table + CRSRequests.random(40, seed: 77) {
      request.headers.removeAll { header in
        !["user-agent", "referer"].contains(String(decoding: header.name, as: UTF8.self).lowercased())
      }
      request.body = []
      request.knows = .accessLog
      expectEqual(judge, request)
    }
  }

  @Test("what is told by parts and by the shape of a target is what the whole request tells")
  func partsAreSound() throws {
    let rules = try CRSRequests.rules[1]!.get()
    let judge = RuleJudge(rules)
    var silent = 0
    for uri in SplicedTargets.made(3_000) {
      let request = CRSRequests.request(uri)
      let whole = request.withView { judge.evaluate($0) }
      #expect(judge.judge(request) == whole, "\(uri)")
      if whole == rules.silence { silent += 1 }
    }
    #expect(silent > 300)
  }

  @Test("the same request has the same verdict, remembered or not")
  func memory() throws {
    let rules = try CRSRequests.judge(paranoia: 2).rules
    let remembering = RuleJudge(rules)
    for request in CRSRequests.table { _ = remembering.judge(request) }
    for request in CRSRequests.table { #expect(remembering.judge(request) == RuleJudge(rules).judge(request)) }
  }

  @Test("hardly any request needs libmodsecurity itself")
  func ownWork() throws {
    let judge = try CRSRequests.judge(paranoia: 2)
    let requests = CRSRequests.table.filter { request in
      !request.headers.contains { String(decoding: $0.value, as: UTF8.self).hasPrefix("multipart/") }
    }
    for request in requests { _ = judge.judge(request) }
    #expect(judge.statistics.byModSecurity * 20 < requests.count)
  }
}
