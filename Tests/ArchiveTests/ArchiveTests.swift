import Conditions
import Foundation
import Model
import Testing

@testable import Archive

@Suite(.enabled(if: hasDuckDB)) struct ArchiveTests {
  private func everything(_ folder: ArchiveFolder, lines: Bool = false) throws -> [String] {
    var rows: [String] = []
    let reader = try ArchiveReader(folder)
    try reader.candidates(
      .and([]), fields: Set(EventField.allCases), computed: [], withLines: lines, in: EventBatch()
    ) { batch in
      rows += json(batch, input: "in")
      if lines { rows += (0..<batch.count).map { String(decoding: batch.line($0), as: UTF8.self) } }
      return true
    }
    return rows
  }

  @Test func `what is read back is what was written, bytes that are no text and absent cells too`() throws {
    let test = TestFolder()
    let batch = requests(Array(repeating: 3, count: 5_000))
    let writer = try ArchiveWriter(test.archive)
    writer.append(batch, inputs: ["in"])
    try writer.commit()
    #expect(try everything(test.archive) == json(batch, input: "in"))
    #expect(try test.archive.faults() == [])
  }

  @Test func `events lie by hour, and a span reads only its files`() throws {
    let test = TestFolder()
    let writer = try ArchiveWriter(test.archive)
    writer.append(requests([1, 1, 2, 5]), inputs: ["in"])
    try writer.commit(through: 7)
    #expect(try test.archive.manifest().files.map(\.rows) == [2, 1, 1])
    #expect(try test.archive.manifest().through == 7)
    let start: Int64 = 1_772_409_600_000_000_000
    let reader = try ArchiveReader(
      test.archive, since: start + 2 * 3_600_000_000_000, until: start + 4 * 3_600_000_000_000)
    #expect(reader.fileCount == 1)
  }

  @Test func `columns that come later are empty before`() throws {
    let test = TestFolder()
    let writer = try ArchiveWriter(test.archive)
    writer.append(requests([1]), inputs: ["in"])
    let other = EventBatch(capacity: 16)
    other.touch(.time)
    other.touch(.dnsName)
    other.set(.time, 0, 1_772_409_600_000_000_000)
    other.set(.dnsName, 0, other.arena.append("example.org".utf8))
    other.commitRow(LinePlace(slice: .absent, source: 0, number: 9))
    writer.append(other, inputs: ["dns"])
    try writer.commit()
    let rows = try everything(test.archive)
    #expect(rows.count == 2)
    #expect(rows.contains { $0.contains(#""dns.query.name":"example.org""#) && !$0.contains("http.host") })
  }

  @Test func `texts that hardly repeat, and rows of hours in turn, are read back as they were`() throws {
    let test = TestFolder()
    let batch = EventBatch(capacity: 16)
    for field in [EventField.time, .path, .host, .status, .userAgent] { batch.touch(field) }
    for row in 0..<40_000 {
      // Runs of one row, of some, and of more than a chunk.
      let hour = Int64(row < 3_000 ? row % 3 : row < 9_000 ? row / 70 % 2 : 1)
      batch.set(.time, row, 1_772_409_600_000_000_000 + hour * 3_600_000_000_000 + Int64(row))
      batch.set(.path, row, batch.arena.append("/\(row % 7 == 0 ? row : row * 31 % 30_000)/page".utf8))
      if row % 5 != 0 { batch.set(.host, row, batch.arena.append("h\(row % 300).example.com".utf8)) }
      if row > 20_000 { batch.set(.userAgent, row, batch.arena.append("agent \(row % 20)".utf8)) }
      batch.set(.status, row, Int64(row % 500))
      batch.commitRow(LinePlace(slice: .absent, source: 0, number: row + 1))
    }
    let writer = try ArchiveWriter(test.archive)
    for _ in 0..<2 {
      writer.append(batch, inputs: ["in"])
      try writer.commit()
    }
    #expect(try test.archive.manifest().files.count == 6)
    let rows = json(batch, input: "in")
    #expect(try everything(test.archive).sorted() == (rows + rows).sorted())
    #expect(try test.archive.faults() == [])
  }

  @Test func `a writer is full when it holds many rows or long texts`() throws {
    let test = TestFolder()
    var settings = ArchiveSettings()
    (settings.pendingRows, settings.pendingBytes) = (10, 4_000)
    let writer = try ArchiveWriter(test.archive, settings: settings)
    writer.append(requests([1, 1]), inputs: ["in"])
    #expect(!writer.isFull)
    writer.append(requests([1], host: String(repeating: "a", count: 4_000)), inputs: ["in"])
    #expect(writer.isFull)
    try writer.spill()
    #expect(!writer.isFull)
    writer.append(requests(Array(repeating: 1, count: 10)), inputs: ["in"])
    #expect(writer.isFull)
  }

  @Test func `what was not committed is not there, and what a stop left behind is swept up`() throws {
    let test = TestFolder()
    do {
      let writer = try ArchiveWriter(test.archive)
      writer.append(requests([1, 2]), inputs: ["in"])
      try writer.commit()
      writer.append(requests([3]), inputs: ["in"])
      try writer.spill()
    }
    #expect(try everything(test.archive).count == 2)
    _ = try ArchiveWriter(test.archive)
    let files = FileManager.default.enumerator(atPath: test.archive.path)?.compactMap { $0 as? String } ?? []
    #expect(files.filter { $0.hasSuffix(".parquet") }.count == 2)
  }

  @Test func `a second writer is refused`() throws {
    let test = TestFolder()
    let first = try ArchiveWriter(test.archive)
    #expect(throws: ArchiveError.self) { try ArchiveWriter(test.archive) }
    _ = first
  }

  @Test func `compacting leaves one file an hour and the same events`() throws {
    let test = TestFolder()
    let writer = try ArchiveWriter(test.archive)
    for _ in 0..<3 {
      writer.append(requests([1, 1, 2]), inputs: ["in"])
      try writer.commit()
    }
    let before = try everything(test.archive).sorted()
    #expect(try writer.compact(before: .max) == 6)
    #expect(try test.archive.manifest().files.count == 2)
    #expect(try everything(test.archive).sorted() == before)
    try writer.forget(retiredBefore: .max)
    #expect(try test.archive.faults() == [])
  }

  @Test func `an hour that goes on keeps its large files as they are and few of them`() throws {
    let test = TestFolder()
    let writer = try ArchiveWriter(test.archive)
    var merged = 0
    for round in 0..<40 {
      writer.append(requests(Array(repeating: 1, count: 10)), inputs: ["in"])
      try writer.commit()
      let before = Dictionary(uniqueKeysWithValues: try test.archive.manifest().files.map { ($0.path, $0.rows) })
      try writer.compact(before: .min)
      let files = try test.archive.manifest().files
      #expect(files.count <= 5 && files.reduce(0) { $0 + $1.rows } == (round + 1) * 10)
      let left = Set(files.map(\.path))
      merged += before.filter { !left.contains($0.key) }.values.reduce(0, +)
    }
    // Everything anew each time would be 1,890 rows.
    #expect(merged < 1_000)
    #expect(try test.archive.faults() == [])
  }

  @Test func `long texts are written and compacted within the memory that there is`() throws {
    let test = TestFolder()
    var settings = ArchiveSettings()
    (settings.memory, settings.pendingBytes) = (192, 8 << 20)
    let writer = try ArchiveWriter(test.archive, settings: settings)
    for round in 0..<20 {
      let batch = EventBatch(capacity: 16)
      for field in [EventField.time, .path] { batch.touch(field) }
      for row in 0..<2_000 {
        batch.set(.time, row, 1_772_409_600_000_000_000)
        batch.set(.path, row, batch.arena.append("/\(round)/\(row)\(String(repeating: "/long", count: 800))".utf8))
        batch.commitRow(LinePlace(slice: .absent, source: 0, number: row + 1))
      }
      writer.append(batch, inputs: ["in"])
      if writer.isFull { try writer.spill() }
    }
    try writer.commit()
    #expect(try writer.compact(before: .max) > 1)
    #expect(try test.archive.manifest().files.map(\.rows) == [40_000])
    #expect(try test.archive.faults() == [])
  }

  @Test func `retention takes whole files that are old, and counts what it took`() throws {
    let test = TestFolder()
    let writer = try ArchiveWriter(test.archive)
    writer.append(requests([1, 1, 9]), inputs: ["in"])
    try writer.commit()
    let gone = try writer.expire(before: 1_772_409_600_000_000_000 + 5 * 3_600_000_000_000)
    #expect(gone.map(\.rows) == [2])
    #expect(try test.archive.manifest().expired == 2)
    #expect(try test.archive.faults() == [])
  }

  @Test func `a changed file and a missing one are found`() throws {
    let test = TestFolder()
    let writer = try ArchiveWriter(test.archive)
    writer.append(requests([1, 2]), inputs: ["in"])
    try writer.commit()
    let files = try test.archive.manifest().files.map { test.archive.path + "/" + $0.path }
    var bytes = [UInt8](FileManager.default.contents(atPath: files[0])!)
    bytes[bytes.count / 2] ^= 1
    try Data(bytes).write(to: URL(filePath: files[0]))
    try FileManager.default.removeItem(atPath: files[1])
    let faults = try test.archive.faults()
    #expect(faults.count == 2)
    #expect(faults[0].contains("was changed") && faults[1].contains("is missing"))
  }

  @Test func `lines are kept where that is wanted`() throws {
    let test = TestFolder()
    var settings = ArchiveSettings()
    settings.keepsLines = true
    let writer = try ArchiveWriter(test.archive, settings: settings)
    writer.append(requests([1]), inputs: ["in"])
    try writer.commit()
    #expect(try everything(test.archive, lines: true).last == "line 0")
  }
}
