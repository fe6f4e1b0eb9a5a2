import Conditions
import Foundation
import Mitigate
import Model
import Testing

@testable import Watch

/// Readers of many pages, and a tool that hammers the search with a nonce in every request.
private func floodLog(readers: Int = 300, flood: Int = 400) -> [String] {
  var lines: [(Int, String)] = []
  for reader in 0..<readers {
    for page in 0..<6 {
      let second = (reader * 37 + page * 97) % 3_000
      let path = page == 3 ? "/search?q=\(reader)" : "/news/\(page)"
      lines.append((second, line("198.51.\(100 + reader / 250).\(reader % 250)", second, path, "Firefox/121.0")))
    }
  }
  for step in 0..<flood {
    let second = 1_000 + step * 2
    lines.append((second, line("203.0.113.\(step % 200)", second, "/search?q=a&_=\(step * 7919)", "Firefox/121.0")))
  }
  return lines.sorted { $0.0 < $1.0 }.map(\.1)
}

private func line(_ address: String, _ second: Int, _ uri: String, _ agent: String) -> String {
  let clock = String(format: "%02d:%02d:%02d", 10 + second / 3600, second / 60 % 60, second % 60)
  return "\(address) - - [14/May/2026:\(clock) +0000] \"GET \(uri) HTTP/1.1\" 200 512 \"-\" \"\(agent)\""
}

private func withLog(_ lines: [String], _ body: (String) throws -> Void) throws {
  let path = NSTemporaryDirectory() + "weir-slow-\(UInt64.random(in: 0 ... .max)).log"
  try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(filePath: path))
  defer { try? FileManager.default.removeItem(atPath: path) }
  try body(path)
}

private func plan(_ attack: String) throws -> CohortPlan {
  CohortPlan(cases: [
    AttackCase(id: "INC-1", title: "a flood", condition: try Condition(parsing: attack), text: attack)
  ])
}

private func count(_ condition: String, _ path: String) throws -> Int {
  try Hunt(Condition(parsing: condition), wish: .count, in: Assembly(Configuration())).run([path], print: { _ in })
    .events
}

private let attack = "ip.src in {203.0.113.0/24}"

@Test("a flood with a nonce is stopped by its shape, never by a nonce, and the numbers are those of hunt")
func floodIsSeparated() throws {
  try withLog(floodLog()) { path in
    let proposal = try SlowLoop(Assembly(Configuration())).proposals(plan(attack), [path])[0]
    let choice = try #require(proposal.choice)
    #expect(choice.proof.attack.value >= 0.95)
    #expect(choice.proof.baseline.part == 0)
    for candidate in proposal.candidates {
      guard case .filter = candidate.mitigation.rule else { continue }
      #expect(!candidate.condition.contains("7919"))
      #expect(try candidate.proof.attack.part == count("(\(attack)) and (\(candidate.condition))", path))
      #expect(try candidate.proof.baseline.part == count("not (\(attack)) and (\(candidate.condition))", path))
    }
    #expect(!proposal.artifacts.isEmpty)
  }
}

@Test("proposals do not depend on threads, nor on how the input is cut into batches")
func sameForAnyCut() throws {
  try withLog(floodLog()) { path in
    func proposals(_ threads: Int, _ bytes: Int) throws -> [String] {
      var configuration = Configuration()
      configuration.threads = threads
      configuration.intake.batchBytes = bytes
      let proposal = try SlowLoop(Assembly(configuration)).proposals(plan(attack), [path])[0]
      return proposal.candidates.map { "\($0.condition) \($0.proof.attack.part) \($0.proof.baseline.part)" }
    }
    let expected = try proposals(1, 512 << 10)
    #expect(try proposals(3, 4_096) == expected)
  }
}

@Test("no attack in the input, or nothing but attack: said in words, and nothing is recommended")
func emptyCohorts() throws {
  try withLog(floodLog(readers: 20, flood: 20)) { path in
    let none = try SlowLoop(Assembly(Configuration())).proposals(plan("ip.src eq 192.0.2.9"), [path])[0]
    #expect(none.recommended == nil)
    #expect(none.verdict.contains("No event"))
    let all = try SlowLoop(Assembly(Configuration())).proposals(plan("http.request.method eq \"GET\""), [path])[0]
    #expect(all.recommended == nil && all.candidates.count == 1)
    #expect(all.verdict.contains("no baseline"))
    let one = ["192.0.2.7", "192.0.2.7"].enumerated().map { line($1, $0, "/x", "curl/8") }
    try withLog(one) { path in
      let alone = try SlowLoop(Assembly(Configuration())).proposals(plan("http.request.method eq \"GET\""), [path])[0]
      #expect(alone.choice?.condition == "ip.src in {192.0.2.7}")
      #expect(alone.choice?.mitigation.action == .challenge && alone.choice?.mitigation.expires != nil)
      #expect(alone.verdict.contains("no baseline"))
    }
  }
}

