import Access
import Foundation
import FoundationNetworking
import Net
@testable import Records
import Testing

@testable import API

@Suite("Who may see what")
struct AccessTests {
  /// A route's path with real names in it.
  private func path(_ route: Route, customer: String, incident: String = "INC-1", alert: String = "x") -> String {
    route.path.replacing("{customer}", with: customer).replacing("{incident}", with: incident)
      .replacing("{alert}", with: alert).replacing("{stream}", with: "s")
      + (route.id == "hunt" ? "?q=http.host%20ne%20%22%22" : "")
  }

  @Test("a token of one customer sees nothing of another, on any route and in any role")
  func isolation() throws {
    let desk = try Desk()
    try desk.attack("a")
    try desk.attack("b")
    let view = try #require(desk.floor.view(of: "b"))
    let (incident, alert) = (try #require(view.incidents.first?.id), try #require(view.alerts.keys.first))
    for route in Routes.all where route.id != "events" {
      for role in Role.allCases {
        for customer in ["b", "a", "%2e%2e", "nobody"] {
          let response = desk.ask(
            route.method, path(route, customer: customer, incident: incident, alert: alert), as: role.rawValue)
          #expect(!response.text.contains("secret-b"), "\(route.id) as \(role)")
          guard customer != "a", route.path.contains("{customer}") else { continue }
          #expect([403, 404].contains(response.status), "\(route.id) as \(role) for \(customer): \(response.status)")
          // Whether a customer exists cannot be told.
          #expect(
            response.text == desk.ask(route.method, path(route, customer: "nobody"), as: role.rawValue).text)
        }
      }
    }
    #expect(desk.ask("/api/v1/customers/b/incidents/\(incident)", as: "lead-all").text.contains("203.0.113.9"))
  }

  @Test("without a token, and with a wrong one, nothing but the open routes answers")
  func noToken() throws {
    let desk = try Desk()
    for route in Routes.all where route.permission != nil {
      for token in [nil, "wrong", ""] as [String?] {
        let response = desk.ask(route.method, path(route, customer: "a"), as: token, client: UUID().uuidString)
        #expect(response.status == 401, "\(route.id)")
        #expect(response.header("content-type") == "application/problem+json")
        #expect(response.object["status"] as? Int == 401)
      }
    }
  }

  @Test(
    "each role may do what it is for",
    arguments: [
      ("customer", "incidents", 200), ("customer", "hunt", 403), ("customer", "facts", 403),
      ("hunter", "hunt", 200), ("hunter", "facts", 403), ("analyst", "facts", 200), ("machine", "incidents", 403),
      ("machine", "push", 200), ("analyst", "push", 403), ("lead", "push", 200), ("machine", "metrics", 200),
      ("customer", "metrics", 403),
    ])
  func roles(role: String, id: String, status: Int) throws {
    let desk = try Desk()
    let route = try #require(Routes.all.first { $0.id == id })
    let body = Array(Desk.line("192.0.2.1", 1, "GET /", 200).utf8)
    #expect(desk.ask(route.method, path(route, customer: "a"), as: role, body: body).status == status)
  }

  @Test("metrics name the token's customers only") func metrics() throws {
    let desk = try Desk()
    try desk.attack("b")
    let own = desk.ask("/metrics", as: "analyst").text
    #expect(own.contains("customer=\"a\"") && !own.contains("customer=\"b\""))
    let all = desk.ask("/metrics", as: "lead-all").text
    #expect(all.contains("weir_events_total{customer=\"b\"} 400\n"))
  }

