import Content
import Model
import Testing

@testable import Intake

@Suite("lines within lines") struct WrappedTests {
  static let formats = try! LogFormats.all(ContentFolder(roots: [contentRoot]))
  static let access = #"192.0.2.7 - - [10/Oct/2025:13:55:36 +0000] "GET /a HTTP/1.1" 200 5 "-" "x""#

  static func row(_ line: String) -> [String: String]? {
    decodedRows([line], formats.first { $0.name == "syslog" }!).first
  }

  @Test(
    "the line behind a daemon's prefix is decoded as what it is",
    arguments: [
      "<190>Oct 10 13:55:37 edge1 nginx: ", "Oct  1 13:55:37 edge1 nginx[12]: ",
      "2025-10-10T13:55:37.5+00:00 edge1 nginx[12]: ", "<190>1 2025-10-10T13:55:37Z edge1 nginx 12 - - ",
      "<190>1 2025-10-10T13:55:37Z edge1 nginx 12 - [a b=\"c]\\\"\"][d] ",
      "2025-10-10T13:55:37.493035218+01:00 stdout F ",
      "2025-10-10T13:55:37Z stdout F Oct 10 13:55:37 edge1 nginx: ", "edge1 nginx[12]: ",
    ])
  func prefixes(_ prefix: String) {
    let row = Self.row(prefix + Self.access)
    #expect(row?["http.request.uri"] == "/a")
    #expect(row?["event.time"] == "2025-10-10T13:55:36Z")
  }

  @Test("a prefix gives host, program, level and time to what does not say them itself")
  func completes() {
    let row = Self.row("<134>1 2025-10-10T13:55:37Z edge1 sshd 12 - - Failed password for amy")
    #expect(
      row == [
        "event.class": "host", "event.time": "2025-10-10T13:55:37Z", "edge.server.name": "edge1",
        "event.service": "sshd", "event.level": "info", "event.message": "Failed password for amy",
        "auth.account": "amy", "auth.outcome": "failure",
      ])
  }

  @Test(
    "what only looks like a prefix is refused",
    arguments: [
      "hello world: this is prose", "<999>Oct 10 13:55:37 a b: c", "2025-10-10T13:55:37Z something happened", "",
    ])
  func noPrefix(_ line: String) {
    #expect(Self.row(line) == nil)
  }

  @Test("a file of wrapped lines is recognised with the format within")
  func recognised() throws {
    let folder = TemporaryFolder()
    let text = (0..<20).map { "Oct 10 13:55:\(10 + $0) edge1 nginx: " + Self.access + "\n" }.joined()
    let read = try Read([folder.write(text, "a.log")])
    #expect(read.report.inputs[0].formats.map(\.name) == ["syslog+combined"])
    #expect(read.rows.allSatisfy { $0["event.service"] == "nginx" && $0["edge.server.name"] == "edge1" })
  }
}
