import Foundation
import Model
import Synchronization
import Testing

@testable import Net

/// Answers `/echo` with what it was sent, `/slow` after a while, `/events` with a stream, anything else with 404.
private final class Echo: HTTPApplication {
  let streams = Mutex<[EventStream]>([])
  let limit: Int

  init(limit: Int = 1 << 20) { self.limit = limit }

  func begin(_ request: HTTPRequest) -> HTTPBeginning {
    if request.path == "/none" { return .refuse(HTTPResponse(type: "text/plain", "")) }
    return .take(BoundedBody(limit: limit, refusal: HTTPResponse(status: 413, type: "text/plain", "too much")))
  }

  func answer(_ request: HTTPRequest, _ body: any BodySink) -> HTTPResponse {
    switch request.path {
    case "/echo": return HTTPResponse(status: 200, body: .bytes((body as? BoundedBody)?.bytes ?? []))
    case "/slow":
      usleep(300_000)
      return HTTPResponse(type: "text/plain", "at last")
    case "/events":
      let stream = EventStream()
      streams.withLock { $0.append(stream) }
      stream.send(event: "hello", id: 7, data: "{}")
      return HTTPResponse(status: 200, headers: [("Content-Type", "text/event-stream")], body: .stream(stream))
    case "/asked":
      let words = [request.method, request.query("q") ?? "-", request.bearer ?? "-", request.cookie("s") ?? "-"]
      return HTTPResponse(type: "text/plain", words.joined(separator: "|"))
    default: return HTTPResponse(status: 404, type: "text/plain", "nothing here")
    }
  }
}

@Suite("HTTP server")
struct HTTPServerTests {
  private func server(_ echo: Echo = Echo(), _ change: (inout HTTPLimits) -> Void = { _ in }) throws -> HTTPServer {
    var limits = HTTPLimits()
    change(&limits)
    return try HTTPServer(#require(Endpoint("127.0.0.1:0")), limits: limits, application: echo)
  }

  @Test("a body of many pieces comes through whole, on a connection that is used again")
  func echo() throws {
    let server = try server()
    defer { server.stop() }
    let client = try RawClient(server.endpoint)
    for size in [0, 1, 70_000, 900_000] {
      let body = String(repeating: "x", count: size)
      client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: \(size)\r\n\r\n\(body)")
      #expect(client.response()?.body == body)
    }
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
    #expect(client.response()?.body == "abcde")
  }

  @Test("query, bearer word and cookie are read")
  func asked() throws {
    let server = try server()
    defer { server.stop() }
    let client = try RawClient(server.endpoint)
    client.send(
      "GET /asked?p=1&q=a%20b%26 HTTP/1.1\r\nHost: a\r\nAuthorization: bearer  abc\r\nCookie: x=1; s=two=2\r\n\r\n")
    #expect(client.response()?.body == "GET|a b&|abc|two=2")
  }

  @Test("a body beyond the limit is refused with an answer the client can read, announced or not")
  func tooMuch() throws {
    let server = try server(Echo(limit: 1_000))
    defer { server.stop() }
    let client = try RawClient(server.endpoint)
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\n\r\n\(String(repeating: "x", count: 5_000))")
    #expect(client.response()?.status == 413)
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
    for _ in 0..<3 { client.send("1F4\r\n\(String(repeating: "y", count: 500))\r\n") }
    client.send("0\r\n\r\n")
    #expect(client.response()?.status == 413)
  }

  @Test("headers beyond the limit do not grow memory: the connection is refused")
  func hugeHeaders() throws {
    let server = try server()
    defer { server.stop() }
    let client = try RawClient(server.endpoint)
    client.send("GET /echo HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "x", count: 200_000))\r\n\r\n")
    let status = client.response()?.status
    #expect(status == nil || status! >= 400)
  }

  @Test("slow answers do not hold up others")
  func slow() throws {
    let server = try server()
    defer { server.stop() }
    let begun = ContinuousClock.now
    let slow = try (0..<8).map { _ in try RawClient(server.endpoint) }
    for client in slow { client.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n") }
    let quick = try RawClient(server.endpoint)
    quick.send("GET /none HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(quick.response()?.status == 200)
    #expect(ContinuousClock.now - begun < .milliseconds(280))
    for client in slow { #expect(client.response()?.body == "at last") }
  }

  @Test("a stream gives events as they happen and ends when the server stops")
  func stream() throws {
    let echo = Echo()
    let server = try server(echo)
    let client = try RawClient(server.endpoint)
    client.send("GET /events HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(client.read(until: "data: {}\n\n")?.contains("id: 7\nevent: hello\n") == true)
    usleep(50_000)
    for number in 0..<100 { echo.streams.withLock { _ = $0[0].send(event: "n", data: "\(number)") } }
    #expect(client.read(until: "data: 99\n\n") != nil)
    server.stop()
    #expect(echo.streams.withLock { $0[0].isOver })
  }

  @Test("a listener that went away ends its stream at the next beat")
  func goneListener() throws {
    let echo = Echo()
    let server = try server(echo)
    defer { server.stop() }
    do {
      let client = try RawClient(server.endpoint)
      client.send("GET /events HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(client.read(until: "data: {}\n\n") != nil)
    }
    var isOver = false
    for _ in 0..<100 where !isOver {
      isOver = echo.streams.withLock { !$0[0].beat() }
      usleep(10_000)
    }
    #expect(isOver)
  }

  @Test("a client that sends a byte now and then is cut off, and others are served meanwhile")
  func slowloris() throws {
    let server = try server(Echo()) { $0.requestSeconds = 1 }
    defer { server.stop() }
    let slow = try RawClient(server.endpoint)
    slow.send("GET /echo HTTP/1.1\r\nHost: ")
    // Patience that no busy machine outlasts; one that is idle needs little more than the second.
    var isCutOff = false
    for _ in 0..<300 where !isCutOff {
      isCutOff = !slow.send("a")
      usleep(100_000)
    }
    #expect(isCutOff)
    let other = try RawClient(server.endpoint)
    other.send("GET /none HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(other.response()?.status == 200)
  }

  @Test("hundreds of connections that ask nothing do not keep others out") func idle() throws {
    let server = try server()
    defer { server.stop() }
    let idle = try (0..<300).map { _ in try RawClient(server.endpoint) }
    for client in idle { client.send("GET / HTTP/1.1\r\nX: ") }
    let other = try RawClient(server.endpoint)
    other.send("GET /none HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(other.response()?.status == 200)
  }

  @Test("an address in use is an error that names it")
  func inUse() throws {
    let server = try server()
    defer { server.stop() }
    let error = #expect(throws: WorldError.self) { try HTTPServer(server.endpoint, application: Echo()) }
    #expect(error?.description.contains("\(server.endpoint)") == true)
  }

  @Test("addresses are read with their port", arguments: ["127.0.0.1:80", "[::1]:8410", "0.0.0.0:0"])
  func endpoints(text: String) {
    #expect(Endpoint(text)?.description == text)
  }

  @Test("what is no address is none", arguments: ["", "80", "localhost:80", "127.0.0.1", "127.0.0.1:70000", "[::1"])
  func noEndpoints(text: String) {
    #expect(Endpoint(text) == nil)
  }
}
