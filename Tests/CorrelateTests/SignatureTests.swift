import Testing

@testable import Correlate

@Test(
  "conditions become one readable condition",
  arguments: [
    (
      ["ip.src eq 192.0.2.9 and http.host eq \"a\"", "ip.src eq 192.0.2.10 and http.host eq \"a\""],
      "ip.src in {192.0.2.9 192.0.2.10} and http.host eq \"a\""
    ),
    (
      ["ip.src eq 192.0.2.9 and http.host eq \"a\"", "ip.src eq 192.0.2.9 and http.host eq \"a\""],
      "ip.src eq 192.0.2.9 and http.host eq \"a\""
    ),
    (
      ["ip.src eq 192.0.2.9 and a eq 1", "ip.src eq 192.0.2.9 and (b or c)"],
      "ip.src eq 192.0.2.9 and (a eq 1 or (b or c))"
    ),
    (
      [
        "x eq 1 and event.time ge \"2026-01-01T00:00:00Z\" and event.time le \"2026-01-01T00:10:00Z\"",
        "x eq 1 and event.time ge \"2026-01-01T00:05:00.5Z\" and event.time le \"2026-01-01T00:20:00Z\"",
      ],
      "x eq 1 and event.time ge \"2026-01-01T00:00:00Z\" and event.time le \"2026-01-01T00:20:00Z\""
    ),
    (["a eq 1 and b eq 2", "a eq 1"], "a eq 1"),
    (["a eq 1 or b eq 2", "c eq 3"], "((a eq 1 or b eq 2) or c eq 3)"),
    (
      [
        "http.user_agent eq \"x and y\" and ip.src in {192.0.2.0/24 198.51.100.7}",
        "http.user_agent eq \"x and y\" and ip.src eq 203.0.113.1",
      ],
      "http.user_agent eq \"x and y\" and ip.src in {192.0.2.0/24 198.51.100.7 203.0.113.1}"
    ),
    ([], ""),
  ])
func signature(queries: [String], condition: String) {
  #expect(Signature(queries).condition == condition)
}

@Test(
  "a condition is cut at its outermost ands only",
  arguments: [
    ("a eq 1 and b eq 2", ["a eq 1", "b eq 2"]),
    ("(a eq 1 and b eq 2)", ["a eq 1", "b eq 2"]),
    ("a eq \"1 and 2\" and not (b and c)", ["a eq \"1 and 2\"", "not (b and c)"]),
    (##"a matches r#"x" and "y"# and b"##, [##"a matches r#"x" and "y"#"##, "b"]),
    (#"a eq "\" and b" && c"#, [#"a eq "\" and b""#, "c"]),
    ("a or b and c", ["(a or b and c)"]),
    ("x in {\"a and b\" \"}\"} and y", ["x in {\"a and b\" \"}\"}", "y"]),
    ("brand eq 1 and border eq 2", ["brand eq 1", "border eq 2"]),
  ])
func terms(condition: String, terms: [String]) {
  #expect(QueryTerms(condition).terms == terms)
}

@Test("an incident's addresses are listed once, and one address that many long conditions accuse stands for itself")
func signatureOfIncident() {
  let two = ["a eq 1 and ip.src eq 192.0.2.9", "b eq 1 and ip.src eq 192.0.2.8", "a eq 1 and ip.src eq 192.0.2.7"]
  #expect(
    Signature(two, ofOneIncident: true).condition == "ip.src in {192.0.2.7 192.0.2.8 192.0.2.9} and (a eq 1 or b eq 1)")
  let long = (1...3).map { "x matches \"\(String(repeating: "\($0)", count: 200))\" and ip.src eq 192.0.2.9" }
  #expect(Signature(long, ofOneIncident: true).condition == "ip.src eq 192.0.2.9")
  #expect(Signature(long).condition.utf8.count > 600)
}
