import Archive
import Conditions
import Foundation
import Model
import Records
import Testing

@testable import Watch

@Suite(.enabled(if: (try? DuckLibrary.get()) != nil)) struct ArchiveFloorTests {
  private func floor(_ folder: FloorFolder, pause: Int = 3_600) throws -> WatchFloor {
    var plan = ArchivePlan()
    plan.pauseSeconds = pause
    return try folder.floor(archive: plan)
  }

  private func count(_ floor: WatchFloor, _ text: String, of customer: String = "acme") throws -> Int {
    let hunt = Hunt(try Condition(parsing: text), wish: .count, in: floor.assembly)
    let answer = try floor.hunt(hunt, of: customer, limits: QuestionLimits(), until: .now + .seconds(20)) { _ in }
    #expect(!answer.isUnfinished)
    return answer.events
  }

  @Test func `a hunt sees what was accepted a moment ago, of its customer only, and the archive says the same later`()
    throws
  {
    let folder = FloorFolder()
    let floor = try floor(folder)
    let lines = attackLog()
    try feed(floor, lines)
    try feed(floor, Array(lines.prefix(7)), customer: "other")
    #expect(try count(floor, "http.response.code ge 0") == lines.count)
    #expect(try count(floor, "http.response.code ge 0", of: "other") == 7)
    try feed(floor, Array(lines.prefix(30)))
    #expect(try count(floor, "http.response.code ge 0") == lines.count + 30)
    floor.stop()
    #expect(try ArchiveFolder(data: folder.path, customer: "acme").faults() == [])
    #expect(try ArchiveWitness.faults(data: folder.path, customer: "acme") == [])
    let manifest = folder.path + "/archive/acme/manifest.json"
    let text = try String(contentsOfFile: manifest, encoding: .utf8)
    // Somebody changes a file and the manifest with it: the journal knows better.
    let forged = text.replacing(/"sha256":"...../, with: "\"sha256\":\"00000", maxReplacements: 1)
    try forged.write(toFile: manifest, atomically: true, encoding: .utf8)
    #expect(try ArchiveWitness.faults(data: folder.path, customer: "acme").count == 1)
    let events = try folder.facts("archive.written").flatMap { fact in
      let body = try JSONSerialization.jsonObject(with: Data(fact.body.utf8)) as? [String: Any]
      return (body?["files"] as? [[String: Any]] ?? []).compactMap { $0["events"] as? Int }
    }
    #expect(events.reduce(0, +) == lines.count + 30 + 7)
  }

  @Test func `restarts neither lose an event nor bring it in twice`() throws {
    let folder = FloorFolder()
    let lines = attackLog()
    for start in stride(from: 0, to: lines.count, by: 100) {
      let floor = try floor(folder)
      try feed(floor, Array(lines[start..<min(start + 60, lines.count)]))
      #expect(
        try count(floor, "http.response.code eq 401 or http.response.code eq 200") == min(start + 60, lines.count))
      // What comes behind the hunt is taken up by the next start.
      if start + 60 < lines.count { try feed(floor, Array(lines[(start + 60)..<min(start + 100, lines.count)])) }
      floor.stop()
    }
    let floor = try floor(folder)
    #expect(try count(floor, "http.response.code ge 0") == lines.count)
    floor.stop()
  }

  @Test func `what was written and did not become part of the archive is written again, once`() throws {
    let folder = FloorFolder()
    let lines = attackLog()
    do {
      let floor = try floor(folder)
      try feed(floor, lines)
      #expect(try count(floor, "http.response.code ge 0") == lines.count)
      floor.stop()
    }
    // As after a stop between the files and the manifest: the files are there, the manifest is the one before.
    let manifest = folder.path + "/archive/acme/manifest.json"
    try FileManager.default.removeItem(atPath: manifest)
    let floor = try floor(folder)
    #expect(try count(floor, "http.response.code ge 0") == lines.count)
    floor.stop()
  }

  @Test func `a spool that began anew is archived from its beginning`() throws {
    let folder = FloorFolder()
    do {
      let floor = try floor(folder)
      try feed(floor, Array(attackLog().prefix(50)), pieces: 5)
      #expect(try count(floor, "http.response.code ge 0") == 50)
      floor.stop()
    }
    try FileManager.default.removeItem(atPath: folder.path + "/spool")
    let floor = try floor(folder)
    try feed(floor, Array(attackLog().prefix(6)))
    #expect(try count(floor, "http.response.code ge 0") == 56)
    floor.stop()
  }

  @Test func `what the spool gave up before it was archived is counted and told`() throws {
    let folder = FloorFolder()
    let floor = try floor(folder)
    let keeper = try #require(floor.keeper)
    try feed(floor, Array(attackLog().prefix(5)))
    #expect(keeper.note(expired: 99, of: "acme"))
    #expect(try count(floor, "http.response.code ge 0") == 5)
    #expect(floor.archiveCounts(of: "acme")?.missed == 1)
    #expect(!keeper.note(expired: 1, of: "acme"))
    floor.stop()
  }
}
