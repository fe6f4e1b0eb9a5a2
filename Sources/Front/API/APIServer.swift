import Foundation
import Model
import Net
import Records
import Reports
import Synchronization
import Watch

/// The floor's door for people and programs: finds the route, checks who asks, and lets the route answer.
package final class APIServer: HTTPApplication {
  let floor: WatchFloor
  let stories: Stories
  private let keys: Mutex<Keys>
  let settings: APISettings
  let throttle = Throttle()
  let sessions: Sessions
  let users: UserDesk
  private let rate: RateLimit
  private let replies = Replies()
  let intake: IngestDesk
  let hunts = Slots(2)
  let running = RunningHunts()
  let listeners = Listeners()
  /// Whether every door that the configuration names is open.
  private let isOpen = Atomic<Bool>(true)

  package init(_ floor: WatchFloor, tokens: [AccessToken], settings: APISettings = APISettings()) {
    self.floor = floor
    self.settings = settings
    stories = Stories(floor)
    users = UserDesk(floor)
    // A journal that cannot be read signs everybody out, and nobody in.
    sessions = Sessions((try? floor.journal.facts(customer: "", kind: "session.")) ?? [])
    rate = RateLimit(perSecond: settings.requestsPerSecond)
    keys = Mutex(Keys(ring: TokenRing(tokens: tokens), fastlyServices: settings.fastlyServices))
    intake = IngestDesk(limits: settings, recent: floor.recentPushes)
  }

  /// What a reload replaces.
  private struct Keys: Sendable {
    var ring: TokenRing
    var fastlyServices: [String]
  }

  /// Says whether receivers are open: `/readyz` answers no before.
  package func setOpen(_ isOpen: Bool) { self.isOpen.store(isOpen, ordering: .relaxed) }
  var hasOpenDoors: Bool { isOpen.load(ordering: .relaxed) }

  var ring: TokenRing { keys.withLock { $0.ring } }
  var fastlyServices: [String] { keys.withLock { $0.fastlyServices } }

  /// Whether somebody who was let in may still be here: their token, or they themselves, are what they were.
  func isGood(_ token: AccessToken) -> Bool { ring.tokens.contains(token) || users.isCurrent(token) }

  /// From now on these tokens are good, and what those that are gone had open ends.
  package func reload(tokens: [AccessToken], fastlyServices: [String]) {
    keys.withLock { $0 = Keys(ring: TokenRing(tokens: tokens), fastlyServices: fastlyServices) }
    listeners.keep(isGood)
  }

  package func begin(_ request: HTTPRequest) -> HTTPBeginning {
    do throws(Problem) {
      let (route, call) = try call(request)
      if let sink = route.sink { return .take(RoutedBody(route, call, try sink(call))) }
      let refusal = Problem.tooLarge("a body of at most 64 KiB is taken here").response
      if let announced = request.announcedBytes, announced > 64 << 10 { return .refuse(secured(refusal)) }
      return .take(RoutedBody(route, call, BoundedBody(limit: 64 << 10, refusal: secured(refusal))))
    } catch {
      return .refuse(secured(error.response))
    }
  }

  package func answer(_ request: HTTPRequest, _ body: any BodySink) -> HTTPResponse {
    guard let routed = body as? RoutedBody else { return secured(Problem.notFound("no such place").response) }
    do throws(Problem) {
      return secured(try once(routed))
    } catch {
      return secured(error.response)
    }
  }

  /// Lets the route answer, or repeats the answer where its sender says that this was asked before.
  private func once(_ routed: RoutedBody) throws(Problem) -> HTTPResponse {
    let request = routed.call.request
    guard routed.route.method == "POST", let token = routed.call.token, let body = routed.sink as? BoundedBody,
      let key = request.header("idempotency-key")
    else { return try routed.route.respond(routed.call, routed.sink) }
    let name = Replies.name(token, request.method, request.path, key)
    switch replies.begin(name, body: SHA256(of: body.bytes)) {
    case .answered(let response): return response
    case .running: throw .later(409, "this is being done already", seconds: 1)
    case .other:
      throw Problem(status: 422, title: "Key used twice", detail: "this Idempotency-Key was sent with another body")
    case .new:
      do throws(Problem) {
        let response = try routed.route.respond(routed.call, routed.sink)
        replies.end(name, response)
        return response
      } catch {
        replies.end(name, error.response)
        throw error
      }
    }
  }

  /// The route, and the call once it is clear that whoever asks may. Who may see which customer is decided here, for
  /// every route, and nowhere else.
  private func call(_ request: HTTPRequest) throws(Problem) -> (Route, Call) {
    let matches = Routes.all.compactMap { route in route.match(request.path).map { (route, $0) } }
    guard !matches.isEmpty else { throw .notFound("there is nothing at this place; /api/v1/openapi.json lists all") }
    let method = request.method == "HEAD" ? "GET" : request.method
    guard let (route, values) = matches.first(where: { $0.0.method == method }) else {
      let allowed = matches.map(\.0.method).joined(separator: ", ")
      throw Problem(
        status: 405, title: "Method not allowed", detail: "only \(allowed) can be done here",
        headers: [("Allow", allowed)])
    }
    if method != "GET", request.header("sec-fetch-site") == "cross-site" {
      throw .forbidden("another site's page may change nothing here")
    }
    guard let permission = route.permission else {
      return (route, Call(request: request, values: values, token: nil, server: self))
    }
    let token = try token(of: request)
    let customer = values["customer"]
    guard token.role.permissions.contains(permission) else {
      throw .forbidden("the role \(token.role.rawValue) may not do this")
    }
    guard token.allows(permission, customer: customer), customer == nil || floor.view(of: customer!) != nil else {
      throw .notFound("there is no such customer")
    }
    guard permission == .ingest || rate.takes(token) else {
      throw .later(
        429, "this token asks too often: \(settings.requestsPerSecond) times a second are answered", seconds: 1)
    }
    return (route, Call(request: request, values: values, token: token, server: self))
  }

  /// Who came by a session, and the word of its cookie. Errors: the request wants to change something and does not say
  /// the second word.
  func session(of request: HTTPRequest) throws(Problem) -> (token: AccessToken, word: String)? {
    guard let word = request.cookie(Sessions.cookie(isTLS: settings.isTLS)), let session = sessions.session(for: word)
    else { return nil }
    guard let token = holder(of: session) else {
      sessions.end(word)
      return nil
    }
    guard ["GET", "HEAD"].contains(request.method) || isSecond(request.header(Sessions.header), word) else {
      throw .forbidden("send the header X-Weir-CSRF with the word that signing in gave")
    }
    return (token, word)
  }

  /// Whom a session stands for; nil where they are no longer what they were.
  private func holder(of session: Sessions.Session) -> AccessToken? {
    ring.tokens.first { $0.name == session.name && $0.digest == session.stamp } ?? users.current(session)
  }

  private func isSecond(_ given: String?, _ word: String) -> Bool {
    guard let given else { return false }
    return SHA256(of: Array(given.utf8)).equalsSecretly(SHA256(of: Array(Sessions.second(of: word).utf8)))
  }

  private func token(of request: HTTPRequest) throws(Problem) -> AccessToken {
    if throttle.isHeld(request.client) {
      throw .later(429, "too many wrong tokens came from this address", seconds: 60)
    }
    if let word = request.bearer ?? request.header("x-weir-token") {
      if let token = ring.token(for: word) { return token }
      throttle.miss(request.client)
      throw .unknownToken
    }
    if let session = try session(of: request) { return session.token }
    throw .unknownToken
  }

  /// The customers a token may read, in their order.
  func customers(for token: AccessToken) -> [String] {
    floor.customerNames.filter { token.allows(.read, customer: $0) }
  }

  /// Every answer says that nothing but this server's own files may act on a page, and that answers are not kept.
  private func secured(_ response: HTTPResponse) -> HTTPResponse {
    var response = response
    response.headers += [
      (
        "Content-Security-Policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
          + "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
      ),
      ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer"), ("Cache-Control", "no-store"),
    ]
    return response
  }
}

