import Conditions
import Model
import Testing

@testable import Inspect

/// Whether a rule with this `detection` fires on an event of these fields.
private func fires(_ detection: String, _ event: [EventField: String], placeholders: [String: [String]] = [:]) throws
  -> Bool
{
  let library = try SigmaLibrary([("rule.yml", rule(detection))], placeholders: placeholders)
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
  batch.commitRow(LinePlace(slice: .absent, source: 0, number: 1))
  try SigmaScan(library.signatures).worker().inspect(batch)
  return batch.text(.sigmaRules, 0) == #"["A \"rule\""]"#
}

private func rule(_ detection: String) -> String {
  """
  title: A "rule"
  logsource:
    category: webserver
  detection:
  \(detection.split(separator: "\n").map { "  " + $0 }.joined(separator: "\n"))
  level: high
  """
}

@Test(
  "a modifier means what Sigma says",
  arguments: [
    ("cs-uri-query: 'a*c'", "aXXc", "aXX"), ("cs-uri-query: 'a?c'", "aXc", "ac"),
    ("cs-uri-query: 'a\\*c'", "a*c", "abc"),
    ("cs-uri-query: 'a\\\\*'", "a\\zz", "azz"), ("cs-uri-query: 'a\\\\\\*'", "a\\*", "a\\z"),
    ("cs-uri-query: 'a\\b'", "a\\b", "ab"),
    ("cs-uri-query: 'Select'", "sELECT", "select 1"), ("cs-uri-query|cased: 'Select'", "Select", "select"),
    ("cs-uri-query|contains: 'b?d'", "xabcdx", "abd"), ("cs-uri-query|startswith: 'ab'", "ABc", "cab"),
    ("cs-uri-query|endswith|cased: 'ab'", "xab", "xAB"), ("cs-uri-query|contains|all: ['a', 'b']", "b a", "a"),
    ("cs-uri-query|re: '^a\\d'", "a1", "ba1"), ("cs-uri-query|re|i: '^a\\d'", "A1x", "Ax1"),
    ("cs-uri-query|re|s: 'a.b'", "a\nb", "ab"),
    ("cs-uri-query|re|m: '^b'", "a\nb", "ab"), ("cs-uri-query|neq: 'x'", "y", "X"),
    ("cs-uri-query|exists: true", "", nil),
    ("cs-uri-query|exists: false", nil, "x"), ("cs-uri-query: null", nil, ""), ("cs-uri-query: ''", "", "x"),
    ("cs-uri-query|contains|windash: 'net -u'", "net /u", "net +u"),
    ("cs-uri-query|contains|windash: ' -f'", "a \u{2014}f", "a f"),
    ("cs-uri-query|base64: 'foobar'", "Zm9vYmFy", "foobar"),
    ("cs-uri-query|base64|contains|cased: 'ab'", "xYWI=", "xywi="),
    ("cs-uri-query|base64offset|contains: 'foobar'", "aaaZvb2Jhcgzz", "foobar"),
    ("cs-uri-query|base64offset|contains: '/bin/bash'", "L2Jpbi9iYXNo", "bash"),
    ("cs-uri-query|wide|base64offset|contains: 'ping'", "AHAAaQBuAGcA", "ping"),
    ("cs-uri-query|utf16be|base64|cased: 'ab'", "AGEAYg==", "ab"),
    ("cs-uri-query|utf16|base64|cased: 'a'", "//5hAA==", "a"),
    ("cs-uri-query|expand: '%names%.php'", "shell.php", "%names%.php"),
    ("cs-uri-query|fieldref: cs-uri-stem", "/Path", "/other"),
    ("cs-uri-query|fieldref|endswith: cs-uri-stem", "x/path", "x/pat"), ("cs-uri-query: 404", "404", "4040"),
    ("cs-uri-query: ['a', 'b']", "B", "c"), ("cs-uri-query: '*'", "", nil),
  ] as [(String, String?, String?)]) func modifiers(line: String, hit: String?, miss: String?) throws
{
  let event = { (query: String?) -> [EventField: String] in
    var event: [EventField: String] = [.path: "/path", .method: "GET"]
    event[.query] = query
    return event
  }
  let detection = "selection:\n  \(line)\ncondition: selection"
  let names = ["names": ["cmd", "shell"]]
  #expect(try fires(detection, event(hit), placeholders: names), "\(line) should fire on \(hit ?? "nothing")")
  #expect(try !fires(detection, event(miss), placeholders: names), "\(line) should be quiet on \(miss ?? "nothing")")
}

