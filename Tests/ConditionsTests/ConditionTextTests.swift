import Model
import Testing

@testable import Conditions

@Test(
  "a condition prints in its canonical spelling, and that spelling reads as the same condition",
  arguments: [
    (#"ip.src in {192.0.2.0/24} and http.request.uri.path contains "/login" and not cf.client.bot"#, nil),
    ("!ssl", "not ssl"),
    ("ssl || ssl && ssl ^^ ssl", "ssl or ssl and ssl xor ssl"),
    ("(ssl or ssl) and (ssl)", "(ssl or ssl) and ssl"),
    ("not (ssl and ssl)", nil),
    ("not not ssl", nil),
    ("http.response.code == 404", "http.response.code eq 404"),
    ("http.response.code in {80 443 8000..8009 -5..-1}", nil),
    ("ip.src in {192.0.2.1 198.51.100.3..198.51.100.7 2001:db8::/32 ::/0}", nil),
    ("ip.geoip.country in $bad.ones", "ip.src.country in $bad.ones"),
    (##"http.user_agent matches r#"^a"\d"#"##, nil),
    (#"http.user_agent eq "\x00\xff\"\\""#, nil),
    (
      #"any(lower(http.request.headers.names[*])[*] == "x-a")"#,
      #"any(lower(http.request.headers.names[*])[*] eq "x-a")"#
    ),
    (#"http.request.headers["accept"][0] strict wildcard "a*""#, nil),
    (#"starts_with(lower(http.host), "www.")"#, nil),
    (#"lookup_json_string(http.request.body.raw, "a", 0) eq "b""#, nil),
    (#"event.time ge "2026-01-31""#, #"event.time ge "2026-01-31T00:00:00Z""#),
    (#"event.time lt 1700000000123000000"#, #"event.time lt "2023-11-14T22:13:20.123Z""#),
    (#"raw["Any Key"] eq "x""#, nil),
    ("cidr(ip.src, 24, 48) eq 192.0.2.0", nil),
    ("ssl eq false", "not ssl"),
    ("true", nil),
    ("http.host eq http.referer", nil),
    (#"event.class eq "http""#, nil),
  ]) func canonical(text: String, printed: String?) throws
{
  let condition = try Condition(parsing: text)
  #expect(condition.description == printed ?? text)
  #expect(try Condition(parsing: condition.description) == condition)
}

@Test(
  "what is wrong is said where it is",
  arguments: [
    ("http.hots eq \"a\"", 1, "there is no field 'http.hots'; did you mean http.host?"),
    ("ssl and\nhttp.response.code eq \"4\"", 2, "a number is compared with a text"),
    ("http.host eq 4", 1, "put the number in quotes"),
    ("http.response.code contains \"4\"", 1, "only with eq, ne, lt, le, gt, ge, in"),
    ("ip.src gt 1.2.3.4", 1, "only with eq, ne, in"),
    ("http.host", 1, "alone is neither true nor false"),
    ("ssl and", 1, "the condition ends here"),
    ("(ssl", 1, "that closes the bracket"),
    ("ssl AND ssl", 1, "did you mean and?"),
    ("http.host matches \"(\"", 1, "the regex is refused"),
    ("http.host wildcard \"a**\"", 1, "** means nothing"),
    ("http.request.headers.names[*] eq \"x\"", 1, "only inside any"),
    ("any(http.host eq \"x\")", 1, "needs a list with [*]"),
    ("payload.classes eq \"x\"", 1, "write any("),
    ("event.class eq \"htpp\"", 1, "did you mean http?"),
    ("lower(http.host", 1, "that closes lower"),
    ("lwer(http.host) eq \"a\"", 1, "did you mean lower?"),
    ("substring(http.host) eq \"a\"", 1, "substring(text, start[, end])"),
    ("event.time gt \"yesterday\"", 1, "not a time"),
    ("http.host in {\"a\", \"b\"}", 1, "separated by spaces"),
    ("http.response.code in {1.2.3.4}", 1, "looked for among addresses"),
    ("http.host = \"a\"", 1, "a single ="),
    ("", 1, "empty"),
  ]) func complaints(text: String, line: Int, words: String)
{
  do {
    _ = try Condition(parsing: text)
    Issue.record("read although wrong")
  } catch {
    #expect(error.description.contains(words), "\(error)")
    #expect(error.problems[0].line == line)
  }
}

@Test("all unknown names are reported at once, each with a caret") func allAtOnce() {
  do {
    _ = try Condition(parsing: "http.hots eq \"a\" or http.response.code eq \"x\" or\n  nothing.such eq 4")
    Issue.record("read although wrong")
  } catch {
    #expect(error.problems.count == 3)
    #expect(error.problems[2].excerpt == "  nothing.such eq 4\n  ^")
    #expect(error.problems[2].line == 2 && error.problems[2].column == 3)
  }
}

@Test("hostile depth is refused and large sets are read") func limits() throws {
  #expect(throws: ContentError.self) { try Condition(parsing: String(repeating: "(", count: 100_000)) }
  #expect(throws: ContentError.self) { try Condition(parsing: String(repeating: "not ", count: 100_000) + "ssl") }
  #expect(throws: ContentError.self) {
    try Condition(parsing: String(repeating: "lower(", count: 5000) + "http.host" + String(repeating: ")", count: 5000))
  }
  let members = (0..<10_000).map { "\"value \($0)\"" }.joined(separator: " ")
  _ = try Condition(parsing: "http.host in {\(members)}")
  let tests = (0..<10_000).map { "http.host eq \"value \($0)\"" }.joined(separator: " or ")
  _ = try Condition(parsing: tests)
}

@Test(
  "every instant of 64 bits prints and reads",
  arguments: [Int64.min, .min + 1, -1, 0, 1, 951_782_400_000_000_000, .max])
func instants(time: Int64) throws {
  let condition = Condition.test(ConditionTest(.field(.time), .less, .literal(.time(time))))
  #expect(try Condition(parsing: condition.description) == condition, "\(condition)")
  for part in DerivedField.allCases where part.sources == [.time] {
    #expect(
      try holds("\(part.rawValue) ge 0", [.time: "\(max(time, .min + 1))"]) == (part != .timestampSeconds || time >= 0))
  }
}
