import Foundation
import Model
import Testing

@testable import Watch

/// A log in a file of its own, gone when the test is over.
private final class LogFile {
  let path = NSTemporaryDirectory() + "weir-test-\(UInt64.random(in: 0 ... .max)).log"

  init(_ lines: [String]) throws {
    try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(filePath: path))
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// Some visitors who read pages, and one address that tries passwords.
private func guessingLog(visitors: Int = 40, guesses: Int = 60) -> [String] {
  var lines: [(Int, String)] = []
  for visitor in 0..<visitors {
    for page in 0..<6 {
      let second = (visitor * 37 + page * 23) % 600
      lines.append((second, line("198.51.100.\(visitor)", second, "GET /news/\(page)", 200)))
    }
  }
  for guess in 0..<guesses { lines.append((100 + guess, line("203.0.113.9", 100 + guess, "POST /login", 401))) }
  return lines.sorted { $0.0 < $1.0 }.map(\.1)
}

private func line(_ address: String, _ second: Int, _ request: String, _ status: Int) -> String {
  let clock = String(format: "%02d:%02d:%02d", 10 + second / 3600, second / 60 % 60, second % 60)
  return
    "\(address) - - [14/May/2026:\(clock) +0000] \"\(request) HTTP/1.1\" \(status) 512 \"-\" \"Mozilla/5.0 (X11; Linux x86_64; rv:121.0) Gecko/20100101 Firefox/121.0\""
}

private func investigated(_ paths: [String], threads: Int, batchBytes: Int = 512 << 10) throws -> Investigation.Outcome
{
  var configuration = Configuration()
  configuration.threads = threads
  configuration.intake.batchBytes = batchBytes
  return try Investigation(Assembly(configuration)).run(paths, progress: { _ in })
}

@Test("an address that tries passwords becomes one incident, the readers beside it none") func guessing() throws {
  let log = try LogFile(guessingLog())
  let outcome = try investigated([log.path], threads: 1)
  #expect(outcome.intake.events == 40 * 6 + 60)
  #expect(outcome.incidents.count == 1)
  #expect(outcome.incidents.first?.sources.top.map(\.ip) == ["203.0.113.9"])
}

@Test(
  "any number of threads and any cut into batches give the same incidents",
  arguments: [(2, 512 << 10), (1, 4096), (3, 700)])
func sameForAnyCut(threads: Int, batchBytes: Int) throws {
  let log = try LogFile(guessingLog(visitors: 200))
  let expected = try investigated([log.path], threads: 1)
  let outcome = try investigated([log.path], threads: threads, batchBytes: batchBytes)
  #expect(outcome.alerts == expected.alerts)
  #expect(outcome.incidents == expected.incidents)
  #expect(outcome.traffic == expected.traffic)
}

@Test("an input that cannot be read is named, the rest is analysed") func unreadable() throws {
  let log = try LogFile(guessingLog())
  let outcome = try investigated(["/nowhere/at/all.log", log.path], threads: 2)
  #expect(outcome.incidents.count == 1)
  #expect(outcome.intake.inputs.contains { $0.path == "/nowhere/at/all.log" && $0.failure != nil })
}
