import Access
import Net
import Watch

/// One thing that can be asked: its place, who may, and how it is answered. The OpenAPI document is made from these.
struct Route: Sendable {
  struct Parameter: Sendable {
    let name: String
    let sentence: String
    var isInteger = false
    var isRequired = false

    /// Which part of a list is wanted: what `Route.page` reads.
    static let page = [
      Parameter(name: "limit", sentence: "at most so many, 100 unless told", isInteger: true),
      Parameter(name: "offset", sentence: "leave out so many at the front", isInteger: true),
    ]
  }

  struct Answer: Sendable {
    let status: Int
    let type: String
    let sentence: String
  }

  var method = "GET"
  /// `/api/v1/customers/{customer}/alerts`: names in braces match one part of the path each.
  let path: String
  /// Name of the operation in the OpenAPI document.
  let id: String
  let sentence: String
  /// Nil: anybody may.
  let permission: Permission?
  /// What may stand in the query.
  var query: [Parameter] = []
  /// What the body is, where one is taken, in words and as a media type.
  var body: (type: String, sentence: String)?
  var answer = Answer(status: 200, type: "application/json", sentence: "what was asked for")
  /// Problems beyond those that every route may answer with.
  var problems: [Int] = []
  /// Where the body goes; nil: a short one is kept in memory.
  var sink: (@Sendable (Call) throws(Problem) -> any BodySink)?
  let respond: @Sendable (Call, any BodySink) throws(Problem) -> HTTPResponse

  /// The values of the names in braces; nil where the path is another. A last part in brackets may be missing.
  func match(_ path: String) -> [String: String]? {
    let wanted = self.path.split(separator: "/", omittingEmptySubsequences: false)
    let given = path.split(separator: "/", omittingEmptySubsequences: false)
    guard wanted.count == given.count else { return nil }
    var values: [String: String] = [:]
    for (want, give) in zip(wanted, given) {
      if want.first == "{" {
        if give.isEmpty { return nil }
        values[String(want.dropFirst().dropLast())] = String(give)
      } else if want != give {
        return nil
      }
    }
    return values
  }
}

/// One request on its way to a route, checked: who asks is known, and may.
struct Call: Sendable {
  let request: HTTPRequest
  let values: [String: String]
  /// Nil on routes that anybody may ask.
  let token: AccessToken?
  let server: APIServer

  /// The customer in the path: one that exists and that the token is good for.
  var customer: String { values["customer"] ?? "" }

  /// The customer as it stands. Errors: it went away since the call was checked.
  func view() throws(Problem) -> LiveView {
    guard let view = server.floor.view(of: customer) else { throw .notFound("there is no such customer") }
    return view
  }

  /// A whole number of the query. Errors: it is none, or out of its range.
  func int(_ name: String, default value: Int, in range: ClosedRange<Int>) throws(Problem) -> Int {
    guard let text = request.query(name) else { return value }
    guard let number = Int(text), range.contains(number) else {
      throw .badRequest("'\(name)' must be a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }
}
