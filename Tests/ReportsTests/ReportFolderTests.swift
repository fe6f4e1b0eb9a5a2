import Foundation
import Model
import Testing

@testable import Reports

/// A folder of its own for each test, gone afterwards.
private final class Scratch {
  let path = FileManager.default.temporaryDirectory.appending(path: "weir-reports-\(UUID().uuidString)").path

  init() { try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
  deinit { try? FileManager.default.removeItem(atPath: path) }

  func names(_ folder: String = "") -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: path + folder)) ?? []).sorted()
  }
}

private let files = ["alerts.ndjson", "incidents.json", "report.html", "report.md", "summary.json"]

@Test("a report folder is made with its parents and holds the report files and nothing else")
func folderIsMade() throws {
  let scratch = Scratch()
  try ReportWriter.write(SampleResult.result, to: scratch.path + "/a/b")
  #expect(scratch.names("/a/b") == files)
}

@Test("writing again replaces an earlier report, and keeps what else a report folder holds")
func folderIsReplaced() throws {
  let scratch = Scratch()
  let folder = scratch.path + "/report"
  try ReportWriter.write(SampleResult.result, to: folder)
  try "old".write(toFile: folder + "/summary.json", atomically: true, encoding: .utf8)
  try "mine".write(toFile: folder + "/notes.txt", atomically: true, encoding: .utf8)
  try ReportWriter.write(SampleResult.result, to: folder)
  #expect(scratch.names("/report") == (files + ["notes.txt"]).sorted())
  #expect(try String(contentsOfFile: folder + "/summary.json", encoding: .utf8).hasPrefix("{"))
}

@Test("a folder of somebody else's files is refused before anything is written")
func foreignFolderIsRefused() throws {
  let scratch = Scratch()
  try "mine".write(toFile: scratch.path + "/thesis.txt", atomically: true, encoding: .utf8)
  let error = #expect(throws: ReportError.self) { try ReportWriter.write(SampleResult.result, to: scratch.path) }
  #expect(error?.problem == .foreignFolder)
  #expect(error?.canRetry == false)
  #expect(scratch.names() == ["thesis.txt"])
}

@Test("a file in the folder's place, and a place that cannot be written, are named with what to do")
func impossibleFolders() throws {
  let scratch = Scratch()
  try "x".write(toFile: scratch.path + "/file", atomically: true, encoding: .utf8)
  let file = #expect(throws: ReportError.self) {
    try ReportWriter.write(SampleResult.result, to: scratch.path + "/file")
  }
  #expect(file?.problem == .notAFolder)
  let under = #expect(throws: ReportError.self) {
    try ReportWriter.write(SampleResult.result, to: scratch.path + "/file/below")
  }
  #expect(under?.description.contains("could not create") == true)
  #expect(under?.description.contains("ot a directory") == true)
  #expect(under?.canRetry == true)
}

@Test("proposals drafted anew leave no rule of the ones before")
func staleRulesAreGone() throws {
  let scratch = Scratch()
  let folder = scratch.path + "/report"
  var result = SampleResult.result
  func proposal(_ targets: [String]) -> Proposal {
    var proposal = Proposal(
      incident: "INC-1", title: "a", attack: "true", baseline: "",
      contrast: Contrast(attackEvents: 1, baselineEvents: 1, attackRows: 1, baselineRows: 1, rows: []), candidates: [],
      recommended: nil, verdict: "")
    proposal.artifacts = targets.map {
      Artifact(target: $0, fileName: "\($0).conf", text: "x", reference: "r", notes: [], apply: [], undo: [])
    }
    return proposal
  }
  result.proposals = [proposal(["nginx", "haproxy"])]
  try ReportWriter.write(result, to: folder)
  #expect(scratch.names("/report/mitigations/INC-1") == ["haproxy.conf", "nginx.conf", "proposal.json"])
  try ReportWriter.write([proposal(["nginx"])], to: folder)
  #expect(scratch.names("/report/mitigations/INC-1") == ["nginx.conf", "proposal.json"])
}
