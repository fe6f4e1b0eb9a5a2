import Foundation
import Testing

@testable import Reports

@Test("each report file of the sample is what was recorded", arguments: ReportFiles.all.map(\.name))
func reportFileIsAsRecorded(name: String) throws {
  let file = try #require(ReportFiles.all.first { $0.name == name })
  let text = file.render(SampleResult.result)
  let golden = Golden.folder.appending(path: name)
  if Golden.isRecording { try text.write(to: golden, atomically: true, encoding: .utf8) }
  let recorded = try String(contentsOf: golden, encoding: .utf8)
  #expect(text == recorded, "see what changed with: make record && git diff Tests/ReportsTests/Golden")
}

enum Golden {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")
  static let isRecording = ProcessInfo.processInfo.environment["WEIR_RECORD"] == "1"
}