@Test("an attack that looks like everybody is called inseparable")
func inseparable() throws {
  var lines: [String] = []
  for second in 0..<2_000 {
    let reader = (second &* 2_654_435_761) >> 7 % 250
    lines.append(line("198.51.100.\(reader)", second, "/news/\(second % 7)", "Firefox/121.0"))
  }
  try withLog(lines) { path in
    // Some minutes of everybody: nothing but the clock tells them apart.
    let odd = "event.time.minute in {1 4 8 9 14 17 21 25 30}"
    let proposal = try SlowLoop(Assembly(Configuration())).proposals(plan(odd), [path])[0]
    #expect(proposal.recommended == nil)
    #expect(proposal.verdict.contains("nothing is recommended"))
  }
}

@Test("a given condition is proven as it stands, also for a good cohort")
func given() throws {
  try withLog(floodLog()) { path in
    var plan = try plan(attack)
    plan.good = [
      (name: "searchers", condition: try Condition(parsing: "http.request.uri.path eq \"/search\" and not \(attack)"))
    ]
    let condition = try Condition(parsing: "http.request.uri.path eq \"/search\"")
    let proposal = try SlowLoop(Assembly(Configuration())).proof(of: condition, plan, [path])[0]
    let proof = try #require(proposal.candidates.first?.proof)
    #expect(proof.attack == Share(400, of: 400))
    #expect(proof.baseline == Share(300, of: 1_800))
    #expect(proof.cohorts == [CohortShare(name: "searchers", share: Share(300, of: 300))])
    #expect(proof.hurt.count == 5)
    #expect(proposal.recommended == nil)
  }
}

@Test("one address behind a browser's name is named by its address, not by what it poses as")
func feignedAgent() throws {
  var lines = floodLog(readers: 300, flood: 0).enumerated().map { ($0.offset * 2, $0.element) }
  for step in 0..<200 {
    lines.append((step * 7, line("203.0.113.9", 1_000 + step, "/news/\(step % 6)", "Chrome/61.0")))
  }
  let log = lines.sorted { $0.0 < $1.0 }.map {
    $0.1.replacingOccurrences(of: "\"Firefox", with: "\"Mozilla/5.0 (X11) Firefox")
      .replacingOccurrences(of: "\"Chrome", with: "\"Mozilla/5.0 (Windows NT 6.1) Chrome")
  }
  try withLog(log) { path in
    let proposal = try SlowLoop(Assembly(Configuration())).proposals(plan("ip.src eq 203.0.113.9"), [path])[0]
    let choice = try #require(proposal.choice)
    #expect(!choice.condition.contains("user_agent"))
    #expect(choice.proof.baseline.part == 0)
  }
}

@Test("a limit on what the attack asks for is drafted although everybody asks for it, and is followed over time")
func limitOnSharedPath() throws {
  var lines: [(Int, String)] = []
  for reader in 0..<400 {
    for page in 0..<9 {
      let second = (reader * 37) % 3_000 + page / 2
      let path = page == 0 ? "/" : "/news/\(page)"
      lines.append((second, line("198.51.\(100 + reader / 250).\(reader % 250)", second, path, "Firefox/121.0")))
    }
  }
  for step in 0..<1_500 {
    lines.append((1_000 + step / 5, line("203.0.113.\(step % 3)", 1_000 + step / 5, "/", "Firefox/121.0")))
  }
  try withLog(lines.sorted { $0.0 < $1.0 }.map(\.1)) { path in
    var plan = try plan(attack)
    plan.good = [(name: "readers", condition: try Condition(parsing: "ip.src in {198.51.100.0/24}"))]
    let proposal = try SlowLoop(Assembly(Configuration())).proposals(plan, [path])[0]
    let limit = try #require(
      proposal.candidates.first {
        if case .rateLimit(let limit) = $0.mitigation.rule { limit.condition != .and([]) } else { false }
      })
    #expect(limit.condition.contains("http.request.uri.path eq \"/\""))
    #expect(limit.proof.attack.value > 0.9)
    #expect(limit.proof.cohorts.map(\.name) == ["readers"] && limit.proof.cohorts[0].share.part == 0)
    #expect(limit.proof.slots.reduce(0) { $0 + $1.caught } == limit.proof.attack.part)
    #expect(limit.proof.sliding.count == 2)
  }
}

@Test("an attack in a log without times is drafted for, and its list of addresses carries no made-up expiry")
func untimed() throws {
  let lines = (0..<40).map {
    "[info] o.t.s.AccessLogFilter [1e60d1e5e2a1742f|29\($0)] 192.0.2.7 POST /api/v1/login took 8ms and returned 401 65 bytes"
  }
  try withLog(lines) { path in
    let investigation = try Investigation(Assembly(Configuration()))
    let outcome = try investigation.run([path]) { _ in }
    let incident = try #require(outcome.incidents.first)
    #expect(!incident.signature.contains("event.time"))
    let proposal = try #require(try investigation.proposals(for: outcome, [path]) { _ in }.first)
    #expect(proposal.contrast.attackEvents == 40)
    #expect(proposal.choice?.condition == "ip.src in {192.0.2.7}")
    #expect(proposal.choice?.mitigation.expires == nil)
  }
}
