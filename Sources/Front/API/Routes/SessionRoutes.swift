import Foundation
import Net
import Reports

extension Route {
  /// Signing in on the page, who one is, and whom one may see.
  static let session: [Route] = [
    Route(
      method: "POST", path: "/api/v1/session", id: "signIn",
      sentence: "Sign in with a token; the answer sets a cookie that stands for it.", permission: nil,
      body: ("application/json", "`{\"token\":\"…\"}`"), problems: [400, 401, 429]
    ) { call, body throws(Problem) in
      let server = call.server
      if server.throttle.isHeld(call.request.client) {
        throw .later(429, "too many wrong tokens came from this address", seconds: 60)
      }
      let bytes = (body as? BoundedBody)?.bytes ?? []
      guard let object = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any],
        let word = object["token"] as? String
      else { throw .badRequest("the body must be {\"token\":\"…\"}") }
      guard let token = server.access.token(for: word) else {
        server.throttle.miss(call.request.client)
        throw .unknownToken
      }
      var response = me(token, server)
      response.headers.append(("Set-Cookie", cookie(server.sessions.begin(token), server, seconds: 43_200)))
      return response
    },
    Route(
      method: "DELETE", path: "/api/v1/session", id: "signOut", sentence: "Sign out.", permission: nil,
      answer: Answer(status: 204, type: "", sentence: "signed out")
    ) { call, _ throws(Problem) in
      if let word = call.request.cookie(Sessions.cookie) { call.server.sessions.end(word) }
      return HTTPResponse(status: 204, headers: [("Set-Cookie", cookie("", call.server, seconds: 0))])
    },
    Route(
      path: "/api/v1/me", id: "me", sentence: "Who the token stands for, its role, and the customers it may see.",
      permission: .read
    ) { call, _ throws(Problem) in
      guard let token = call.token else { throw .unknownToken }
      return me(token, call.server)
    },
  ]

  private static func me(_ token: AccessToken, _ server: APIServer) -> HTTPResponse {
    let body = JSONValue.object([
      ("name", .text(token.name)), ("role", .text(token.role.rawValue)),
      ("customers", .texts(server.customers(for: token))),
    ])
    return HTTPResponse(type: "application/json", body.compact)
  }

  private static func cookie(_ word: String, _ server: APIServer, seconds: Int) -> String {
    "\(Sessions.cookie)=\(word); Path=/; HttpOnly; SameSite=Strict; Max-Age=\(seconds)"
      + (server.settings.isTLS ? "; Secure" : "")
  }
}
