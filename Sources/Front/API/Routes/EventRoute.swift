import Net
import Reports
import Watch

extension Route {
  static let events = Route(
    path: "/api/v1/events", id: "events",
    sentence: "What changes, as it becomes durable: server-sent events `alert` and `incident`.", permission: .read,
    answer: Answer(
      status: 200, type: "text/event-stream", sentence: "each event's data is `{\"customer\":…,\"id\":…}`"),
    problems: [503]
  ) { call, _ throws(Problem) in
    guard let token = call.token else { throw .unknownToken }
    let server = call.server
    guard server.listeners.count < Listeners.limit else { throw .later(503, "too many listen already", seconds: 30) }
    let stream = EventStream()
    let number = server.floor.bell.listen { ring in
      guard token.allows(.read, customer: ring.customer) else { return }
      stream.send(
        event: ring.kind,
        data: JSONValue.object([("customer", .text(ring.customer)), ("id", .text(ring.id))]).compact)
    }
    server.listeners.add(stream, number, token, of: server)
    stream.send(event: "hello", data: "{}")
    return HTTPResponse(
      status: 200, headers: [("Content-Type", "text/event-stream"), ("X-Accel-Buffering", "no")], body: .stream(stream))
  }
}