/// A body together with the call it belongs to, found once when the request began.
private final class RoutedBody: BodySink {
  let route: Route
  let call: Call
  let sink: any BodySink

  init(_ route: Route, _ call: Call, _ sink: any BodySink) {
    self.route = route
    self.call = call
    self.sink = sink
  }

  func take(_ bytes: UnsafeRawBufferPointer) -> HTTPResponse? { sink.take(bytes) }
}

/// Bounds and choices of the door.
package struct APISettings: Sendable {
  package var version = ""
  /// Bytes of one pushed body after unpacking, and of all that are under way at once.
  package var pushBytes = 256 << 20
  package var pushBytesAtOnce = 512 << 20
  /// Seconds after which a hunt answers with what it has.
  package var huntSeconds = 20
  /// Memory of the database for one hunt, in MiB.
  package var huntMemory = 512
  /// Ids of the Fastly services that may send here, for the challenge; empty: any, if it has a token.
  package var fastlyServices: [String] = []
  /// How often a token may ask; pushes are bounded by their bytes instead. 0: as often as it likes.
  package var requestsPerSecond = 50
  /// Whether the server speaks TLS, so that cookies are sent over it only.
  package var isTLS = false
  /// What receivers took and what they had to leave, for the metrics: asked whenever those are.
  package var received: @Sendable () -> [ReceivedCount] = { [] }

  package init() {}
}

/// One receiver's number of messages that came to one end.
package struct ReceivedCount: Sendable {
  package let customer: String
  package let receiver: String
  package let end: String
  package let count: Int

  package init(customer: String, receiver: String, end: String, count: Int) {
    self.customer = customer
    self.receiver = receiver
    self.end = end
    self.count = count
  }
}

/// At most so many at once; whoever comes too many is told.
final class Slots: Sendable {
  private let free: Mutex<Int>

  init(_ count: Int) { free = Mutex(count) }

  func take() -> Bool {
    free.withLock { free in
      guard free > 0 else { return false }
      free -= 1
      return true
    }
  }

  func give() { free.withLock { $0 += 1 } }
}
