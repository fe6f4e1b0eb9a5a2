import Access
import Foundation
import Net
import Reports

extension Route {
  /// Signing in on the page, who one is, and whom one may see.
  static let session: [Route] = [
    Route(
      method: "POST", path: "/api/v1/session", id: "signIn",
      sentence: "Sign in with a name and a password, or with a token; the answer sets a cookie that stands for it.",
      permission: nil, body: ("application/json", "`{\"user\":\"…\",\"password\":\"…\"}` or `{\"token\":\"…\"}`"),
      answer: Answer(
        status: 200, type: "application/json",
        sentence: "who one is; requests that change something send the word `csrf` as the header X-Weir-CSRF"),
      problems: [400, 401, 403, 429]
    ) { call, body throws(Problem) in
      let server = call.server
      if server.throttle.isHeld(call.request.client) {
        throw .later(429, "too many wrong tokens came from this address", seconds: 60)
      }
      let bytes = (body as? BoundedBody)?.bytes ?? []
      let object = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]
      let token: AccessToken
      if let word = object?["token"] as? String {
        guard let found = server.ring.token(for: word) else {
          server.throttle.miss(call.request.client)
          throw .unknownToken
        }
        token = found
      } else if let name = object?["user"] as? String, let word = object?["password"] as? String {
        token = try signIn(name, word, call)
      } else {
        throw .badRequest("the body must be {\"user\":\"…\",\"password\":\"…\"} or {\"token\":\"…\"}")
      }
      let word = server.sessions.begin(token)
      server.users.note(
        "session.opened", token.name, client: call.request.client,
        [
          "role": token.role.rawValue, "session": Sessions.key(of: word).description,
          "stamp": token.digest.description,
        ])
      var response = me(token, server, word)
      response.headers.append(("Set-Cookie", cookie(word, server, seconds: Sessions.seconds)))
      return response
    },
    Route(
      method: "DELETE", path: "/api/v1/session", id: "signOut", sentence: "Sign out.", permission: nil,
      query: [Parameter(name: "everywhere", sentence: "`true`: end all sessions of whoever asks")],
      answer: Answer(status: 204, type: "", sentence: "signed out"), problems: [403, 503]
    ) { call, _ throws(Problem) in
      let server = call.server
      if let (token, word) = try server.session(of: call.request) {
        let isAll = call.request.query("everywhere") == "true"
        // Until the journal has it, a restart would bring the session back.
        let isWritten = server.users.note(
          "session.closed", token.name, client: call.request.client,
          isAll ? ["stamp": token.digest.description] : ["session": Sessions.key(of: word).description])
        guard isWritten else {
          throw .later(503, "the journal cannot be written; you are still signed in", seconds: 10)
        }
        if isAll { server.sessions.endAll(of: token.digest) } else { server.sessions.end(word) }
      }
      return HTTPResponse(status: 204, headers: [("Set-Cookie", cookie("", server, seconds: 0))])
    },
    Route(
      path: "/api/v1/me", id: "me", sentence: "Who the token stands for, its role, and the customers it may see.",
      permission: .read
    ) { call, _ throws(Problem) in
      guard let token = call.token else { throw .unknownToken }
      return me(token, call.server, try call.server.session(of: call.request)?.word)
    },
  ]

  /// Errors: the two do not belong together, or the name is held back.
  private static func signIn(_ name: String, _ word: String, _ call: Call) throws(Problem) -> AccessToken {
    let server = call.server
    switch server.users.check(name, word) {
    case .user(let user): return AccessToken(user)
    case .wrong:
      server.throttle.miss(call.request.client)
      throw Problem(
        status: 401, title: "Not signed in", detail: "this name and this password do not belong together")
    case .locked(let seconds, let isNew):
      server.throttle.miss(call.request.client)
      if isNew { server.users.note("session.locked", User.isName(name) ? name : "?", client: call.request.client) }
      throw .later(429, "too many wrong passwords were tried for this name", seconds: seconds)
    case .busy: throw .later(429, "others are signing in right now", seconds: 1)
    }
  }

  /// Who somebody is; with the second word where they came by a session.
  private static func me(_ token: AccessToken, _ server: APIServer, _ word: String?) -> HTTPResponse {
    let body = JSONValue.sparse([
      ("name", .text(token.name)), ("role", .text(token.role.rawValue)),
      ("customers", .texts(server.customers(for: token))), ("csrf", .optional(word.map(Sessions.second))),
    ])
    return HTTPResponse(type: "application/json", body.compact)
  }

  private static func cookie(_ word: String, _ server: APIServer, seconds: Int) -> String {
    "\(Sessions.cookie(isTLS: server.settings.isTLS))=\(word); Path=/; HttpOnly; SameSite=Strict; Max-Age=\(seconds)"
      + (server.settings.isTLS ? "; Secure" : "")
  }
}
