import Net
import Reports

/// The API's description, made from the routes themselves. Source: OpenAPI 3.1.
package enum OpenAPI {
  /// The document, as it is served and kept in the repository.
  package static var document: String {
    JSONValue.object([
      ("openapi", .text("3.1.0")),
      (
        "info",
        .object([
          ("title", .text("Weir")), ("version", .text("1")),
          ("summary", .text("The watch floor: what arrives, what was found in it, and questions about it.")),
          ("license", .object([("name", .text("Apache-2.0")), ("identifier", .text("Apache-2.0"))])),
        ])
      ),
      ("paths", .object(paths)),
      (
        "components",
        .object([
          (
            "securitySchemes",
            .object([
              ("token", .object([("type", .text("http")), ("scheme", .text("bearer"))])),
              (
                "session",
                .object([("type", .text("apiKey")), ("in", .text("cookie")), ("name", .text(Sessions.cookie))])
              ),
            ])
          ),
          ("schemas", .object([("Problem", problem)])),
        ])
      ),
    ]).pretty
  }

  /// Routes but those of the page itself, gathered by their paths in order.
  private static var paths: [(String, JSONValue)] {
    var order: [String] = []
    var operations: [String: [(String, JSONValue)]] = [:]
    for route in Routes.all where !route.isPage {
      if operations[route.path] == nil { order.append(route.path) }
      operations[route.path, default: []].append((route.method.lowercased(), operation(route)))
    }
    return order.map { ($0, .object(operations[$0] ?? [])) }
  }

  private static func operation(_ route: Route) -> JSONValue {
    let names = route.path.split(separator: "/").filter { $0.first == "{" }.map { String($0.dropFirst().dropLast()) }
    let parameters =
      names.map { parameter($0, "path", "name of the \($0)", isInteger: false, isRequired: true) }
      + route.query.map { parameter($0.name, "query", $0.sentence, isInteger: $0.isInteger, isRequired: $0.isRequired) }
    let security: [JSONValue] = [.object([("token", .list([]))]), .object([("session", .list([]))])]
    return .sparse([
      ("operationId", .text(route.id)), ("summary", .text(route.sentence)),
      ("parameters", parameters.isEmpty ? .null : .list(parameters)),
      (
        "requestBody",
        route.body.map { body in
          .object([
            ("required", .bool(true)), ("description", .text(body.sentence)),
            ("content", .object([(body.type, .object([]))])),
          ])
        } ?? .null
      ),
      ("responses", .object(responses(route))),
      ("security", route.permission == nil ? .list([]) : .list(security)),
    ])
  }

  private static func parameter(_ name: String, _ place: String, _ words: String, isInteger: Bool, isRequired: Bool)
    -> JSONValue
  {
    .object([
      ("name", .text(name)), ("in", .text(place)), ("required", .bool(isRequired)), ("description", .text(words)),
      ("schema", .object([("type", .text(isInteger ? "integer" : "string"))])),
    ])
  }

  private static func responses(_ route: Route) -> [(String, JSONValue)] {
    let answer = route.answer
    let content: JSONValue = answer.type.isEmpty ? .null : .object([(answer.type, .object([]))])
    var responses: [(String, JSONValue)] = [
      (String(answer.status), .sparse([("description", .text(answer.sentence)), ("content", content)]))
    ]
    for status in route.allProblems {
      let body = JSONValue.object([("schema", .object([("$ref", .text("#/components/schemas/Problem"))]))])
      responses.append(
        (
          String(status),
          .object([("description", .text("a problem")), ("content", .object([("application/problem+json", body)]))])
        ))
    }
    return responses
  }

  private static var problem: JSONValue {
    let members = [("type", "string"), ("title", "string"), ("status", "integer"), ("detail", "string")]
    return .object([
      ("type", .text("object")), ("description", .text("What is wrong, as RFC 9457 has it.")),
      ("properties", .object(members.map { ($0.0, .object([("type", .text($0.1))])) })),
      ("required", .texts(members.map(\.0))),
    ])
  }
}

extension Route {
  /// Every status of a problem that the route may answer with.
  var allProblems: [Int] {
    var statuses = Set(problems)
    if permission != nil { statuses.formUnion([401, 403, 429]) }
    if path.contains("{") { statuses.insert(404) }
    return statuses.sorted()
  }

  /// Whether it is a part of the page for people.
  var isPage: Bool { id.hasPrefix("console") }

  static let openAPI = Route(
    path: "/api/v1/openapi.json", id: "openapi", sentence: "This document.", permission: nil
  ) { _, _ throws(Problem) in HTTPResponse(type: "application/json", OpenAPI.document) }
}
