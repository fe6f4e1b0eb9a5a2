import Model
import Testing

@testable import Intake

private func section(_ letter: String, _ body: String, dashes: String = "--") -> String {
  "\(dashes)1a2b3c4d-\(dashes == "---" ? "--" : "")\(letter)--\n\(body)\n"
}

/// A record as ModSecurity 2 writes it.
private func record(time: String = "21/Nov/2026:11:00:00 +0100", id: String = "abc", dashes: String = "--") -> String {
  section("A", "[\(time)] \(id) 203.0.113.7 40000 192.0.2.1 443", dashes: dashes)
    + section("B", "POST /a?x=1 HTTP/1.1\nHost: shop.example:443\nUser-Agent: curl/8\nCookie: s=1\n", dashes: dashes)
    + section("C", "p=%27 or 1\n--not-a-boundary", dashes: dashes)
    + section("F", "HTTP/1.1 403 Forbidden\nContent-Type: text/html", dashes: dashes)
    + section(
      "H",
      """
      Message: Warning. Matched. [file "/942.conf"] [id "942100"] [msg "SQL Injection"] [data "s&1"]
      Message: Access denied with code 403 (phase 2). [id "949110"] [msg "Anomaly Score Exceeded (Total Score: 8)"]
      Action: Intercepted (phase 2)
      """, dashes: dashes) + section("Z", "", dashes: dashes)
}

@Suite("audit logs in sections") struct AuditTests {
  @Test("request, answer and matches of a record are read; the match that denied decides")
  func record2() throws {
    let folder = TemporaryFolder()
    let read = try Read([folder.write(record() + record(id: "def"), "audit.log")])
    #expect(read.rows.count == 2)
    let row = read.rows[0]
    #expect(
      row["event.time"] == "2026-11-21T10:00:00Z" && row["event.class"] == "security" && row["ip.src"] == "203.0.113.7")
    #expect(
      row["http.request.method"] == "POST" && row["http.request.uri"] == "/a?x=1" && row["http.host"] == "shop.example")
    #expect(row["http.request.body.raw"] == "p=%27 or 1\n--not-a-boundary" && row["http.response.code"] == "403")
    #expect(row["security.rule.id"] == "949110" && row["security.rule.ids"] == #"["942100","949110"]"#)
    #expect(row["security.action"] == "block" && row["security.score"] == "8")
    #expect(read.rows[1]["cf.ray_id"] == "def")
  }

  @Test(
    "both time forms and both boundaries are known",
    arguments: [
      ("21/Nov/2026:11:00:00 +0100", "--"), ("21/Nov/2026:10:00:00.000000 +0000", "--"),
      ("21/Nov/2026:11:00:00 +0100", "---"),
    ])
  func spellings(_ time: String, _ dashes: String) throws {
    let folder = TemporaryFolder()
    let read = try Read([folder.write(record(time: time, dashes: dashes), "audit.log")])
    #expect(read.rows.first?["event.time"] == "2026-11-21T10:00:00Z")
    #expect(read.rows.first?["http.response.code"] == "403")
  }

  @Test("a record that was cut off is counted and the next one is read")
  func cutOff() throws {
    let folder = TemporaryFolder()
    let whole = record()
    for length in stride(from: 40, to: whole.utf8.count - 16, by: 37) {
      let cut = String(decoding: whole.utf8.prefix(length), as: UTF8.self)
      let read = try Read([folder.write(cut + "\n" + record(id: "next"), "audit.log")])
      #expect(read.rows.map { $0["cf.ray_id"] } == ["next"], "cut at \(length)")
      #expect(read.report.inputs[0].rejected == 1)
    }
  }
}
