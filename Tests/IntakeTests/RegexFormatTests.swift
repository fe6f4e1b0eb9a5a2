import Content
import Model
import Testing

@testable import Intake

@Suite("formats by regular expression") struct RegexFormatTests {
  static func format(_ yaml: String) throws -> LineFormatFile {
    try LineFormatFile(ContentNode.documents(of: yaml, file: "x.yaml")[0])
  }

  @Test("named groups become fields, set gives constants")
  func groups() throws {
    let file = try Self.format(
      """
      name: app
      title: an app
      class: host
      regex: '^(?<time__iso>\\S+ \\S+) login failed for (?<account>\\S+) from (?<ip_src>\\S+)$'
      set: { auth.outcome: failure, event.service: app }
      examples: [ { line: x } ]
      """)
    let rows = decodedRows(["2025-01-02 03:04:05 login failed for bob from 192.0.2.9", "else"], file.format)
    #expect(
      rows == [
        [
          "event.time": "2025-01-02T03:04:05Z", "event.class": "host", "auth.account": "bob", "ip.src": "192.0.2.9",
          "auth.outcome": "failure", "event.service": "app",
        ]
      ])
  }

  @Test("a group that is no field is named with the nearest field")
  func unknownGroup() throws {
    #expect {
      try Self.format("name: a\ntitle: b\nregex: '(?<acount>x)'\nexamples: [ { line: x } ]")
    } throws: { error in
      (error as? ContentError)?.problems.first?.suggestion == "account"
    }
  }

  @Test("an expression that backtracks without end refuses the line instead of hanging")
  func backtracking() throws {
    let file = try Self.format("name: a\ntitle: b\nregex: '^(a+)+$'\nexamples: [ { line: x } ]")
    #expect(decodedRows([String(repeating: "a", count: 5000) + "b"], file.format).isEmpty)
  }
}
