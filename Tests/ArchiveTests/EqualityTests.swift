import ConditionSamples
import Conditions
import Foundation
import Model
import Testing

@testable import Archive

/// Whatever is asked of the archive is what the evaluator says of the events themselves.
@Suite(.enabled(if: hasDuckDB)) struct EqualityTests {
  /// A batch's rows that meet a condition, by number.
  private func matches(_ condition: Condition, _ batch: EventBatch) throws -> [Int] {
    let set = try ConditionSet([condition])
    let scratch = set.makeScratch()
    set.evaluate(batch, scratch)
    var rows: [Int] = []
    scratch.matches(0).forEach { rows.append(Int(batch.lines[$0].number)) }
    return rows
  }

  private func makeArchive(_ test: TestFolder, _ batch: EventBatch, lines: Bool) throws {
    var settings = ArchiveSettings()
    settings.keepsLines = lines
    let writer = try ArchiveWriter(test.archive, settings: settings)
    writer.append(batch, inputs: ["in"])
    try writer.commit()
  }

  /// Rows whose texts a column holds as they are, for the half of the cases in which DuckDB may answer alone.
  private func plain(_ batch: EventBatch) -> EventBatch {
    let plain = EventBatch(capacity: 16)
    for field in EventField.allCases where batch.isTouched(field) { plain.touch(field) }
    for row in 0..<batch.count {
      let texts = RandomBatch.texts.filter { batch.isTouched($0) }
      guard texts.allSatisfy({ batch.bytes($0, row).isPlain }) else { continue }
      for field in EventField.allCases where batch.isTouched(field) && batch.isPresent(field, row) {
        switch field.columnKind {
        case .address: plain.set(field, plain.count, batch.address(field, row))
        case .text: plain.set(field, plain.count, plain.arena.append(batch.bytes(field, row)))
        default: plain.set(field, plain.count, batch.number(field, row)!)
        }
      }
      plain.set(.ipSource, plain.count, batch.address(.ipSource, row))
      plain.commitRow(batch.lines[row])
    }
    return plain
  }

  @Test(arguments: [1, 2, 3, 4] as [UInt64]) func `random conditions select the same rows`(_ seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let drawn = RandomBatch.make(rows: 3_000, &random)
    let batch = seed % 2 == 0 ? plain(drawn) : drawn
    let test = TestFolder()
    try makeArchive(test, batch, lines: false)
    // Undated events and those of five days lie in files of their own: rows come in another order.
    let read = EventBatch()
    var exact = 0
    for _ in 0..<150 {
      let condition = RandomCondition.make(depth: 2, &random)
      let expected = try matches(condition, batch).sorted()
      let reader = try ArchiveReader(test.archive)
      var found: [Int] = []
      try reader.candidates(condition, fields: condition.fields, computed: [], withLines: false, in: read) { batch in
        found += (try? matches(condition, batch)) ?? []
        return true
      }
      #expect(found.sorted() == expected, "\(condition)")
      let counts = try ArchiveReader(test.archive).count(condition, by: Grouping(), limit: 1, computed: [])
      if let counts {
        exact += 1
        #expect(counts.events == expected.count, "\(condition)")
      }
    }
    // With odd cells DuckDB never answers alone; without them often enough for this test to mean something.
    #expect(seed % 2 == 0 ? exact > 20 : exact == 0)
  }

  @Test func `random tests by themselves select the same rows`() throws {
    var random = SeededRandom(seed: 77)
    let batch = plain(RandomBatch.make(rows: 2_000, &random))
    let test = TestFolder()
    try makeArchive(test, batch, lines: false)
    let reader = try ArchiveReader(test.archive)
    var exact = 0
    for _ in 0..<400 {
      let condition = Condition.test(RandomCondition.test(&random))
      guard let counts = try reader.count(condition, by: Grouping(), limit: 1, computed: []) else { continue }
      exact += 1
      #expect(try counts.events == matches(condition, batch).count, "\(condition)")
    }
    #expect(exact > 150)
  }

  @Test(arguments: [
    #"http.user_agent matches "url""#, #"http.user_agent matches "^a.+b$""#, #"http.user_agent matches "[a-f]{1,2}$""#,
    #"http.host matches "(www|shop)\\.example""#, #"http.user_agent matches "\\d\\.\\d""#,
    #"lower(http.user_agent) contains "curl""#, #"http.request.uri.path wildcard "/A/*1""#,
    #"len(http.user_agent) eq 2"#, #"starts_with(http.request.uri.path, "/a/")"#,
    #"ip.src in {192.0.2.0/26 2001:db8::1}"#,
    #"ip.src in {::/0}"#, #"event.class eq "http""#, #"not ip.flags.mf"#, #"event.time ge "2026-03-02T02:00:00Z""#,
  ]) func `what people ask selects the same rows`(_ text: String) throws {
    let batch = requests((0..<700).map { $0 % 5 })
    let test = TestFolder()
    try makeArchive(test, batch, lines: false)
    let condition = try Condition(parsing: text)
    var found: [Int] = []
    try ArchiveReader(test.archive).candidates(
      condition, fields: condition.fields, computed: [], withLines: false, in: EventBatch()
    ) { batch in
      found += (try? matches(condition, batch)) ?? []
      return true
    }
    #expect(try found.sorted() == matches(condition, batch).sorted())
  }

  @Test func `slots of time are the evaluator's, before 1970 too`() throws {
    let batch = EventBatch(capacity: 16)
    batch.touch(.time)
    let times: [Int64] = [-3_600_000_000_001, -60_000_000_000, -1, 0, 59_999_999_999, 60_000_000_000]
    for (row, time) in times.enumerated() {
      batch.set(.time, row, time)
      batch.commitRow(LinePlace(slice: .absent, source: 0, number: row + 1))
    }
    let test = TestFolder()
    try makeArchive(test, batch, lines: false)
    let counts = try ArchiveReader(test.archive).count(
      .and([]), by: Grouping(step: 60_000_000_000), limit: 100, computed: [])
    let slots = times.map { UTCTime.rfc3339(Grouping.slot($0, 60_000_000_000)) }
    #expect(counts?.groups.flatMap { group in (0..<group.events).map { _ in group.values[0] } } == slots)
  }

  @Test func `files of different columns are one archive`() throws {
    let test = TestFolder()
    try makeArchive(test, requests([1, 1, 2]), lines: false)
    let other = EventBatch(capacity: 16)
    for field in [EventField.time, .dnsName, .status] { other.touch(field) }
    for row in 0..<3 {
      other.set(.time, row, 1_772_409_600_000_000_000 + Int64(row) * 3_600_000_000_000)
      other.set(.dnsName, row, other.arena.append("example.org".utf8))
      other.set(.status, row, 200)
      other.commitRow(LinePlace(slice: .absent, source: 0, number: row + 1))
    }
    // A writer of its own takes over the columns that are usual; another customer's archive has other ones.
    let second = TestFolder()
    try makeArchive(second, other, lines: false)
    try makeArchive(second, requests([3]), lines: false)
    for (folder, text, expected) in [
      (second, #"http.host eq "www.example.com""#, 1), (second, #"dns.query.name eq "example.org""#, 3),
      (second, "http.response.code eq 200", 4), (second, #"not http.host eq "x""#, 4),
      (test, #"dns.query.name eq "example.org""#, 0), (test, "ip.src in {::/0}", 1),
    ] {
      let reader = try ArchiveReader(folder.archive)
      let condition = try Condition(parsing: text)
      #expect(
        try reader.count(condition, by: Grouping(), limit: 1, computed: [])?.events ?? expected == expected, "\(text)")
      var found = 0
      try reader.candidates(condition, fields: condition.fields, computed: [], withLines: false, in: EventBatch()) {
        found += (try? matches(condition, $0))?.count ?? 0
        return true
      }
      #expect(found == expected, "\(text)")
    }
  }
}
