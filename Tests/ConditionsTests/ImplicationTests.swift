import Model
import Testing

@testable import Conditions

@Test(
  "what one condition says can prove another",
  arguments: [
    (#"http.request.uri.path eq "/a/b""#, #"starts_with(http.request.uri.path, "/a/")"#),
    (#"http.request.uri.path in {"/a" "/b"}"#, #"http.request.uri.path in {"/b" "/c" "/a"}"#),
    (#"http.user_agent eq "curl/8.1""#, #"lower(http.user_agent) contains "curl" and http.user_agent ne """#),
    (#"http.user_agent eq "curl/8.1" and http.host eq "a""#, #"http.user_agent matches "^curl/[0-9]""#),
    (#"ip.src in {192.0.2.0/25 192.0.2.128/25}"#, "ip.src in {192.0.2.0/24}"),
    ("ip.src eq 2001:db8::7", "ip.src in {2001:db8::/32}"), ("http.response.code eq 404", "http.response.code ge 400"),
    ("http.response.code in {400..403 404..410}", "http.response.code in {400..499}"),
    (#"starts_with(http.request.uri.path, "/wp-admin/")"#, #"http.request.uri.path contains "admin""#),
    (#"ends_with(http.request.uri.path, ".php5")"#, #"http.request.uri.path ne """#),
    (#"http.host eq "a" or http.host eq "b""#, #"http.host in {"a" "b"}"#),
    (#"not http.request.uri.path contains "min""#, #"not http.request.uri.path contains "admin""#),
    ("ssl and ip.src eq 192.0.2.1", "ssl"), ("false", #"http.host eq "a""#), (#"http.host eq "a""#, "true"),
  ])
func proves(narrow: String, wide: String) throws {
  #expect(try Condition(parsing: narrow).implies(Condition(parsing: wide)))
}

@Test(
  "what does not follow is not proven",
  arguments: [
    (#"http.request.uri.path eq "/a""#, #"http.request.uri.path eq "/b""#),
    (#"starts_with(http.request.uri.path, "/a")"#, #"http.request.uri.path eq "/a""#),
    ("ip.src in {192.0.2.0/24}", "ip.src in {192.0.2.0/25}"), ("ip.src eq 192.0.2.1", "ip.src in {::/0}"),
    ("http.response.code ge 400", "http.response.code in {400..499}"),
    (#"http.host eq "a""#, #"http.host eq "a" and ssl"#), (#"http.host ne "a""#, #"http.host eq "b""#),
    (#"http.request.uri.path contains "a""#, #"starts_with(http.request.uri.path, "a")"#),
    (#"any(payload.classes[*] eq "sqli")"#, #"payload.verdict eq "attack""#), ("ssl", #"http.host eq "a""#),
  ])
func doesNotProve(narrow: String, wide: String) throws {
  #expect(try !Condition(parsing: narrow).implies(Condition(parsing: wide)))
}
