/// What a client asked, without the body.
package struct HTTPRequest: Sendable {
  package var method: String
  /// The path, percent-decoded, without the query. Hostile.
  package var path: String
  /// The query's names and values, percent-decoded, in order. Hostile.
  package var query: [(name: String, value: String)]
  /// Names in lower case. Hostile.
  package var headers: [(name: String, value: String)]
  /// The other end's address; that of the proxy where one stands between.
  package var client: String

  package init(
    method: String, path: String, query: [(name: String, value: String)] = [],
    headers: [(name: String, value: String)] = [], client: String = "192.0.2.1"
  ) {
    self.method = method
    self.path = path
    self.query = query
    self.headers = headers
    self.client = client
  }

  /// The first header of that name, which is given in lower case.
  package func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }

  package func query(_ name: String) -> String? { query.first { $0.name == name }?.value }

  /// The value of a cookie. Source: RFC 6265 section 4.2.
  package func cookie(_ name: String) -> String? {
    for header in headers where header.name == "cookie" {
      for pair in header.value.split(separator: ";") {
        let parts = pair.drop { $0 == " " }.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count == 2, parts[0] == name { return String(parts[1]) }
      }
    }
    return nil
  }

  /// The word behind `Authorization: Bearer`. Source: RFC 6750 section 2.1.
  package var bearer: String? {
    guard let value = header("authorization"), value.prefix(7).lowercased() == "bearer " else { return nil }
    return String(value.dropFirst(7).drop { $0 == " " })
  }

  /// Bytes of the body as announced; nil where none were.
  package var announcedBytes: Int? { header("content-length").flatMap { Int($0) } }
}
