import Model

/// Requests whose values are few, so that random conditions often hold, with such among them that break careless rules.
enum RandomRequests {
  static let texts: [(EventField, [[UInt8]])] = [
    (.method, ["GET", "POST", "PUT", "HEAD", "PROPFIND"].map { Array($0.utf8) }),
    (.version, ["HTTP/1.1", "HTTP/1.1", "HTTP/1.0"].map { Array($0.utf8) }),
    (.host, ["www.example.org", "API.example.org", "a"].map { Array($0.utf8) }),
    (
      .userAgent,
      [
        "", "curl/8.1", "CURL/8.1", "Mozilla/5.0 (X11; Linux)", #"a"b\c'd"#, "${jndi:ldap://x}", "%{tx.1} {}; #",
        "a, b",
        "%20", "x\tz", "caf\u{e9}", "aaaaaaaaaaaaaaaaaaaaaaaa!",
      ].map { Array($0.utf8) } + [[0x61, 0xFF, 0xFE], [0xC3, 0x28]]
    ),
    (.referer, ["", "https://www.example.org/", "https://www.example.org/a?b=c#d"].map { Array($0.utf8) }),
    (.cookie, ["", "a=b", "a=b; c=d"].map { Array($0.utf8) }),
    (.forwardedFor, ["198.51.100.7", "198.51.100.7, 203.0.113.5"].map { Array($0.utf8) }),
    (.contentType, ["text/plain", "application/json; charset=utf-8"].map { Array($0.utf8) }),
  ]
  static let paths = [
    "/", "/a", "/A", "/a/", "/a/b/c.php", "//x", "/shop/item.html", "/%41", "/a%20b", "/a%00b", "/a+b", "/a;b",
    "/a'b\"c",
    "/..%2f", "/a/../b", "/{x}$y", "/%", "/a*b",
  ]
  static let queries = [nil, nil, "", "q=1", "q=2&page=3", "?", "a?b", "q=%27+or+1", "x=\\", "{}"]
  static let addresses = [
    "192.0.2.1", "192.0.2.77", "192.0.2.128", "198.51.100.4", "203.0.113.255", "2001:db8::7", "2001:db8:0:9::7",
    "2002:c000:201::1", "fe80::1", "10.0.0.1",
  ]

