import Content
import Model
import Testing

@testable import Intake

@Suite("layouts as servers spell them") struct LayoutTests {
  static func row(_ layout: String, _ line: String) throws -> [String: String]? {
    decodedRows([line], try ServerLayout.format(layout)).first
  }

  @Test("an nginx log_format directive with several quoted parts is read as nginx reads it")
  func nginx() throws {
    let layout = """
      log_format main '$remote_addr [$time_iso8601] $scheme://$host$request_uri '
        '"$request_method" $status $bytes_sent $request_time "$http_user_agent" ${upstream_cache_status}';
      """
    let row = try Self.row(
      layout,
      "192.0.2.7 [2025-10-10T13:55:36+02:00] https://shop.example/a?b=1 \"GET\" 200 12 0.050 \"x\\x22y\" HIT")
    #expect(
      row == [
        "ip.src": "192.0.2.7", "event.time": "2025-10-10T11:55:36Z", "event.class": "http",
        "http.request.scheme": "https", "http.host": "shop.example", "http.request.uri": "https://shop.example/a?b=1",
        "http.request.uri.path": "/a", "http.request.uri.query": "b=1", "http.request.method": "GET",
        "http.response.code": "200", "http.response.bytes": "12", "http.response.duration_us": "50000",
        "http.user_agent": "x\"y", "cf.cache_status": "hit",
      ])
  }

  @Test("an nginx layout with escape=json is undone once")
  func nginxJSON() throws {
    let row = try Self.row(
      "log_format j escape=json '{\"t\":\"$msec\",\"ip\":\"$remote_addr\",\"ua\":\"$http_user_agent\"}';",
      "{\"t\":\"1760104536.500\",\"ip\":\"192.0.2.7\",\"ua\":\"a\\\"b\\\\n\\u0001\"}")
    #expect(row?["http.user_agent"] == "a\"b\\n\u{1}")
    #expect(row?["event.time"] == "2025-10-10T13:55:36.5Z")
  }

  @Test("an Apache LogFormat directive with modifiers, headers and path beside query is read as Apache reads it")
  func apache() throws {
    let row = try Self.row(
      #"LogFormat "%v:%p %{X-Forwarded-For}i %h %l %u %t %m \"%U%q\" %H %>s %O %D \"%!200{User-agent}i\" %{SSL_PROTOCOL}x" mine"#,
      #"shop.example:443 203.0.113.9 10.0.0.1 - amy [10/Oct/2025:13:55:36 +0000] GET "/a?b=1" HTTP/1.1 404 12 1500 "say \"x\"" TLSv1.3"#
    )
    #expect(
      row == [
        "http.host": "shop.example", "http.x_forwarded_for": "203.0.113.9", "ip.src": "10.0.0.1",
        "auth.account": "amy", "event.time": "2025-10-10T13:55:36Z", "http.request.method": "GET",
        "http.request.uri": "/a?b=1", "http.request.uri.path": "/a", "http.request.uri.query": "b=1",
        "http.request.version": "HTTP/1.1", "http.response.code": "404", "http.response.bytes": "12",
        "http.response.duration_us": "1500", "http.user_agent": "say \"x\"", "cf.tls_version": "TLSv1.3",
        "event.class": "http",
      ])
  }

  @Test("path and query of their own give the whole URI")
  func composed() throws {
    let row = try Self.row("%h %m %U '%q' %s", "192.0.2.7 GET /a '?b=1' 200")
    #expect(row?["http.request.uri"] == "/a?b=1")
    #expect(row?["http.request.uri.query"] == "b=1")
  }

  @Test("what is no layout is refused in words", arguments: ["hello", "%h %Y", "${remote_addr", "a $ b"])
  func refused(_ text: String) {
    #expect(throws: ContentError.self) { try ServerLayout.format(text) }
  }
}
