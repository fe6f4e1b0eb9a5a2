import CSQLite
import Foundation
import Model
import Testing

@testable import Records

@Suite("Journal")
struct JournalTests {
  private func fact(_ kind: String, _ body: String = "{}", customer: String = "acme") -> NewFact {
    NewFact(customer: customer, kind: kind, body: body)
  }

  @Test("facts come back in order, exactly as written, each linked to the one before")
  func roundTrip() throws {
    let folder = try TemporaryFolder()
    let hostile = #"{"uri":"/\u0000<script>","name":"Zoë 🦊"}"#
    do {
      let journal = try Journal(folder: folder.path)
      try journal.append([fact("a.one"), fact("a.two", hostile)])
      try journal.append([fact("b.one", "", customer: "")])
    }
    let journal = try Journal(folder: folder.path)
    try journal.append([fact("a.three", customer: "other")])
    let facts = try journal.facts()
    #expect(facts.map(\.sequence) == [1, 2, 3, 4])
    #expect(facts[1].body == hostile)
    #expect(facts[0].previous == .none)
    #expect(zip(facts, facts.dropFirst()).allSatisfy { $0.hash == $1.previous })
    #expect(try journal.facts(customer: "acme").map(\.kind) == ["a.one", "a.two"])
    #expect(try journal.facts(after: 1, kind: "a.").map(\.kind) == ["a.two", "a.three"])
    #expect(try Journal.verify(folder: folder.path) == JournalVerdict(sound: 4, head: facts[3].hash, fault: nil))
  }

  @Test("the file itself refuses to change or remove a fact")
  func appendOnly() throws {
    let folder = try TemporaryFolder()
    try Journal(folder: folder.path).append([fact("a")])
    let database = try Database(folder / "journal.sqlite")
    #expect(throws: WorldError.self) { try database.execute("UPDATE facts SET body = 'x'") }
    #expect(throws: WorldError.self) { try database.execute("DELETE FROM facts") }
  }

  @Test(
    "a fact that was changed, removed or put elsewhere behind the journal's back is found",
    arguments: [
      ("UPDATE facts SET body = '{\"a\":9}' WHERE sequence = 2", 1),
      ("UPDATE facts SET actor = 'somebody' WHERE sequence = 5", 4),
      ("DELETE FROM facts WHERE sequence = 3", 2),
      ("DELETE FROM facts WHERE sequence = 1", 0),
      ("UPDATE facts SET time = time + 1 WHERE sequence = 4", 3),
    ])
  func tampering(sql: String, sound: Int64) throws {
    let folder = try TemporaryFolder()
    try Journal(folder: folder.path).append((1...6).map { fact("a", "{\"a\":\($0)}") })
    let database = try Database(folder / "journal.sqlite")
    try database.execute("DROP TRIGGER facts_stay; DROP TRIGGER facts_remain; " + sql)
    let verdict = try Journal.verify(folder: folder.path)
    #expect(verdict.fault != nil && verdict.sound == sound)
  }

  @Test("a database that was cut short is reported as damaged, never read as if it were whole")
  func truncated() throws {
    let folder = try TemporaryFolder()
    do {
      let journal = try Journal(folder: folder.path)
      for number in 0..<300 {
        try journal.append([fact("a", "{\"a\":\"\(String(repeating: "x", count: 200))\(number)\"}")])
      }
    }
    let file = folder / "journal.sqlite"
    let size = try #require(try FileManager.default.attributesOfItem(atPath: file)[.size] as? Int)
    truncate(file, off_t(size / 2))
    var isFound = false
    do { isFound = try Journal.verify(folder: folder.path).fault != nil } catch { isFound = true }
    #expect(isFound)
  }

  @Test("a torn write at the end of the write-ahead log takes back what was not committed and nothing else")
  func tornLog() throws {
    let folder = try TemporaryFolder()
    let copy = try TemporaryFolder()
    let journal = try Journal(folder: folder.path)
    var sizes: [(facts: Int64, bytes: Int)] = []
    for number in 1...30 {
      try journal.append([fact("a", "\(number)")])
      let size = try FileManager.default.attributesOfItem(atPath: folder / "journal.sqlite-wal")[.size] as? Int
      sizes.append((Int64(number), size ?? 0))
    }
    let log = try Data(contentsOf: URL(filePath: folder / "journal.sqlite-wal"))
    let base = try Data(contentsOf: URL(filePath: folder / "journal.sqlite"))
    for cut in stride(from: 0, through: log.count, by: 1_777) {
      // What a stopped machine may leave: the log up to some byte, and behind it a page of garbage.
      let torn = log.prefix(cut) + Data(repeating: 0xA5, count: 512)
      try base.write(to: URL(filePath: copy / "journal.sqlite"))
      try torn.write(to: URL(filePath: copy / "journal.sqlite-wal"))
      try? FileManager.default.removeItem(atPath: copy / "journal.sqlite-shm")
      let durable = sizes.last { $0.bytes <= cut }?.facts ?? 0
      let facts = try Journal(folder: copy.path).facts()
      #expect(facts.count >= durable)
      #expect(facts.map(\.body) == facts.indices.map { "\($0 + 1)" })
      #expect(try Journal.verify(folder: copy.path).fault == nil)
    }
  }

  @Test("many threads share commits, and every one gets its own facts back")
  func groupCommit() throws {
    let folder = try TemporaryFolder()
    let journal = try Journal(folder: folder.path)
    DispatchQueue.concurrentPerform(iterations: 16) { thread in
      for number in 0..<20 {
        let written = try? journal.append([fact("t", "\"\(thread)-\(number)\"")])
        #expect(written?.first?.body == "\"\(thread)-\(number)\"")
      }
    }
    #expect(try Journal.verify(folder: folder.path).sound == 320)
  }

  @Test("a full disk is an error that says trying again helps, and leaves the journal as it was")
  func fullDisk() throws {
    let folder = try TemporaryFolder()
    let journal = try Journal(folder: folder.path)
    try journal.append([fact("a")])
    try journal.limitPages()
    let error = #expect(throws: WorldError.self) {
      try journal.append([fact("big", String(repeating: "x", count: 1 << 20))])
    }
    #expect(error?.retryHelps == true)
    try journal.append([fact("b")])
    #expect(try journal.facts().map(\.kind) == ["a", "b"])
  }

  @Test("a second process on one data folder is refused with words that say why")
  func oneHolder() throws {
    let folder = try TemporaryFolder()
    let holder = try DataFolder(folder.path)
    let error = #expect(throws: WorldError.self) { try DataFolder(folder.path) }
    #expect(error?.description.contains("another weir (process \(getpid())) works on it") == true)
    withExtendedLifetime(holder) {}
  }
}

extension Journal {
  /// Lets the file grow no further than it is and two pages: a full disk.
  fileprivate func limitPages() throws(WorldError) {
    var pages: Int64 = 0
    try writer.query("PRAGMA page_count") { row in
      pages = row.int(0)
      return false
    }
    try writer.query("PRAGMA max_page_count = \(pages + 2)")
  }
}
