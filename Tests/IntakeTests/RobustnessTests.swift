import Foundation
import Glibc
import Model
import Testing

@testable import Intake

@Suite("broken and hostile inputs") struct RobustnessTests {
  let folder = TemporaryFolder()

  /// Reads `bytes` beside a good file, which must be read whole whatever the other is.
  private func beside(_ bytes: some Collection<UInt8>) throws -> (report: InputReport, rows: [[String: String]]) {
    let bad = folder.write(bytes, "bad.log")
    let good = folder.write(combined(1, "/good"), "good.log")
    let read = try Read([bad, good])
    #expect(read.rows.contains { $0["http.request.uri"] == "/good" })
    return (read.report.inputs[0], read.rows)
  }

  @Test("an empty file is named as empty")
  func empty() throws {
    let report = try beside([]).report
    #expect(report.remarks == ["is empty"] && report.failure == nil)
  }

  @Test("a path that is not there and a folder that holds nothing readable are named")
  func missing() throws {
    let read = try Read([folder.path + "/none.log", folder.write(combined(1), "a.log")])
    #expect(read.report.inputs[0].failure?.contains("no such file") == true)
    #expect(read.rows.count == 1)
  }

  @Test("binary data and foreign archives are named instead of being read as lines")
  func binary() throws {
    var generator = SystemRandomNumberGenerator()
    let noise = (0..<20_000).map { _ in UInt8.random(in: 0...255, using: &generator) }
    #expect(try beside([0x01] + noise).report.failure?.contains("binary") == true)
    #expect(try beside(Array("BZh91AY&SY".utf8) + noise).report.failure?.contains("bzip2") == true)
    #expect(try beside([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00] + noise).report.failure?.contains("xz") == true)
  }

  @Test("a log of the wrong kind is counted line by line, with samples and a remark")
  func wrongKind() throws {
    let report = try beside((0..<100).map { "unexpected prose number \($0)\n" }.joined().utf8).report
    #expect(report.rejected == 100)
    #expect(report.reasons.first?.reason == Rejection.unknownShape.rawValue)
    #expect(report.reasons.first?.samples.map(\.line) == [1, 2, 3, 4, 5])
    #expect(report.remarks.contains { $0.contains("no known format") })
  }

  @Test("a line of many megabytes is left out and counted, the lines around it are read, memory stays bounded")
  func longLine() throws {
    let text = combined(1, "/before") + String(repeating: "x", count: 30 << 20) + "\n" + combined(2, "/after")
    let (report, rows) = try beside(text.utf8)
    #expect(rows.map { $0["http.request.uri"] } == ["/before", "/good", "/after"] || rows.count == 3)
    #expect(report.reasons.map(\.reason) == [Rejection.tooLong.rawValue])
    #expect(report.reasons[0].samples.map(\.line) == [2])
    #expect(report.lines == 3)
  }

  @Test("a file that is one endless line is read to its end")
  func endlessLine() throws {
    let (report, _) = try beside(repeatElement(UInt8(ascii: "y"), count: 5 << 20))
    #expect(report.rejected == 1)
  }

  @Test("invalid UTF-8, NUL bytes, CRLF and a missing last line end do no harm")
  func oddBytes() throws {
    let line = Array(combined(1, "/a").dropLast().utf8)
    let odd =
      Array("192.0.2.1 - - [10/Oct/2025:10:00:02 +0000] \"GET /".utf8) + [0xFF, 0x00, 0xC3]
      + Array("x HTTP/1.1\" 200 5 \"-\" \"-\"".utf8)
    let rows = try beside(line + [0x0D, 0x0A] + odd + [0x0A] + line).rows
    #expect(rows.count == 4)
    #expect(rows.contains { $0["http.request.uri"] == "/\u{FFFD}\0\u{FFFD}x" })
  }

