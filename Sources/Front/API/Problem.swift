import Net
import Reports

/// An answer that says what is wrong, for people and programs. Source: RFC 9457.
struct Problem: Error, Sendable {
  var status: Int
  /// The kind in few words, always the same for one kind.
  var title: String
  /// What is wrong with this request, and what would be right.
  var detail: String
  var headers: [(name: String, value: String)] = []

  var response: HTTPResponse {
    let body = JSONValue.object([
      ("type", .text("about:blank")), ("title", .text(title)), ("status", .int(status)), ("detail", .text(detail)),
    ])
    return HTTPResponse(status: status, type: "application/problem+json", body.compact, headers: headers)
  }

  static func badRequest(_ detail: String) -> Problem { Problem(status: 400, title: "Bad request", detail: detail) }

  static var unknownToken: Problem {
    Problem(
      status: 401, title: "Not signed in",
      detail: "send the header Authorization: Bearer TOKEN, or sign in on the page",
      headers: [("WWW-Authenticate", "Bearer realm=\"weir\"")])
  }

  static func forbidden(_ detail: String) -> Problem { Problem(status: 403, title: "Not allowed", detail: detail) }

  /// For what is not there, and for what is another customer's: the two cannot be told apart.
  static func notFound(_ detail: String) -> Problem { Problem(status: 404, title: "Not found", detail: detail) }

  static func tooLarge(_ detail: String) -> Problem { Problem(status: 413, title: "Too large", detail: detail) }

  static func later(_ status: Int, _ detail: String, seconds: Int) -> Problem {
    Problem(status: status, title: "Try again later", detail: detail, headers: [("Retry-After", String(seconds))])
  }
}
