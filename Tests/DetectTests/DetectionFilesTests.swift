import Content
import Foundation
import Model
import Testing

@testable import Detect

/// The project's own content, found from this file's place.
let content = ContentFolder(
  roots: [
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../Content").standardized
      .path
  ])

@Suite("The detection files")
struct DetectionFilesTests {
  static let all: [Detection] = {
    do { return try Detections.load(from: content) } catch { Issue.record("\(error)"); return [] }
  }()

  @Test("every file is read and there are some") func load() throws {
    #expect(try Detections.load(from: content).count > 1)
  }

  @Test("each detection fires on its own examples and is quiet on its others", arguments: all.map(\.id))
  func examples(id: String) throws {
    let detection = try #require(Self.all.first { $0.id == id })
    let problems = try ExampleRun.problems(of: detection)
    #expect(problems.isEmpty, "\(ContentError(problems))")
  }
}
