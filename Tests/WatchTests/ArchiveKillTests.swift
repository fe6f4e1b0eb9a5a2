import Archive
import Conditions
import Foundation
import Model
import Testing

@testable import Watch

@Suite("Killed while it archives", .enabled(if: (try? DuckLibrary.get()) != nil))
struct ArchiveKillTests {
  @Test("what was acknowledged is in the archive once, wherever a kill fell, and nothing else is") func kills() throws {
    let folder = FloorFolder()
    var acknowledged: Set<String> = []
    for round in 0..<5 {
      acknowledged.formUnion(try killed(after: .random(in: 20...700), folder.path, round))
    }
    #expect(acknowledged.count > 10)
    let floor = try folder.floor(customers: ["acme"], archive: ArchivePlan())
    defer { floor.stop() }
    var grouping = Grouping()
    grouping.fields = [.path]
    let hunt = Hunt(
      try Condition(parsing: "http.response.code ge 0"), wish: .groups(grouping, limit: 1_000_000), in: floor.assembly)
    let answer = try floor.hunt(hunt, of: "acme", limits: QuestionLimits(), until: .now + .seconds(60)) { _ in }
    #expect(!answer.isUnfinished && answer.groups.allSatisfy { $0.events == 1 })
    let archived = Set(answer.groups.map { String($0.values[0].dropFirst(3)) })
    #expect(acknowledged.subtracting(archived).isEmpty)
    // What is there beyond was kept, and the kill came before the word.
    var kept: Set<String> = []
    _ = try floor.spool.replay(from: 1) { delivery in
      for line in String(decoding: delivery.lines, as: UTF8.self).matches(of: /\/n\/(\S+)/) {
        kept.insert(String(line.1))
      }
    }
    #expect(archived == kept)
    #expect(try ArchiveFolder(data: folder.path, customer: "acme").faults() == [])
    #expect(try ArchiveWitness.faults(data: folder.path, customer: "acme") == [])
  }

  /// Starts the writer, kills it so long after its first word, and reads what it told.
  private func killed(after milliseconds: Int, _ folder: String, _ round: Int) throws -> Set<String> {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = Self.writer
    process.arguments = [folder, String(round)]
    process.standardOutput = pipe
    try process.run()
    var text = pipe.fileHandleForReading.availableData
    let reading = DispatchQueue(label: "reading")
    nonisolated(unsafe) var rest = Data()
    let end = pipe.fileHandleForReading
    reading.async { rest = end.readDataToEndOfFile() }
    usleep(UInt32(milliseconds) * 1_000)
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    reading.sync {}
    text += rest
    let words = String(decoding: text, as: UTF8.self)
    // A last word that was cut off is none.
    return Set(words.split(separator: "\n").dropLast(words.hasSuffix("\n") ? 0 : 1).map { String($0.dropFirst(5)) })
  }

  private static var writer: URL {
    // Beside the bundle of the tests.
    var folder = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
    for _ in 0..<4 where !FileManager.default.isExecutableFile(atPath: folder.path + "/floor-writer") {
      folder = folder.deletingLastPathComponent()
    }
    return folder.appending(path: "floor-writer")
  }
}
