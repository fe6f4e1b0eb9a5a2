import Conditions
import Foundation
import Model
import Testing

@testable import Archive

@Suite(.enabled(if: hasDuckDB)) struct SQLTests {
  private func archive(_ test: TestFolder) throws -> ArchiveFolder {
    let writer = try ArchiveWriter(test.archive)
    writer.append(requests(Array(repeating: 1, count: 300)), inputs: ["in"])
    try writer.commit()
    return test.archive
  }

  private func ask(_ sql: String, _ folder: ArchiveFolder) throws -> SQLAnswer {
    try ArchiveReader(folder).answer(sql, during: (nil, nil), limit: 10)
  }

  @Test func `addresses and times are shown as such`() throws {
    let test = TestFolder()
    let answer = try ask(
      "SELECT ip_src, min(event_time) AS t, count(*) AS n FROM events WHERE in_network(ip_src, '192.0.2.4/31') GROUP BY 1 ORDER BY 1",
      archive(test))
    #expect(answer.columns == ["ip_src", "t", "n"])
    #expect(answer.rows.map { $0[0] } == ["192.0.2.4"])
    #expect(answer.rows[0][1]?.hasPrefix("2026-03-02T01:00:00") == true)
    #expect(answer.numeric == [false, false, true])
  }

  @Test(arguments: [
    "SELECT * FROM read_csv('/etc/passwd')", "SELECT * FROM read_text('/etc/passwd')", "SELECT * FROM glob('/etc/*')",
    "COPY (SELECT 1) TO '/tmp/weir-must-not-be'", "CREATE TABLE x (a INT)", "DROP TABLE x", "ATTACH '/tmp/x.db'",
    "SET memory_limit = '1TB'", "SELECT 1; SELECT 2", "SELECT 1) ; DROP TABLE x; SELECT (1", "INSTALL httpfs",
    "PRAGMA enable_profiling", "SELECT * FROM events WHERE ?", "", "SELECT",
  ])
  func `only one SELECT over the customer's own events is answered`(_ sql: String) throws {
    let test = TestFolder()
    let folder = try archive(test)
    #expect(throws: ArchiveError.self) { try ask(sql, folder) }
  }

  @Test func `another customer's files cannot be read`() throws {
    let test = TestFolder()
    let mine = try archive(test)
    let other = ArchiveFolder(root: test.path, customer: "other")
    let writer = try ArchiveWriter(other)
    writer.append(requests([1]), inputs: ["in"])
    try writer.commit()
    let path = other.path + "/" + writer.manifest.files[0].path
    #expect(throws: ArchiveError.self) { try ask("SELECT * FROM read_parquet('\(path)')", mine) }
    #expect(throws: ArchiveError.self) {
      try ask("SELECT * FROM read_parquet('\(mine.path)/../other/*/*.parquet')", mine)
    }
  }

  @Test func `a question can be stopped, and memory has a bound`() throws {
    let test = TestFolder()
    let folder = try archive(test)
    let reader = try ArchiveReader(folder)
    DispatchQueue.global().asyncAfter(deadline: .now() + 0.2, execute: reader.stop)
    let failure = #expect(throws: ArchiveError.self) {
      try reader.answer("SELECT count(*) FROM range(1000000000000) a", during: (nil, nil), limit: 1)
    }
    #expect(failure?.cause == .limit)
    var limits = QuestionLimits()
    limits.memory = 64
    let small = try ArchiveReader(folder, limits: limits)
    let refused = #expect(throws: ArchiveError.self) {
      try small.answer("SELECT list(a.range) FROM range(100000000) a", during: (nil, nil), limit: 1)
    }
    #expect(refused?.cause == .limit)
  }
}
