import Detect
import Foundation
import Model
import Records
import Testing

@testable import Watch

@Suite("What is usual, over restarts", .serialized)
struct SeasonFloorTests {
  /// Events that the customer's file knows of, for the detection that counts all requests of a host.
  private func learned(_ folder: FloorFolder) throws -> Int {
    var remarks: [String] = []
    let seasons = try #require(SeasonFile(folder: folder.path, customer: "acme").read(remarks: &remarks))
    return seasons.contents.first { $0.detection == "flood-distributed" }?.keys.reduce(0) { $0 + $1.baseline.events }
      ?? 0
  }

  @Test("each event is learned once, over a restart and over a kill") func once() throws {
    let folder = FloorFolder()
    let lines = attackLog()
    let floor = try folder.floor()
    try feed(floor, Array(lines[..<350]))
    floor.stop()
    #expect(try learned(folder) == 350)
    do {
      let spool = try Spool(data: folder.path)
      _ = try spool.append(customer: "acme", stream: "push", lines: Array(lines[350..<450].joined().utf8))
    }
    let again = try folder.floor()
    try feed(again, Array(lines[450...]))
    again.stop()
    #expect(try learned(folder) == 500)
    try folder.floor().stop()
    #expect(try learned(folder) == 500)
  }

  @Test("a damaged file is put aside and told, and everything else goes on") func damaged() throws {
    let folder = FloorFolder()
    try folder.floor().stop()
    let path = SeasonFile(folder: folder.path, customer: "acme").path
    var bytes = try #require(FileManager.default.contents(atPath: path))
    bytes[bytes.count / 2] ^= 1
    try bytes.write(to: URL(filePath: path))
    let floor = try folder.floor()
    #expect(floor.remarks.contains { $0.contains("put aside") })
    floor.stop()
    #expect(FileManager.default.fileExists(atPath: path + ".damaged"))
  }

  @Test("a book survives as bytes, and anything else is refused at every cut") func bytes() throws {
    let folder = FloorFolder()
    let floor = try folder.floor()
    try feed(floor, attackLog())
    floor.stop()
    var remarks: [String] = []
    let seasons = try #require(SeasonFile(folder: folder.path, customer: "acme").read(remarks: &remarks))
    let bytes = seasons.bytes
    #expect(Seasons(bytes)?.bytes == bytes)
    for cut in stride(from: 0, to: bytes.count, by: 7) { #expect(Seasons(Array(bytes[..<cut])) == nil) }
  }

  @Test("what was learned from recorded logs judges the first minute, in words; the same logs twice change nothing")
  func warmStart() throws {
    let folder = FloorFolder()
    let log = NSTemporaryDirectory() + "weir-learn-\(UUID().uuidString).log"
    defer { try? FileManager.default.removeItem(atPath: log) }
    var text = ""
    for (day, month) in [(23, "Apr"), (30, "Apr"), (7, "May")] {
      for second in stride(from: 0, to: 3_600, by: 4) {
        text += logLine("198.51.100.\(second % 90)", second, "GET /news/\(second % 6)", 200)
          .replacing("14/May", with: "\(day < 10 ? "0" : "")\(day)/\(month)")
      }
    }
    try Data(text.utf8).write(to: URL(filePath: log))
    let learning = Learning(try Assembly(Configuration()))
    let outcome = try learning.run([log], folder: folder.path, customer: "acme")
    #expect(outcome.events == 2_700)
    let elsewhere = FloorFolder()
    let local = try learning.run(
      [log], folder: elsewhere.path, customer: "acme", zone: try #require(TimeZone(identifier: "America/New_York")))
    #expect(local.measures.contains { $0.busiest?.hasPrefix("Thursdays from 06:00 America/New_York") ?? false })
    let known = try learned(folder)
    _ = try learning.run([log], folder: folder.path, customer: "acme")
    #expect(try learned(folder) == known && known == 2_700)
    let floor = try folder.floor()
    let flood = (0..<1_200).map { logLine("192.0.\($0 % 4).\($0 / 4 % 200)", $0 / 100, "GET /?q=\($0)", 503) }
    try feed(floor, flood, pieces: 100)
    try feed(floor, flood, customer: "other", pieces: 100)
    floor.settle()
    let alert = try #require(floor.view(of: "acme")?.alerts.values.first { $0.detection == "flood-distributed" })
    #expect(alert.reason.contains("Thursdays from 10:00 UTC usually bring 3 a slot"), "\(alert.reason)")
    #expect(floor.view(of: "other")?.alerts.values.contains { $0.detection == "flood-distributed" } == false)
    floor.stop()
  }
}
