import Foundation

/// A whole request, as `weir inspect` takes it.
struct WebRequest {
  var id: String
  var method = "GET"
  var uri: String
  var headers: [(name: String, value: String)] = []
  var body = ""

  /// What an ordinary browser sends with every request: without it, rules about missing headers fire.
  static let browser: [(name: String, value: String)] = [
    ("Host", "www.example.com"),
    ("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"),
    ("Accept", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"),
  ]

  /// One line of NDJSON.
  var line: Data {
    get throws {
      var object: [String: Any] = ["id": id, "method": method, "uri": uri, "body": body]
      object["headers"] = Dictionary(headers.map { ($0.name, $0.value) }, uniquingKeysWith: { "\($0), \($1)" })
      return try JSONSerialization.data(withJSONObject: object) + Data([10])
    }
  }

  /// A value in the query of an ordinary page view, encoded where a browser would.
  static func parameter(_ value: String, id: String, keepEscapes: Bool = false) -> WebRequest {
    WebRequest(id: id, uri: "/search?p=" + encoded(value, keep: keepEscapes ? "%+" : ""), headers: browser)
  }

  /// Percent-encoding of everything but letters, digits and `-._~` and what `keep` names.
  static func encoded(_ value: String, keep: String = "") -> String {
    let allowed = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8).union(keep.utf8)
    var text = ""
    for byte in value.utf8 {
      if allowed.contains(byte) {
        text.unicodeScalars.append(UnicodeScalar(byte))
      } else {
        text += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
    }
    return text
  }

  /// A form with one field.
  static func form(_ value: String, id: String) -> WebRequest {
    var request = WebRequest(id: id, method: "POST", uri: "/search", headers: browser, body: "p=" + encoded(value))
    request.describeBody(as: "application/x-www-form-urlencoded")
    return request
  }

  /// Adds the two headers that go with a body.
  mutating func describeBody(as type: String) {
    headers += [("Content-Type", type), ("Content-Length", "\(body.utf8.count)")]
  }

  /// A request as it goes over the wire; nil when there is no request line.
  init?(wire: String, id: String) {
    let normal = wire.replacingOccurrences(of: "\r\n", with: "\n")
    let head = normal.range(of: "\n\n")
    var lines = normal[..<(head?.lowerBound ?? normal.endIndex)].split(separator: "\n")[...]
    guard let first = lines.popFirst() else { return nil }
    // A target may hold spaces: it is what lies between the first and the last.
    guard let methodEnd = first.firstIndex(of: " ") else { return nil }
    let rest = first[first.index(after: methodEnd)...]
    let targetEnd = rest.range(of: " HTTP/", options: .backwards)?.lowerBound ?? rest.endIndex
    self.init(id: id, method: String(first[..<methodEnd]), uri: String(rest[..<targetEnd]))
    for line in lines {
      guard let colon = line.firstIndex(of: ":") else { continue }
      let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
      headers.append((String(line[..<colon]), value))
    }
    body = head.map { String(normal[$0.upperBound...]) } ?? ""
  }

  init(
    id: String, method: String = "GET", uri: String, headers: [(name: String, value: String)] = [], body: String = ""
  ) {
    self.id = id
    self.method = method
    self.uri = uri
    self.headers = headers
    self.body = body
  }
}
