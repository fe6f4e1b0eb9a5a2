import Model
import Testing

@testable import Reports

private func many(_ count: Int) -> InvestigationResult {
  var result = SampleResult.result
  result.incidents = (0..<count).map { result.incidents[$0 % result.incidents.count] }
  return result
}

@Test("the summary fits a screen of 24 lines and 80 columns", arguments: [0, 1, 4, 5, 6, 20, 500])
func summaryFits(incidents: Int) {
  let text = TerminalSummary(many(incidents), folder: "report").text
  let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
  #expect(lines.count <= 24)
  #expect(lines.allSatisfy { $0.count <= 80 })
  #expect(text.contains("report/report.html"))
  if incidents > 10 { #expect(text.contains(" more\n")) }
}

@Test("colours only when asked for, and then every colour is ended")
func colours() {
  let plain = TerminalSummary(many(4)).text
  let painted = TerminalSummary(many(4), colours: true).text
  #expect(!plain.contains("\u{1b}"))
  #expect(painted.contains("\u{1b}[1;31m"))
  #expect(painted.replacing(/\u{1b}\[[0-9;]*m/, with: "") == plain)
  for line in painted.split(separator: "\n") where line.contains("\u{1b}") { #expect(line.contains("\u{1b}[0m")) }
}

@Test("a hostile name cannot speak to the terminal", arguments: Hostile.all)
func terminalIsInert(text: String) {
  var result = many(3)
  for index in result.incidents.indices { result.incidents[index].title = text }
  result.intake.inputs[0].path = text
  result.intake.inputs[0].failure = text
  let summary = TerminalSummary(result, folder: text).text
  #expect(!summary.unicodeScalars.contains { $0.value != 0x0a && $0.properties.generalCategory == .control })
  #expect(!summary.contains("\u{202e}"))
}

@Test(
  "progress says share, rate and time left once it can",
  arguments: [
    (
      ProgressLine(events: 0, bytesRead: 0, bytesTotal: 1_000, elapsedSeconds: 0),
      "  0 %  0 events"
    ),
    (
      ProgressLine(events: 1_300_000, bytesRead: 420_000_000, bytesTotal: 1_000_000_000, elapsedSeconds: 2),
      " 42 %  1.3 M events  650 k/s  210 MB/s  3 seconds left"
    ),
    (
      ProgressLine(events: 5_000, bytesRead: 1_000_000, bytesTotal: nil, elapsedSeconds: 1),
      "5 k events  5 k/s  1 MB/s"
    ),
    (
      ProgressLine(events: 9, bytesRead: 10, bytesTotal: 5, elapsedSeconds: 9),
      "100 %  9 events  1/s  1 B/s"
    ),
  ])
func progress(line: ProgressLine, text: String) {
  #expect(line.text() == text)
}

@Test("a progress line is never wider than the terminal", arguments: [0, 1, 10, 40, 79, 200])
func progressFits(columns: Int) {
  let line = ProgressLine(
    events: .max / 4, bytesRead: .max / 4, bytesTotal: .max, elapsedSeconds: 1e-9)
  #expect(line.text(columns: columns).count <= max(0, columns - 1))
}