  @Test("a session stands for its token, cannot be read by scripts, and ends")
  func sessions() throws {
    let desk = try Desk()
    #expect(desk.ask("POST", "/api/v1/session", body: Array(#"{"token":"no"}"#.utf8)).status == 401)
    #expect(desk.ask("POST", "/api/v1/session", body: Array("[]".utf8)).status == 400)
    let signedIn = desk.ask("POST", "/api/v1/session", body: Array(#"{"token":"customer"}"#.utf8))
    #expect(signedIn.status == 200 && signedIn.object["customers"] as? [String] == ["a"])
    let cookie = try #require(signedIn.header("set-cookie"))
    #expect(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"))
    let pair = ("cookie", String(cookie.prefix { $0 != ";" }))
    #expect(desk.ask("/api/v1/me", headers: [pair]).object["role"] as? String == "customer")
    #expect(desk.ask("/api/v1/customers/b/incidents", headers: [pair]).status == 404)
    // Another site's page has no second word.
    #expect(desk.ask("DELETE", "/api/v1/session", headers: [pair]).status == 403)
    #expect(desk.ask("DELETE", "/api/v1/session", headers: [pair, ("x-weir-csrf", "guess")]).status == 403)
    let word = try #require(desk.ask("/api/v1/me", headers: [pair]).object["csrf"] as? String)
    #expect(word == signedIn.object["csrf"] as? String)
    let cross = [pair, ("x-weir-csrf", word), ("sec-fetch-site", "cross-site")]
    #expect(desk.ask("DELETE", "/api/v1/session", headers: cross).status == 403)
    #expect(desk.ask("DELETE", "/api/v1/session", headers: [pair, ("x-weir-csrf", word)]).status == 204)
    #expect(desk.ask("/api/v1/me", headers: [pair]).status == 401)
  }

  @Test("a session outlives a restart, and is over when its token is gone, or when its owner signs out everywhere")
  func sessionsOverRestarts() throws {
    let desk = try Desk()
    func signIn(_ desk: Desk, _ token: String) throws -> (pair: (String, String), word: String) {
      let answer = desk.ask("POST", "/api/v1/session", body: Array("{\"token\":\"\(token)\"}".utf8))
      let pair = ("cookie", String(try #require(answer.header("set-cookie")).prefix { $0 != ";" }))
      return (pair, try #require(answer.object["csrf"] as? String))
    }
    let (first, second, other) = (try signIn(desk, "lead"), try signIn(desk, "lead"), try signIn(desk, "hunter"))
    #expect(desk.ask("DELETE", "/api/v1/session", headers: [second.pair, ("x-weir-csrf", second.word)]).status == 204)
    let journal = try desk.floor.journal.facts(customer: "", kind: "session.")
    #expect(!journal.contains { $0.body.contains(first.pair.1.dropFirst(13)) || $0.body.contains(first.word) })
    desk.floor.stop()
    let again = try Desk(folder: desk.folder)
    #expect(again.ask("/api/v1/me", headers: [first.pair]).object["csrf"] as? String == first.word)
    #expect(again.ask("/api/v1/me", headers: [second.pair]).status == 401)
    again.server.reload(tokens: [], fastlyServices: [])
    #expect(again.ask("/api/v1/me", headers: [other.pair]).status == 401)
    again.floor.stop()
    let third = try Desk(folder: desk.folder)
    let more = try signIn(third, "lead")
    let everywhere = [more.pair, ("x-weir-csrf", more.word)]
    #expect(third.ask("DELETE", "/api/v1/session?everywhere=true", headers: everywhere).status == 204)
    #expect(third.ask("/api/v1/me", headers: [first.pair]).status == 401)
    #expect(third.ask("/api/v1/me", headers: [other.pair]).status == 200)
    third.floor.stop()
    let last = try Desk(folder: desk.folder)
    #expect(last.ask("/api/v1/me", headers: [first.pair]).status == 401)
    #expect(last.ask("/api/v1/me", headers: [other.pair]).status == 200)
  }

  @Test("a session of twelve hours ago, or of a clock that was ahead, is none") func oldSessions() {
    let now = Int64(Date().timeIntervalSince1970 * 1e9)
    for (age, isKnown) in [(0, true), (11 * 3_600, true), (12 * 3_600 + 1, false), (-60, false)] {
      let body =
        "{\"session\":\"\(SHA256(of: Array("word".utf8)))\",\"stamp\":\"\(SHA256(of: [1]))\",\"name\":\"x\"}"
      let fact = Fact(
        sequence: 1, time: now - Int64(age) * 1_000_000_000, actor: "x", customer: "", kind: "session.opened",
        body: body, previous: .none, hash: .none)
      #expect((Sessions([fact]).session(for: "word") != nil) == isKnown, "\(age) s")
    }
  }

  @Test("over TLS the cookie is for this host alone, and one without the prefix is none") func secureCookie() throws {
    let desk = try Desk { $0.isTLS = true }
    let signedIn = desk.ask("POST", "/api/v1/session", body: Array(#"{"token":"lead"}"#.utf8))
    let cookie = try #require(signedIn.header("set-cookie"))
    #expect(cookie.hasPrefix("__Host-weir_session=") && cookie.hasSuffix("; Secure") && cookie.contains("Path=/;"))
    let value = cookie.drop { $0 != "=" }.prefix { $0 != ";" }
    #expect(desk.ask("/api/v1/me", headers: [("cookie", "__Host-weir_session\(value)")]).status == 200)
    #expect(desk.ask("/api/v1/me", headers: [("cookie", "weir_session\(value)")]).status == 401)
  }

  @Test("a user signs in with a password, sees their own customers only, and is out at once when disabled")
  func users() throws {
    let desk = try Desk()
    let file = UserFile(folder: desk.folder)
    let password = try #require(Password("correct horse battery"))
    try file.edit { $0.append(User(name: "ann", role: .analyst, customers: ["a"], password: password, by: "root")) }
    func signIn(_ name: String, _ word: String, from client: String = "192.0.2.1") -> HTTPResponse {
      let body = Array("{\"user\":\"\(name)\",\"password\":\"\(word)\"}".utf8)
      return desk.ask("POST", "/api/v1/session", body: body, client: client)
    }
    #expect(signIn("ann", "wrong").status == 401 && signIn("nobody", "wrong").status == 401)
    let signedIn = signIn("ann", "correct horse battery")
    #expect(signedIn.object["role"] as? String == "analyst" && signedIn.object["customers"] as? [String] == ["a"])
    let pair = ("cookie", String(try #require(signedIn.header("set-cookie")).prefix { $0 != ";" }))
    #expect(desk.ask("/api/v1/customers/a/incidents", headers: [pair]).status == 200)
    #expect(desk.ask("/api/v1/customers/b/incidents", headers: [pair]).status == 404)
    try file.edit { $0[0].isDisabled = true }
    #expect(desk.ask("/api/v1/me", headers: [pair]).status == 401)
    #expect(signIn("ann", "correct horse battery").status == 401)
    try file.edit { $0[0].isDisabled = false }
    for _ in 0..<3 { #expect(signIn("ann", "wrong", from: UUID().uuidString).status == 401) }
    let held = signIn("ann", "wrong", from: "192.0.2.9")
    #expect(held.status == 429 && held.header("retry-after") == "60")
    let facts = try desk.floor.journal.facts(customer: "").filter { !$0.kind.hasPrefix("floor.") }
    #expect(
      facts.map(\.kind) == ["user.added", "session.opened", "user.disabled", "user.enabled", "session.locked"])
    #expect(facts.map(\.actor) == ["root", "ann", "root", "root", "ann"])
    #expect(!facts.contains { $0.body.contains("argon2") })
    desk.floor.stop()
    let again = try Desk(folder: desk.folder)
    #expect(again.ask("/api/v1/me", headers: [pair]).status == 200)
    #expect(try again.floor.journal.facts(customer: "", kind: "user.").count == 3)
    try file.edit { $0[0].role = .hunter }
    #expect(again.ask("/api/v1/me", headers: [pair]).status == 401)
  }

  @Test("a token that asks too often waits, others do not, and pushes are not counted") func rates() throws {
    let desk = try Desk { $0.requestsPerSecond = 5 }
    let statuses = (0..<30).map { _ in desk.ask("/api/v1/me", as: "lead").status }
    #expect(statuses.prefix(20).allSatisfy { $0 == 200 } && statuses.last == 429)
    #expect(desk.ask("/api/v1/me", as: "lead-all").status == 200)
    for _ in 0..<30 { #expect(desk.ask("POST", "/ingest/a", as: "machine").status == 200) }
  }

  @Test("a request that is sent again is answered as before, and its key is good for nothing else") func replies() {
    let replies = Replies()
    let token = AccessToken(name: "x", role: .lead, digest: SHA256(of: [1]))
    let other = AccessToken(name: "y", role: .lead, digest: SHA256(of: [2]))
    let name = Replies.name(token, "POST", "/p", "k")
    let (body, another) = (SHA256(of: [3]), SHA256(of: [4]))
    guard case .new = replies.begin(name, body: body), case .running = replies.begin(name, body: body) else {
      Issue.record("a new key is not new")
      return
    }
    replies.end(name, HTTPResponse(status: 201, body: .bytes([7])))
    guard case .answered(let response) = replies.begin(name, body: body), response.status == 201,
      case .other = replies.begin(name, body: another),
      case .new = replies.begin(Replies.name(other, "POST", "/p", "k"), body: body)
    else {
      Issue.record("an answer is not remembered")
      return
    }
    let failing = Replies.name(token, "POST", "/p", "later")
    _ = replies.begin(failing, body: body)
    replies.end(failing, HTTPResponse(status: 503))
    guard case .new = replies.begin(failing, body: body) else {
      Issue.record("a failure is remembered")
      return
    }
  }

  @Test("an address that tries many tokens is held back, others are not") func lockOut() throws {
    let desk = try Desk()
    for number in 0..<20 { #expect(desk.ask("/api/v1/me", as: "guess \(number)").status == 401) }
    let held = desk.ask("/api/v1/me", as: "lead")
    #expect(held.status == 429 && held.header("retry-after") != nil)
    #expect(desk.ask("/api/v1/me", as: "lead", client: "192.0.2.2").status == 200)
  }

  @Test("listeners are told of their own customers only") func events() throws {
    let desk = try Desk()
    let http = try HTTPServer(#require(Endpoint("127.0.0.1:0")), application: desk.server)
    defer { http.stop() }
    var request = URLRequest(url: try #require(URL(string: "http://\(http.endpoint)/api/v1/events")))
    request.setValue("Bearer customer", forHTTPHeaderField: "Authorization")
    let listener = StreamListener(request)
    listener.wait(for: "event: hello")
    try desk.attack("b")
    try desk.attack("a")
    listener.wait(for: "event: incident")
    #expect(listener.text.contains("\"customer\":\"a\"") && !listener.text.contains("\"customer\":\"b\""))
  }
}