  static func batch(rows: Int, _ random: inout SeededRandom) -> EventBatch {
    let batch = EventBatch(capacity: 16)
    for (field, _) in texts { batch.touch(field) }
    for field in [EventField.uri, .path, .query, .headers, .ipSource, .sourcePort] { batch.touch(field) }
    for row in 0..<rows {
      for (field, values) in texts where field == .method || field == .version || random.chance(70) {
        batch.set(field, row, batch.arena.append(random.pick(values)))
      }
      let path = random.pick(paths), query = random.pick(queries)
      batch.set(.path, row, batch.arena.append(path.utf8))
      batch.set(.uri, row, batch.arena.append((path + (query.map { "?" + $0 } ?? "")).utf8))
      if let query { batch.set(.query, row, batch.arena.append(query.utf8)) }
      let header = random.pick([#"{"x-a":"1"}"#, #"{"x-a":""}"#, #"{"x-b":"1"}"#, #"{"x-a":["2"],"accept":"*/*"}"#])
      if random.chance(70) { batch.set(.headers, row, batch.arena.append(header.utf8)) }
      batch.addresses[row] = IPAddress(random.pick(addresses))!
      batch.set(.sourcePort, row, Int64(random.pick([1, 80, 1023, 1024, 40_000, 65_535])))
      batch.commitRow(LinePlace(slice: batch.arena.append("line".utf8), source: 0, number: row + 1))
    }
    return batch
  }
}

/// Conditions over what web servers see.
enum RandomConditions {
  static let regexes = [
    "^/a", "b$", "a.b", "[0-9]+", "(?i)curl", "^(GET|POST)$", "\\.php$", "a\\x20b", "\\d{2,3}", "[^a-z/]", "^$", "x|y|",
    "(?:a|b)/c", "\\bB\\b", "\"", "\\{", "%", "^.{3,5}$", "\\/a", "é", "[\"'#;]",
  ]

  static func condition(_ random: inout SeededRandom, depth: Int = 3) -> Condition {
    if depth == 0 || random.chance(30) { return .test(test(&random)) }
    let count = Int.random(in: 1...3, using: &random)
    let parts = { (random: inout SeededRandom) in (0..<count).map { _ in condition(&random, depth: depth - 1) } }
    switch Int.random(in: 0..<10, using: &random) {
    case 0...3: return .and(parts(&random))
    case 4...6: return .or(parts(&random))
    case 7: return .xor(parts(&random))
    default: return .not(condition(&random, depth: depth - 1))
    }
  }

  private static func test(_ random: inout SeededRandom) -> ConditionTest {
    switch Int.random(in: 0..<10, using: &random) {
    case 0: return address(&random)
    case 1: return number(ConditionValue.field(.sourcePort), [0, 1, 80, 1024, 40_000, 65_535, 70_000], &random)
    case 2:
      let value = ConditionValue(.call(.len, [text(&random).0]))
      return number(value, [0, 1, 2, 5, 12, 40], &random)
    default: return comparison(&random)
    }
  }

  private static func text(_ random: inout SeededRandom) -> (ConditionValue, [[UInt8]]) {
    switch Int.random(in: 0..<12, using: &random) {
    case 0...2: return (.field(.path), RandomRequests.paths.map { Array($0.utf8) })
    case 3: return (.field(.query), RandomRequests.queries.map { Array(($0 ?? "").utf8) })
    case 4: return (.field(.uri), RandomRequests.paths.map { Array(($0 + "?q=1").utf8) })
    case 5:
      let map = ConditionValue(.key(.field(.headers), random.chance(80) ? "x-a" : "accept"))
      return (ConditionValue(.index(map, 0)), [[0x31], [0x32], []])
    default:
      let (field, values) = random.pick(RandomRequests.texts)
      return (.field(field), values)
    }
  }

  private static func literal(_ values: [[UInt8]], _ random: inout SeededRandom) -> [UInt8] {
    var bytes = random.pick(values)
    switch Int.random(in: 0..<12, using: &random) {
    case 0: bytes = bytes.map { (97...122).contains($0) ? $0 - 32 : $0 }
    case 1: bytes = random.pick([[0], [0x0A], [0x22], [0x27, 0x3B], [0x80], Array("\r\n}\n# weir end x\n".utf8)])
    case 2, 3: bytes = Array(bytes.prefix(Int.random(in: 0...4, using: &random)))
    case 4, 5: bytes = Array(bytes.suffix(Int.random(in: 0...4, using: &random)))
    default: break
    }
    return bytes
  }

  private static func comparison(_ random: inout SeededRandom) -> ConditionTest {
    var (value, values) = text(&random)
    if random.chance(25) { value = ConditionValue(.call(random.chance(70) ? .lower : .upper, [value])) }
    let one = ConditionOperand.literal(.text(ByteText(literal(values, &random))))
    switch Int.random(in: 0..<10, using: &random) {
    case 0...1: return ConditionTest(value, .equal, one)
    case 2: return ConditionTest(value, .notEqual, one)
    case 3: return ConditionTest(value, .contains, one)
    case 4:
      let members = (0..<random.pick([1, 2, 5])).map { _ in ConditionMember.text(ByteText(literal(values, &random))) }
      return ConditionTest(value, .isIn, .set(members))
    case 5:
      let pattern = random.pick(["*", "/a*", "*.php", "*b*", "/*/*", "c?rl*", "CURL*", "*\\**", "q=*"])
      return ConditionTest(
        value, random.chance(50) ? .wildcard : .strictWildcard, .literal(.text(ByteText(Array(pattern.utf8)))))
    case 6...7:
      return ConditionTest(text(&random).0, .matches, .literal(.text(ByteText(Array(random.pick(regexes).utf8)))))
    default:
      guard case .literal(let literal) = one else { break }
      let call = ConditionValue(
        .call(random.chance(50) ? .startsWith : .endsWith, [value, ConditionValue(.literal(literal))]))
      return ConditionTest(call, .holds, .nothing)
    }
    return ConditionTest(value, .equal, one)
  }

  private static func number(_ value: ConditionValue, _ numbers: [Int64], _ random: inout SeededRandom) -> ConditionTest
  {
    if random.chance(30) {
      let a = random.pick(numbers), b = random.pick(numbers)
      return ConditionTest(value, .isIn, .set([.ints(min(a, b)...max(a, b)), .ints(5...5)]))
    }
    return ConditionTest(
      value, random.pick([.equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual]),
      .literal(.int(random.pick(numbers))))
  }

  private static func address(_ random: inout SeededRandom) -> ConditionTest {
    let value = ConditionValue.field(.ipSource)
    let networks = [
      "192.0.2.0/24", "192.0.2.64/26", "0.0.0.0/0", "2001:db8::/32", "::/0", "2001:db8:0:9::7", "10.0.0.0/8",
    ]
    switch Int.random(in: 0..<3, using: &random) {
    case 0: return ConditionTest(value, .equal, .literal(.ip(IPAddress(random.pick(RandomRequests.addresses))!)))
    case 1: return ConditionTest(value, .notEqual, .literal(.ip(IPAddress(random.pick(RandomRequests.addresses))!)))
    default:
      let members = (0..<random.pick([1, 2, 4])).map { _ -> ConditionMember in
        let network = AddressNetwork(random.pick(networks))!
        return .addresses(network.first...network.last)
      }
      return ConditionTest(value, .isIn, .set(members))
    }
  }
}
