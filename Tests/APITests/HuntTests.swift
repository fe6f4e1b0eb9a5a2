import Archive
import Foundation
import Net
import Testing

@testable import API

@Suite("Hunts", .enabled(if: (try? DuckLibrary.get()) != nil))
struct HuntTests {
  private func ask(_ desk: Desk, _ body: String, customer: String = "a") -> HTTPResponse {
    desk.ask("POST", "/api/v1/customers/\(customer)/hunts", as: "hunter", body: Array(body.utf8))
  }

  @Test("the archive answers conditions and SQL about what arrived a moment ago, of one customer") func answers() throws
  {
    let desk = try Desk(isArchived: true)
    try desk.attack("a")
    try desk.attack("b")
    let count = ask(desk, #"{"condition":"http.response.code eq 401","count":true}"#)
    #expect(count.object["events"] as? Int == 200 && count.object["complete"] as? Bool == true)
    let groups = ask(
      desk,
      #"{"condition":"http.response.code eq 200","group_by":["ip.src"],"distinct":"http.request.uri.path","limit":2}"#)
    let first = (groups.object["groups"] as? [[String: Any]])?.first
    #expect(first?["events"] as? Int == 5 && first?["ip.src"] != nil && first?["distinct"] != nil)
    let series = ask(desk, #"{"condition":"http.response.code eq 401","every":"1m"}"#)
    #expect((series.object["groups"] as? [[String: Any]])?.count == 4)
    let sql = ask(desk, #"{"sql":"SELECT ip_src, count(*) AS n FROM events GROUP BY 1 ORDER BY n DESC LIMIT 1"}"#)
    #expect(sql.object["rows"] as? [[String]] == [["203.0.113.9", "200"]])
    let everything = ask(desk, #"{"sql":"SELECT http_request_uri_path FROM events","limit":1000}"#).text
    #expect(everything.contains("secret-a") && !everything.contains("secret-b"))
  }

  @Test("another customer's archive is out of reach by any path") func isolation() throws {
    let desk = try Desk(isArchived: true)
    try desk.attack("a")
    try desk.attack("b")
    _ = desk.ask(
      "POST", "/api/v1/customers/b/hunts", as: "lead-all", body: Array(#"{"condition":"ssl","count":true}"#.utf8))
    let file = try #require(
      FileManager.default.enumerator(atPath: desk.folder + "/archive/b")?.compactMap { $0 as? String }
        .first { $0.hasSuffix(".parquet") })
    let answer = ask(desk, #"{"sql":"SELECT * FROM read_parquet('\#(desk.folder)/archive/b/\#(file)')"}"#)
    #expect(answer.status == 400 && !answer.text.contains("secret-b"))
    #expect(ask(desk, #"{"condition":"ssl"}"#, customer: "b").status == 404)
  }

  @Test(
    "what cannot be understood is explained",
    arguments: [
      "", "[]", "{}", #"{"condition":"ssl","sql":"SELECT 1"}"#, #"{"condition":"ip.scr eq 1"}"#,
      #"{"sql":"DROP TABLE x"}"#,
      #"{"sql":"SELECT nothing FROM events"}"#, #"{"condition":"ssl","since":"some day"}"#,
      #"{"condition":"ssl","limit":0}"#,
      #"{"condition":"ssl","group_by":"ip.src"}"#, #"{"condition":"ssl","every":"often"}"#, #"{"conditon":"ssl"}"#,
      #"{"condition":"ssl","id":""}"#,
    ]) func refusals(_ body: String) throws
  {
    let desk = try Desk(isArchived: true)
    try desk.attack("a")
    #expect(ask(desk, body).status == 400)
  }

  @Test("a question that takes long is stopped by its id") func stopping() throws {
    let desk = try Desk(isArchived: true)
    try desk.attack("a")
    #expect(desk.ask("DELETE", "/api/v1/customers/a/hunts/q1", as: "hunter").status == 404)
    nonisolated(unsafe) let shared = desk
    let begun = ContinuousClock.now
    DispatchQueue.global().async {
      while shared.ask("DELETE", "/api/v1/customers/a/hunts/q1", as: "hunter").status != 204 { usleep(20_000) }
    }
    let answer = ask(desk, #"{"sql":"SELECT count(*) FROM range(1000000000000) a","id":"q1"}"#)
    #expect(answer.status == 400 && answer.text.contains("stopped"))
    #expect(ContinuousClock.now - begun < .seconds(15))
  }
}
