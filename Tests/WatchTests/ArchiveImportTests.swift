import Archive
import Conditions
import Foundation
import Model
import Testing

@testable import Watch

@Suite("Logs brought into an archive", .enabled(if: (try? DuckLibrary.get()) != nil))
struct ArchiveImportTests {
  @Test("a file that is there already, by whatever name, is left out and told; the rest is brought in") func once()
    throws
  {
    let folder = FloorFolder()
    let assembly = try FloorFolder.assembly.get()
    try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
    func file(_ name: String, _ lines: [String]) throws -> String {
      try lines.joined().write(toFile: folder.path + "/" + name, atomically: true, encoding: .utf8)
      return folder.path + "/" + name
    }
    let archive = ArchiveFolder(root: folder.path + "/archive", customer: "acme")
    let first = try file("a.log", attackLog())
    let importing = ArchiveImport(assembly)
    #expect(try importing.once([first], into: ArchiveWriter(archive)).known.isEmpty)
    let rows = try archive.manifest().rows
    let copy = try file("b.log", attackLog())
    let other = try file("c.log", [logLine("192.0.2.7", 1, "GET /new", 200)])
    let (report, known) = try importing.once([copy, first, other, other], into: ArchiveWriter(archive))
    #expect(known.map(\.path) == [copy, first, other] || known.map(\.path) == [copy, first])
    #expect(known.first?.before.path == first && report.events == 1)
    #expect(try archive.manifest().rows == rows + 1)
    let nothing = try importing.once([first, other], into: ArchiveWriter(archive))
    #expect(nothing.known.count == 2 && nothing.report.events == 0)
    #expect(try archive.manifest().rows == rows + 1)
    // Whoever wants it twice has it twice.
    _ = try importing.run([other], into: ArchiveWriter(archive))
    #expect(try archive.manifest().rows == rows + 2)
  }

  @Test("logs are told apart by their size, beginning, middle and end") func identity() throws {
    let folder = FloorFolder()
    try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
    func identity(_ bytes: Data) throws -> String? {
      try bytes.write(to: URL(filePath: folder.path + "/x.log"))
      return LogIdentity.of(folder.path + "/x.log")
    }
    for size in [0, 100, 5 << 20] {
      let bytes = Data((0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) })
      let own = try #require(try identity(bytes))
      #expect(try identity(bytes) == own && identity(bytes + [1]) != own)
      for place in [0, size / 2, size - 1] where size > 0 {
        var other = bytes
        other[place] ^= 1
        #expect(try identity(other) != own)
      }
    }
    #expect(LogIdentity.of(folder.path) == nil && LogIdentity.of(folder.path + "/none") == nil)
  }

  @Test("a question over files ends when it is told to, with what there was") func stopping() throws {
    let folder = FloorFolder()
    try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
    let path = folder.path + "/a.log"
    try attackLog().joined().write(toFile: path, atomically: true, encoding: .utf8)
    let hunt = Hunt(try Condition(parsing: "http.response.code ge 0"), wish: .count, in: try FloorFolder.assembly.get())
    #expect(try hunt.run([path], stop: { $0() }) { _ in }.isUnfinished)
    #expect(try !hunt.run([path]) { _ in }.isUnfinished)
  }
}