@Test(
  "numbers, addresses and times are compared as such",
  arguments: [
    ("sc-status: 404", [.status: "404"], [.status: "405"]), ("sc-status|gte: 500", [.status: "500"], [.status: "499"]),
    ("sc-status|lt: 300", [.status: "299"], [.status: "300"]), ("sc-status: '4*'", [.status: "451"], [.status: "200"]),
    ("sc-status|startswith: 5", [.status: "503"], [.status: "450"]),
    ("sc-status|neq: 200", [.status: "404"], [.status: "200"]),
    ("c-ip: 192.0.2.1", [.ipSource: "192.0.2.1"], [.ipSource: "192.0.2.2"]),
    ("c-ip|startswith: '192.0.'", [.ipSource: "192.0.2.1"], [.ipSource: "198.51.100.1"]),
    ("c-ip|cidr: ['192.0.2.0/24', '2001:db8::/32']", [.ipSource: "2001:db8::1"], [.ipSource: "2001:db9::1"]),
    ("dst_ip|cidr: '10.0.0.0/8'", [.serverIP: "10.1.2.3"], [.serverIP: "11.1.2.3"]),
    ("time|hour: 3", [.time: "1700017200000000000"], [.time: "1700020800000000000"]),
    ("time|year|gte: 2024", [.time: "1710000000000000000"], [.time: "1700000000000000000"]),
    ("c-uri-extension: php", [.path: "/a.PHP"], [.path: "/php"]),
    (
      "c-uri|contains: '.paste.example/raw/'", [.host: "x.paste.example", .uri: "/raw/1"],
      [.host: "x.example", .uri: "/raw/1"]
    ),
    ("cs(User-Agent)|contains: nikto", [.userAgent: "Nikto/2"], [.userAgent: "x"]),
    ("ClientRequestUserAgent: ''", [.userAgent: "-"], [.userAgent: "x"]),
    ("payload.classes: sqli", [.payloadClasses: #"["xss","sqli"]"#], [.payloadClasses: #"["xss"]"#]),
  ] as [(String, [EventField: String], [EventField: String])])
func typed(line: String, hit: [EventField: String], miss: [EventField: String]) throws {
  let detection = "selection:\n  \(line)\ncondition: selection"
  #expect(try fires(detection, hit), "\(line)")
  #expect(try !fires(detection, miss), "\(line)")
}

@Test(
  "keywords are looked for in every text that a client writes",
  arguments: [
    ("k:\n  - jndi\n  - 'x*y'\ncondition: k", [.userAgent: "${JNDI:x}"], [.method: "jndi"]),
    ("k:\n  - jndi\n  - 'x*y'\ncondition: k", [.referer: "1x23y4"], [.referer: "yx"]),
    ("k:\n  '|all': [one, two]\ncondition: k", [.uri: "/one", .cookie: "Two"], [.uri: "/one"]),
    ("k:\n  '|re': '\\d{4}'\ncondition: k", [.message: "a 1234"], [.message: "123"]),
    ("k: only\ncondition: not k", [.uri: "/"], [.uri: "/only"]),
    ("k:\n  - cs-method: PUT\n  - word\ncondition: k", [.method: "PUT"], [.method: "GET"]),
  ] as [(String, [EventField: String], [EventField: String])])
func keywords(detection: String, hit: [EventField: String], miss: [EventField: String]) throws {
  #expect(try fires(detection, hit))
  #expect(try !fires(detection, miss))
}

@Test(
  "not binds before and, and before or; of counts searches",
  arguments: [
    ("not a and b", "b"), ("a or b and c", "a"), ("(a or b) and c", "bc"), ("1 of x_*", "1"), ("all of x_*", "12"),
    ("1 of them", "2"), ("all of them", "abc12"), ("any of x_* and not c", "2"), ("NOT a AND b", "b"),
  ]) func grammar(condition: String, letters: String) throws
{
  let searches =
    "a:\n  cs-uri-query|contains: a\nb:\n  cs-uri-query|contains: b\nc:\n  cs-uri-query|contains: c\n"
    + "x_1:\n  cs-uri-query|contains: '1'\nx_2:\n  cs-uri-query|contains: '2'\n_y:\n  cs-uri-query: never\n"
  #expect(try fires(searches + "condition: \(condition)", [.query: letters]))
  let quiet = [
    "not a and b": "ab", "a or b and c": "b", "(a or b) and c": "a", "all of x_*": "1", "all of them": "abc1",
  ]
  if let other = quiet[condition] { #expect(try !fires(searches + "condition: \(condition)", [.query: other])) }
}

@Test(
  "what cannot be served is refused where it stands",
  arguments: [
    ("s:\n  cs-uri-query|contians: x\ncondition: s", "did you mean contains?", 6),
    ("s:\n  cs-uri-qery: x\ncondition: s", "did you mean cs-uri-query?", 6),
    ("s:\n  EventID: 4\ncondition: s", "no log that Weir reads", 6),
    ("s:\n  cs-uri-query: x\ncondition: t", "there is no search", 7),
    ("s:\n  cs-uri-query: x\ncondition: s | count() > 5", "correlation", 7),
    ("s:\n  cs-uri-query|re: '('\ncondition: s", "the regex is refused", 6),
    ("s:\n  cs-uri-query|expand: '%x%'\ncondition: s", "no values were given", 6),
    ("s:\n  cs-uri-query: [null, a]\ncondition: s", "null does not stand in a list", 6),
    ("s:\n  cs-uri-query|wide: x\ncondition: s", "follow it by base64", 6),
    ("s:\n  c-ip|cidr: 1.2.3\ncondition: s", "expected a network", 6),
    ("s:\n  cs-uri-query|gt: 5\ncondition: s", "holds no number", 6),
    ("s:\n  cs-uri-query|re|contains: a\ncondition: s", "does not go together", 6),
    ("s:\n  cs-uri-query: x", "key 'condition' is missing", 5),
  ]) func refusals(detection: String, words: String, line: Int)
{
  do {
    _ = try SigmaLibrary([("rule.yml", rule(detection))])
    Issue.record("read although wrong")
  } catch {
    #expect(error.description.contains(words), "\(error)")
    #expect(error.problems.contains { $0.line == line && $0.file == "rule.yml" }, "\(error)")
  }
}

@Test("an unknown log source is refused") func logsource() {
  let text = rule("s:\n  cs-uri-query: x\ncondition: s").replacing("category: webserver", with: "product: windows")
  #expect(throws: ContentError.self) { try SigmaLibrary([("rule.yml", text)]) }
}

@Test("all problems of all files come at once") func allAtOnce() {
  let bad = rule("s:\n  nope: x\n  cs-uri-query|nope: y\ncondition: t")
  do {
    _ = try SigmaLibrary([("a.yml", bad), ("b.yml", "title: x"), ("c.yml", "a: [")])
    Issue.record("read although wrong")
  } catch {
    #expect(error.problems.count == 5)
    #expect(Set(error.problems.map(\.file)) == ["a.yml", "b.yml", "c.yml"])
  }
}
