import Model
import Testing

@testable import Inspect

@Suite("Verdicts recalled in a second reading")
struct RecollectionTests {
  private static let inspector = OnceInspector.shared

  private static let targets = [
    "/", "/shop?id=7", "/shop?id=7%27%20UNION%20SELECT%20password%20FROM%20users--", "/../../etc/passwd",
    "/a?q=%3Cscript%3Ealert(1)%3C/script%3E", "/shop?id=7%27%20UNION%20SELECT%20password%20FROM%20users--", "/.env",
  ]

  private func batch(_ agents: [String]) -> EventBatch {
    let batch = EventBatch()
    for field in [EventField.method, .uri, .userAgent] { batch.touch(field) }
    for agent in agents {
      for target in Self.targets {
        let row = batch.count
        batch.set(.method, row, batch.arena.append("GET".utf8))
        batch.set(.uri, row, batch.arena.append(target.utf8))
        batch.set(.userAgent, row, batch.arena.append(agent.utf8))
        batch.commitRow(LinePlace(slice: .absent, source: 0, number: row + 1))
      }
    }
    return batch
  }

  private func words(_ batch: EventBatch) -> [[String?]] {
    (0..<batch.count).map { row in
      [EventField.payloadVerdict, .payloadScore, .crsScore].map { batch.number($0, row).map { "\($0)" } }
        + [EventField.payloadClasses, .payloadRules].map { batch.text($0, row) }
    }
  }

  @Test("equal the verdicts of the first, whichever worker noted them")
  func recallsAll() throws {
    let inspector = try Self.inspector.get()
    let memory = InspectionMemory()
    let (first, second) = (batch(["Mozilla/5.0", "sqlmap/1.7"]), batch(["curl/8", "() { :; }; /bin/id"]))
    try inspector.worker(noting: memory).inspect(first)
    try inspector.worker(noting: memory).inspect(second)
    let judged = words(first) + words(second)
    #expect(Set(judged.map { $0[0] }).count == 2, "attacks and clean requests")
    let recollection = try #require(memory.recall())
    let worker = try inspector.worker(recalling: recollection)
    let again = [batch(["Mozilla/5.0", "sqlmap/1.7"]), batch(["curl/8", "() { :; }; /bin/id"])]
    for batch in again { worker.inspect(batch) }
    #expect(words(again[0]) + words(again[1]) == judged)
  }

  @Test("are not offered where there were more than the memory may hold")
  func refusesWhenOverfull() throws {
    let memory = InspectionMemory(limit: 2)
    try Self.inspector.get().worker(noting: memory).inspect(batch(["Mozilla/5.0"]))
    #expect(memory.recall().map { _ in true } == nil)
  }
}

/// Compiling the patterns once is enough for all tests of the suite.
private enum OnceInspector {
  static let shared = Result { try Inspector() }
}

@Test("a finding comes back from 64 bits as it went in", arguments: [UInt32(0), 1, 99_999], [Int32(0), 5, 4_000_000])
func findingsPack(list: UInt32, score: Int32) {
  for isAttack in [false, true] {
    let finding = Finding(isAttack: isAttack, score: 100, crsScore: score, classes: 99_999 - list, rules: list)
    #expect(Finding(packed: finding.packed) == finding)
  }
}
