import Foundation
import Net
import Records
import Testing

@testable import API

@Suite("Routes")
struct RouteTests {
  private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  @Test("the document in the repository is the one that is served, and names every route") func document() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Docs/openapi.json")
    if ProcessInfo.processInfo.environment["WEIR_RECORD"] != nil {
      try OpenAPI.document.write(to: file, atomically: true, encoding: .utf8)
    }
    #expect(try String(contentsOf: file, encoding: .utf8) == OpenAPI.document)
    let paths = HTTPResponse(type: "", OpenAPI.document).object["paths"] as? [String: [String: Any]]
    for route in Routes.all where !route.isPage { #expect(paths?[route.path]?[route.method.lowercased()] != nil) }
    #expect(Set(Routes.all.map(\.id)).count == Routes.all.count)
  }

  @Test("every answer is one that the document names") func agreement() throws {
    let desk = try Desk()
    try desk.attack("a")
    let incident = try #require(desk.floor.view(of: "a")?.incidents.first?.id)
    let alert = try #require(desk.floor.view(of: "a")?.alerts.keys.first)
    for route in Routes.all where !route.isPage && route.id != "events" {
      let path = route.path.replacing("{customer}", with: "a").replacing("{incident}", with: incident)
        .replacing("{alert}", with: alert).replacing("{stream}", with: "s")
      // Nothing is under way that could be stopped: another test does that.
      if route.id == "stopHunt" { continue }
      let bodies = ["signIn": #"{"token":"lead"}"#, "ask": #"{"condition":"http.host ne \"x\""}"#]
      let body = bodies[route.id].map(bytes) ?? bytes(Desk.line("192.0.2.1", 1, "GET /", 200))
      let query = route.query.filter(\.isRequired).map { "\($0.name)=http.host%20ne%20%22x%22" }
      let good = desk.ask(route.method, path + (query.isEmpty ? "" : "?" + query[0]), as: "lead", body: body)
      #expect(good.status == route.answer.status, "\(route.id): \(good.text)")
      #expect(good.header("content-type")?.hasPrefix(route.answer.type) ?? route.answer.type.isEmpty, "\(route.id)")
      for parameter in route.query where parameter.isInteger {
        let bad = desk.ask(route.method, path + "?\(parameter.name)=-7", as: "lead")
        #expect(bad.status == 400 && route.allProblems.contains(400), "\(route.id) \(parameter.name)")
      }
    }
  }

  @Test("what is not there, and what cannot be done there, is said in RFC 9457's form") func problems() throws {
    let desk = try Desk()
    #expect(desk.ask("/nothing").status == 404)
    let wrong = desk.ask("PUT", "/api/v1/session")
    #expect(wrong.status == 405 && wrong.header("allow") == "POST, DELETE")
    #expect(desk.ask("/api/v1/customers/a/incidents/INC-0", as: "lead").status == 404)
    #expect(Set(wrong.object.keys) == ["type", "title", "status", "detail"])
    #expect(wrong.header("content-security-policy")?.contains("default-src 'none'") == true)
  }

  @Test("incidents, alerts and traffic are what the floor knows") func reading() throws {
    let desk = try Desk()
    try desk.attack("a", marker: "?x=%3Cscript%3E")
    let list = desk.ask("/api/v1/customers/a/incidents", as: "customer")
    #expect(list.object["total"] as? Int == 1 && list.items.count == 1)
    let id = try #require(list.items[0]["id"] as? String)
    let incident = desk.ask("/api/v1/customers/a/incidents/\(id)", as: "customer").object
    #expect(incident["events"] as? Int == 200)
    #expect((incident["narrative"] as? [Any])?.isEmpty == false)
    let alerts = desk.ask("/api/v1/customers/a/alerts?incident=\(id)&limit=1", as: "customer")
    #expect(alerts.items.first?["class_uid"] as? Int == 2004)
    #expect(desk.ask("/api/v1/customers/a/alerts?incident=INC-0", as: "customer").object["total"] as? Int == 0)
    #expect(desk.ask("/api/v1/customers/a/traffic", as: "customer").object["events"] as? Int == 400)
    #expect(desk.ask("/api/v1/customers/a/incidents?severity=critical", as: "lead").status == 200)
    #expect(desk.ask("/api/v1/customers/a/incidents?severity=worst", as: "lead").status == 400)
    let facts = desk.ask("/api/v1/customers/a/facts?kind=incident.", as: "lead").text
    #expect(facts.split(separator: "\n").count == 1 && facts.contains("incident.opened"))
  }

  @Test("a hunt counts, groups and shows events of one customer, and explains what it does not understand")
  func hunting() throws {
    let desk = try Desk()
    try desk.attack("a")
    try desk.attack("b")
    func hunt(_ rest: String) -> HTTPResponse { desk.ask("/api/v1/customers/a/hunt?" + rest, as: "hunter") }
    let q = "q=http.response.code%20eq%20401"
    #expect(hunt(q + "&count=true").object["events"] as? Int == 200)
    let groups = hunt(q + "&group_by=ip.src").object["groups"] as? [[String: Any]]
    #expect(groups?.count == 1 && groups?[0]["ip.src"] as? String == "203.0.113.9")
    #expect(hunt(q + "&limit=3").items.count == 3)
    #expect(hunt("q=ip.src%20eq%20203.0.113.200").object["events"] as? Int == 0)
    #expect(hunt("q=ip.scr%20eq%201").text.contains("ip.src"))
    #expect(hunt("").status == 400)
    #expect(hunt(q + "&group_by=ip.scr").text.contains("did you mean ip.src"))
  }

  @Test("a push is kept before it is acknowledged, also over a restart of the floor") func push() throws {
    let desk = try Desk()
    let body = bytes(Desk.line("192.0.2.1", 1, "GET /x", 200))
    let answer = desk.ask("POST", "/ingest/a/edge", as: "machine", body: body)
    #expect(answer.status == 200 && answer.object["bytes"] as? Int == body.count)
    #expect(desk.floor.spool.segments(of: "a").contains { $0.contains("/a/edge/") })
    #expect(desk.ask("POST", "/ingest/a/..%2fx", as: "machine", body: body).status == 400)
    #expect(desk.ask("POST", "/ingest/a", as: "machine", body: bytes("{\"content\":\"tests\"}\n")).status == 200)
    desk.floor.settle()
    #expect(desk.floor.view(of: "a")?.counts.events == 1)
  }

  @Test("a delivery that comes twice is kept once where its records have ids or its sender gives a key")
  func duplicates() throws {
    let desk = try Desk()
    let record = bytes(#"{"RayID":"8a1b","ClientIP":"192.0.2.1","EdgeStartTimestamp":1778752800000000000}"# + "\n")
    for isSecond in [false, true] {
      let answer = desk.ask("POST", "/ingest/a", as: "machine", body: record)
      #expect(answer.object["duplicate"] as? Bool == isSecond)
    }
    let line = bytes(Desk.line("192.0.2.1", 1, "GET /x", 200))
    for isSecond in [false, true] {
      let answer = desk.ask("POST", "/ingest/a", as: "machine", body: line, headers: [("idempotency-key", "k")])
      #expect(answer.object["duplicate"] as? Bool == isSecond)
    }
    // Two equal lines without an id may be two events.
    for _ in 0..<2 {
      #expect(desk.ask("POST", "/ingest/a", as: "machine", body: line).object["duplicate"] as? Bool == false)
    }
    desk.floor.settle()
    #expect(desk.floor.view(of: "a")?.counts.events == 4)
  }

  @Test("a delivery that was kept before a stop is known after it") func duplicatesOverStops() throws {
    let record = bytes(#"{"RayID":"8a1b","ClientIP":"192.0.2.1","EdgeStartTimestamp":1778752800000000000}"# + "\n")
    let desk = try Desk()
    #expect(desk.ask("POST", "/ingest/a", as: "machine", body: record).object["duplicate"] as? Bool == false)
    let line = bytes(Desk.line("192.0.2.1", 1, "GET /x", 200))
    _ = desk.ask("POST", "/ingest/a", as: "machine", body: line, headers: [("idempotency-key", "k")])
    desk.floor.stop()
    let again = try Desk(folder: desk.folder)
    #expect(again.ask("POST", "/ingest/a", as: "machine", body: record).object["duplicate"] as? Bool == true)
    let repeated = again.ask("POST", "/ingest/a", as: "machine", body: line, headers: [("idempotency-key", "k")])
    #expect(repeated.object["duplicate"] as? Bool == true)
    #expect(again.ask("POST", "/ingest/b", as: "machine", body: record).status == 404)
  }

  @Test("a body that is too large or broken is refused, and nothing of it is kept") func refusals() throws {
    let desk = try Desk { $0.pushBytes = 50_000 }
    let large = bytes(String(repeating: "x", count: 60_000))
    #expect(desk.ask("POST", "/ingest/a", as: "machine", body: large).status == 413)
    let announced = [("content-length", "60000")]
    #expect(desk.ask("POST", "/ingest/a", as: "machine", headers: announced).status == 413)
    #expect(desk.ask("POST", "/ingest/a", as: "machine", body: [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 9]).status == 400)
    #expect(desk.floor.spool.segments(of: "a").isEmpty)
    #expect(desk.ask("POST", "/api/v1/session", body: large + large).status == 413)
  }

  @Test("Fastly is told which services may send") func fastly() throws {
    #expect(try Desk().ask("/.well-known/fastly/logging/challenge").text == "*\n")
    let desk = try Desk { $0.fastlyServices = ["abc"] }
    #expect(
      desk.ask("/.well-known/fastly/logging/challenge").text
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\n")
  }

  @Test("the page is three scripts and a style of this server, and holds no data") func page() throws {
    let desk = try Desk()
    try desk.attack("a")
    for route in Route.console {
      let file = desk.ask(route.path)
      #expect(file.status == 200 && !file.text.contains("secret-a"))
      #expect(
        !file.text.contains("innerHTML") && !file.text.contains("insertAdjacentHTML") && !file.text.contains("eval("))
      #expect(!file.text.contains("https://"))
    }
  }
}