  @Test("a byte order mark and the hole of zeros that truncation leaves are skipped")
  func marks() throws {
    #expect(
      try beside([0xEF, 0xBB, 0xBF] + Array(combined(1, "/bom").utf8)).rows.contains {
        $0["http.request.uri"] == "/bom"
      })
    let hole = try beside([UInt8](repeating: 0, count: 100_000) + Array(combined(1, "/hole").utf8))
    #expect(hole.rows.contains { $0["http.request.uri"] == "/hole" })
    #expect(hole.report.rejected == 0)
  }

  @Test("bytes behind a gzip's end and a wrong checksum are told, the content is used")
  func brokenGzip() throws {
    let good = gzipped(Array(combined(1, "/zip").utf8))
    let trailing = try beside(good + Array("not gzip".utf8))
    #expect(trailing.rows.contains { $0["http.request.uri"] == "/zip" })
    #expect(trailing.report.failure?.contains("behind its end") == true)
    var wrong = good
    wrong[wrong.count - 6] ^= 0xFF
    let checksum = try beside(wrong)
    #expect(checksum.rows.contains { $0["http.request.uri"] == "/zip" })
    #expect(checksum.report.failure?.contains("checksum") == true)
    #expect(try beside(good + [UInt8](repeating: 0, count: 512)).report.failure == nil)
  }

  @Test("a file that mixes formats line by line is read line by line")
  func mixed() throws {
    let error =
      "2025/10/10 10:00:02 [error] 3#3: *1 open() \"/x\" failed, client: 192.0.2.1, server: s, request: \"GET /e HTTP/1.1\", host: \"h\"\n"
    let report = try beside((0..<40).map { $0 % 4 == 0 ? error : combined($0) }.joined().utf8).report
    #expect(report.formats.map(\.name) == ["combined", "nginx-error"])
    #expect(report.formats.map(\.count) == [30, 10])
    #expect(report.rejected == 0)
  }

  @Test("a named pipe is read like a file")
  func pipe() throws {
    let path = folder.path + "/pipe"
    #expect(mkfifo(path, 0o600) == 0)
    let writer = Thread {
      let descriptor = open(path, O_WRONLY)
      for i in 0..<5000 {
        let line = Array(combined(i % 3600, "/pipe").utf8)
        var at = 0
        while at < line.count { at += write(descriptor, Array(line[at...]), min(7, line.count - at)) }
      }
      close(descriptor)
    }
    writer.start()
    let read = try Read([path])
    #expect(read.rows.count == 5000)
    #expect(read.report.inputs[0].failure == nil)
  }

  @Test("a folder is walked in the order of names, hidden files are left out with a word, links in circles end")
  func folders() throws {
    let root = TemporaryFolder()
    try FileManager.default.createDirectory(atPath: root.path + "/b/c", withIntermediateDirectories: true)
    root.write(combined(1, "/2"), "b/c/x.log")
    root.write(combined(1, "/1"), "a.log")
    root.write(combined(1, "/hidden"), ".secret")
    try FileManager.default.createSymbolicLink(atPath: root.path + "/b/loop", withDestinationPath: root.path)
    let read = try Read([root.path])
    #expect(read.rows.map { $0["http.request.uri"] } == ["/1", "/2"])
    #expect(read.report.inputs[0].remarks.contains { $0.contains("hidden") })
  }

  @Test("random bytes and mutated lines never trap, in any format")
  func fuzz() throws {
    var generator = Mutation(seed: 7)
    let formats = try LogFormats.all(.init(roots: [contentRoot]))
    let lines = try LineFormatFile.all(in: .init(roots: [contentRoot])).flatMap {
      $0.examples.map { Array($0.line.utf8) }
    }
    for round in 0..<40 {
      var bytes: [UInt8] = []
      for _ in 0..<50 { bytes += generator.mutated(lines.randomElement(using: &generator)!) + [0x0A] }
      if round % 4 == 0 { bytes = (0..<4000).map { _ in UInt8.random(in: 0...255, using: &generator) } }
      let sample = Sample(bytes)
      for format in formats { #expect(0...100 ~= format.likeness(of: sample, DecodeScratch())) }
    }
  }
}

/// A seeded source of chance that damages lines the way disks, networks and attackers do.
struct Mutation: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// SplitMix64 (Steele, Lea and Flood 2014).
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func mutated(_ line: [UInt8]) -> [UInt8] {
    var line = line
    for _ in 0..<Int.random(in: 0...4, using: &self) where !line.isEmpty {
      let place = line.indices.randomElement(using: &self)!
      switch Int.random(in: 0...5, using: &self) {
      case 0: line[place] = UInt8.random(in: 0...255, using: &self)
      case 1: line.remove(at: place)
      case 2: line.removeSubrange(place...)
      case 3: line.insert(contentsOf: Array("\\\"[]{}9 99999999999999999999".utf8).shuffled(using: &self), at: place)
      case 4: line += line[place...]
      default: line.swapAt(place, line.indices.randomElement(using: &self)!)
      }
    }
    return line
  }
}
