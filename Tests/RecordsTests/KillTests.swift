import Foundation
import Testing

@testable import Records

@Suite("Killed at any moment", .serialized)
struct KillTests {
  /// What the writer was told to be durable before it was killed.
  private struct Acknowledged {
    var facts: [Int64: String] = [:]
    var lines: [UInt64: String] = [:]
  }

  @Test("a writer killed at random moments loses nothing acknowledged and invents nothing")
  func killAtRandom() throws {
    let folder = try TemporaryFolder()
    var known = Acknowledged()
    for round in 0..<40 {
      let told = try killed(after: .random(in: 5...70), folder.path, round)
      known.facts.merge(told.facts) { old, new in
        Issue.record("fact sequence given twice: \(old), \(new)")
        return new
      }
      known.lines.merge(told.lines) { old, new in
        Issue.record("delivery sequence given twice: \(old), \(new)")
        return new
      }
      try check(folder.path, known)
    }
    #expect(known.facts.count > 20 && known.lines.count > 20)
  }

  private func check(_ folder: String, _ known: Acknowledged) throws {
    // Killed before it had begun.
    guard FileManager.default.fileExists(atPath: folder + "/journal.sqlite") else {
      return #expect(known.facts.isEmpty && known.lines.isEmpty)
    }
    let verdict = try Journal.verify(folder: folder)
    #expect(verdict.fault == nil)
    let facts = try Journal(folder: folder).facts()
    for (sequence, word) in known.facts {
      #expect(facts.indices.contains(Int(sequence)) && facts[Int(sequence) - 1].body == "\"\(word)\"")
    }
    // Pairs were written in one piece: never is there half of one.
    #expect(facts.count % 2 == 0)
    for pair in stride(from: 0, to: facts.count, by: 2) { #expect(facts[pair].body == facts[pair + 1].body) }

    var found: [UInt64: String] = [:]
    let damaged = try Spool(data: folder).replay(from: 1) { delivery in
      #expect(found[delivery.sequence] == nil)
      found[delivery.sequence] = String(decoding: delivery.lines.prefix { $0 != 0x20 && $0 != 0x0A }, as: UTF8.self)
    }
    #expect(damaged == 0)
    for (sequence, word) in known.lines { #expect(found[sequence] == word) }
    #expect(Set(found.values).count == found.count)
  }

  /// Starts the writer, kills it, and reads what it told.
  private func killed(after milliseconds: Int, _ folder: String, _ round: Int) throws -> Acknowledged {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = Self.writer
    process.arguments = [folder, String(round)]
    process.standardOutput = pipe
    try process.run()
    // The pipe must not fill up: it is read while the writer runs.
    let reading = DispatchQueue(label: "reading")
    nonisolated(unsafe) var text = Data()
    let end = pipe.fileHandleForReading
    reading.async { text = end.readDataToEndOfFile() }
    usleep(UInt32(milliseconds) * 1_000)
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    reading.sync {}
    return Self.parse(String(decoding: text, as: UTF8.self))
  }

  private static func parse(_ text: String) -> Acknowledged {
    var told = Acknowledged()
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      #expect(words[0] != "failed", "\(line)")
      if words[0] == "fact" { told.facts[Int64(words[1])!] = String(words[2]) }
      if words[0] == "lines" { told.lines[UInt64(words[1])!] = String(words[2]) }
    }
    return told
  }

  private static var writer: URL {
    // Beside the bundle of the tests.
    var folder = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
    for _ in 0..<4 where !FileManager.default.isExecutableFile(atPath: folder.path + "/records-writer") {
      folder = folder.deletingLastPathComponent()
    }
    return folder.appending(path: "records-writer")
  }
}
