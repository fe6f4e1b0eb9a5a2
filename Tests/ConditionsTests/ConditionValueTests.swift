import Model
import Testing

@testable import Conditions

/// Judges a condition on one event of these fields and this line.
func holds(_ text: String, _ event: [EventField: String], line: String = "", lists: NamedLists = NamedLists()) throws
  -> Bool
{
  let batch = EventBatch(capacity: 16)
  for (field, text) in event {
    batch.touch(field)
    switch field.spec.type {
    case .ip: batch.set(field, 0, IPAddress(text)!)
    case .int, .time: batch.set(field, 0, Int64(text)!)
    case .keyword(let words): batch.set(field, 0, Int64(words.firstIndex(of: text)!))
    default: batch.set(field, 0, batch.arena.append(text.utf8))
    }
  }
  batch.commitRow(LinePlace(slice: batch.arena.append(line.utf8), source: 0, number: 1))
  let condition = try Condition(parsing: text)
  let again = try Condition(parsing: condition.description)
  let set = try ConditionSet([condition, again], lists: lists)
  let scratch = set.makeScratch()
  set.evaluate(batch, scratch)
  #expect(scratch.matches(0)[0] == scratch.matches(1)[0])
  return scratch.matches(0)[0]
}

@Test(
  "functions do what the language says",
  arguments: [
    (#"url_decode(http.request.uri.query) eq "a b/c%""#, [.query: "a+b%2Fc%"]),
    (#"url_decode(http.request.uri.query) eq "%41""#, [.query: "%2541"]),
    (#"url_decode(http.request.uri.query, "r") eq "A""#, [.query: "%252541"]),
    (#"url_decode(http.request.uri.query, "u") eq "é""#, [.query: "%u00e9"]),
    (#"decode_base64(http.cookie) eq "hi""#, [.cookie: "aGk="]),
    (#"not decode_base64(http.cookie) eq "hi""#, [.cookie: "a!Gk="]),
    (#"substring(http.host, 1) eq "bc""#, [.host: "abc"]), (#"substring(http.host, -2, -1) eq "b""#, [.host: "abc"]),
    (#"substring(http.host, 5, 2) eq """#, [.host: "abc"]),
    (#"regex_replace(http.request.uri.path, r"^/(\d+)/(.*)$", "/$2-${1}") eq "/x-12""#, [.path: "/12/x"]),
    (#"concat(http.host, ":", tcp.srcport) eq "a:80""#, [.host: "a", .sourcePort: "80"]),
    (#"to_string(http.response.code) wildcard "4*""#, [.status: "404"]),
    (#"to_string(ip.src) eq "192.0.2.1""#, [.ipSource: "192.0.2.1"]),
    ("to_ip(cf.edge.server_ip) in {10.0.0.0/8}", [.serverIP: "10.1.1.1"]),
    ("cidr(ip.src, 24, 48) eq 192.0.2.0", [.ipSource: "192.0.2.77"]),
    ("cidr6(ip.src, 48) eq 2001:db8:1::", [.ipSource: "2001:db8:1:2::3"]),
    (#"remove_bytes(http.host, ".-") eq "abc""#, [.host: "a.b-c"]), (#"upper(http.host) eq "ABé""#, [.host: "abé"]),
    ("len(http.host) eq 3", [.host: "aé"]), ("not len(http.host) ge 0", [.path: "/"]),
    (
      #"lookup_json_string(http.request.body.raw, "a", 1, "b") eq "x\"y""#,
      [.body: #"{"z":{"a":1},"a":[0,{"b":"x\"y"}]}"#]
    ),
    (#"lookup_json_integer(http.request.body.raw, "n") gt 4"#, [.body: #"{"n": 5}"#]),
    (#"not lookup_json_integer(http.request.body.raw, "n") gt 4"#, [.body: #"{"n": 5.5}"#]),
    (#"not lookup_json_string(http.request.body.raw, "n") eq "x""#, [.body: #"{"n": {"#]),
  ] as [(String, [EventField: String])]) func functions(text: String, event: [EventField: String]) throws
{
  #expect(try holds(text, event), "\(text)")
}

@Test(
  "names that no column holds are made of those that do",
  arguments: [
    (#"http.request.full_uri eq "https://a.example/x?y""#, [.host: "a.example", .uri: "/x?y", .scheme: "https"]),
    (#"lower(http.request.full_uri) contains "a.example/x""#, [.host: "A.example", .uri: "/X"]),
    (#"not http.request.full_uri contains "/""#, [.uri: "/x"]),
    (#"http.request.uri.path.extension eq "php""#, [.path: "/a.b/c.PHP"]),
    (#"not len(http.request.uri.path.extension) ge 0"#, [.path: "/a.b/c"]),
    (#"http.request.uri.args["q"][0] eq "1" and http.request.uri.args["q"][1] eq "3""#, [.query: "q=1&p=2&q=3"]),
    (#"any(http.request.uri.args.names[*] eq "p")"#, [.query: "q=1&p&=x"]),
    (#"all(http.request.uri.args.values[*] matches r"^\d*$")"#, [.query: "q=1&p=&r=33"]),
    (#"len(http.request.uri.args.names) eq 3"#, [.query: "a&b&&c=1"]),
    (#"not all(http.request.uri.args.names[*] eq "a")"#, [.path: "/"]),
    (#"all(http.request.uri.args.names[*] eq "a")"#, [.query: ""]),
    (#"http.request.cookies["id"][0] eq "7""#, [.cookie: "a=b; id=7"]),
    (#"http.request.headers["user-agent"][0] eq "x""#, [.userAgent: "x"]),
    (#"http.request.headers["x-a"][1] eq "2""#, [.headers: #"{"X-A":["1","2"]}"#]),
    (#"any(lower(http.request.headers.names[*])[*] eq "x-a")"#, [.headers: #"{"X-A":"1"}"#]),
    (#"any(starts_with(http.request.headers.values[*], "v"))"#, [.headers: #"{"a":"b","c":"v1"}"#]),
    (#"any(payload.classes[*] eq "sqli")"#, [.payloadClasses: #"["xss","sqli"]"#]),
    ("len(payload.classes) eq 2", [.payloadClasses: #"["xss","sqli"]"#]),
    (#"any(payload.rules[*] eq "942100")"#, [.payloadRules: "[941100,942100]"]),
    ("ssl", [.scheme: "https"]), ("not ssl", [.scheme: "http"]), ("ssl", [.tlsVersion: "TLSv1.3"]),
    ("not ssl", [.tlsVersion: "none"]),
    ("cf.client.bot", [.robot: "verified"]), ("not cf.client.bot", [.robot: "impostor"]),
    ("cf.client.bot", [.verifiedBot: "Search"]),
    ("ip.src.is_in_european_union", [.sourceCountry: "FR"]), (#"cf.waf.score.class eq "attack""#, [.wafScore: "7"]),
    ("http.request.timestamp.sec eq 1700000000 and http.request.timestamp.msec eq 123", [.time: "1700000000123456789"]),
    ("event.time.hour eq 22 and event.time.week eq 46 and event.time.day eq 14", [.time: "1700000000123456789"]),
    (
      #"event.time gt "2023-11-14T23:13:20+01:00" and event.time lt "2023-11-14T22:13:21Z""#,
      [.time: "1700000000123456789"]
    ),
    (#"event.class in {"http" "dns"}"#, [.eventClass: "dns"]),
  ] as [(String, [EventField: String])]) func derived(text: String, event: [EventField: String]) throws
{
  #expect(try holds(text, event), "\(text)")
}

@Test("any key of a JSON line can be asked for") func rawKeys() throws {
  let line = #"{"A":{"B":"x"},"Ray\u0049d":"a\"b","N":42,"B":true,"Null":null}"#
  #expect(try holds(#"raw["RayId"] eq "a\"b" and raw["N"] eq "42" and raw["B"] eq "true""#, [:], line: line))
  #expect(try holds(#"not raw["Null"] eq "" and not raw["None"] eq """#, [:], line: line))
  #expect(try holds(#"lookup_json_integer(event.line, "N") ge 42 and event.line contains "Null""#, [:], line: line))
  #expect(try !holds(#"raw["A"] eq "x""#, [:], line: "not json"))
}

@Test("a missing value is neither equal nor unequal to anything") func missing() throws {
  for text in [
    #"http.host eq "a""#, #"http.host ne "a""#, #"http.host contains """#, #"http.host in {"a"}"#,
    "http.response.code ne 4",
    "ip.src ne 1.2.3.4", #"http.host ne http.referer"#, #"starts_with(http.host, "")"#, #"http.host matches "^$""#,
    "ssl",
  ] {
    #expect(try !holds(text, [.path: "/"]), "\(text)")
    #expect(try holds("not (\(text))", [.path: "/"]), "\(text)")
  }
}

@Test("named lists are looked up when the set is made") func namedLists() throws {
  let lists = NamedLists([
    "office": [.addresses(IPAddress("192.0.2.0")!...IPAddress("192.0.2.255")!)], "hosts": [.text("a"), .text("b")],
    "codes": [.ints(400...499)],
  ])
  #expect(
    try holds(
      "ip.src in $office and http.host in $hosts and http.response.code in $codes",
      [.ipSource: "192.0.2.9", .host: "b", .status: "404"], lists: lists))
  do {
    _ = try holds("ip.src in $offce", [:], lists: lists)
    Issue.record("found although missing")
  } catch let error as ContentError { #expect(error.description.contains("did you mean office?")) }
}

@Test("a regex that explodes gives up instead of hanging") func explodingRegex() throws {
  let text = String(repeating: "a", count: 5000) + "!"
  let clock = ContinuousClock()
  let took = try clock.measure { _ = try holds(#"http.user_agent matches r"^(a+)+(?=b)$""#, [.userAgent: text]) }
  #expect(took < .seconds(5))
}

@Test("what is remembered of texts is forgotten before it grows too large") func memoryIsBounded() throws {
  let set = try ConditionSet([try Condition(parsing: #"http.host contains "7" or http.host eq "host 12""#)])
  let scratch = set.makeScratch()
  let batch = EventBatch()
  for round in 0..<20 {
    batch.reset()
    batch.touch(.host)
    for row in 0..<2000 {
      batch.set(.host, row, batch.arena.append("host \(round * 1000 + row)".utf8))
      batch.commitRow(LinePlace(slice: .absent, source: 0, number: 1))
    }
    set.evaluate(batch, scratch)
    for row in 0..<2000 {
      let text = "host \(round * 1000 + row)"
      #expect(scratch.matches(0)[row] == (text.contains("7") || text == "host 12"))
    }
  }
}

@Test("a named list resolved is the set itself; a wrong name, or addresses for a text, is told with its place")
func resolvedLists() throws {
  let office = NamedLists(["office": [.addresses(IPAddress("192.0.2.0")!...IPAddress("192.0.2.255")!)]])
  let resolved = try Condition(parsing: "not ip.src in $office or ssl").resolving(office)
  #expect(resolved.description == "not ip.src in {192.0.2.0/24} or ssl")
  for (text, words) in [("ip.src in $offce", "did you mean office?"), ("http.host in $office", "list of addresses")] {
    let error = #expect(throws: ContentError.self) { try Condition(parsing: text).resolving(office) }
    #expect(error?.description.contains(words) == true)
  }
}
