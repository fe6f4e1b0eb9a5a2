import Model

/// The same numbers for the same seed, so that a failure can be had again.
package struct SeededRandom: RandomNumberGenerator {
  private var state: UInt64

  package init(seed: UInt64) { state = seed }

  package mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed >> 31
  }

  package mutating func pick<T>(_ list: [T]) -> T { list.randomElement(using: &self)! }
  package mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }
}

/// Batches whose few values meet the few literals of `RandomCondition` often.
package enum RandomBatch {
  package static let words = [
    "", "a", "ab", "AB", "abc", "/login", "/Login.PHP", "x=1&y=a%20b", "curl/8.1", "b.a", "é\u{0}", "a\nb",
  ]
  package static let texts: [EventField] = [.host, .path, .query, .userAgent, .method]
  package static let ints: [EventField] = [.status, .responseBytes, .botScore]
  package static let addresses = ["192.0.2.1", "192.0.2.200", "198.51.100.4", "2001:db8::7", "::ffff:0:1"]

  package static func make(rows: Int, _ random: inout SeededRandom) -> EventBatch {
    let batch = EventBatch(capacity: 16)
    for field in texts + ints + [.ipSource, .time, .eventClass, .payloadClasses] where random.chance(90) {
      batch.touch(field)
    }
    for row in 0..<rows {
      for field in texts where batch.isTouched(field) && random.chance(85) {
        let extra = random.chance(20) ? random.pick(words) : ""
        batch.set(field, row, batch.arena.append((random.pick(words) + extra).utf8))
      }
      for field in ints where batch.isTouched(field) && random.chance(85) {
        batch.set(field, row, random.pick([0, 1, 2, 200, 404, 1023, 1024, 5000, -1, .max, .min + 1]))
      }
      if batch.isTouched(.time), random.chance(90) {
        batch.set(.time, row, 1_700_000_000_000_000_000 + Int64.random(in: 0..<5, using: &random) * 86_400_000_000_000)
      }
      if batch.isTouched(.eventClass), random.chance(90) {
        batch.set(.eventClass, row, Int64.random(in: 0..<6, using: &random))
      }
      if batch.isTouched(.payloadClasses), random.chance(50) {
        batch.set(
          .payloadClasses, row, batch.arena.append(random.pick(["[]", #"["sqli"]"#, #"["xss", "a\u0062"]"#]).utf8))
      }
      if batch.isTouched(.ipSource), random.chance(90) { batch.addresses[row] = IPAddress(random.pick(addresses))! }
      batch.commitRow(LinePlace(slice: batch.arena.append("line".utf8), source: 0, number: row + 1))
    }
    return batch
  }
}

/// Conditions of every shape over the fields of `RandomBatch`.
package enum RandomCondition {
  package static func make(depth: Int, _ random: inout SeededRandom) -> Condition {
    if depth == 0 || random.chance(25) { return .test(test(&random)) }
    let parts = { (random: inout SeededRandom) in
      (0..<Int.random(in: 2...4, using: &random)).map { _ in make(depth: depth - 1, &random) }
    }
    switch Int.random(in: 0..<5, using: &random) {
    case 0, 1: return .and(parts(&random))
    case 2: return .or(parts(&random))
    case 3: return .xor(parts(&random))
    default: return .not(make(depth: depth - 1, &random))
    }
  }

  private static let orders: [ConditionRelation] = [.equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual]

  package static func test(_ random: inout SeededRandom) -> ConditionTest {
    switch Int.random(in: 0..<12, using: &random) {
    case 0: return number(&random)
    case 1: return address(&random)
    case 2: return word(&random)
    case 3:
      let text = random.pick([text(&random), ConditionValue.field(.host)])
      let end = ConditionValue(.call(random.pick([.startsWith, .endsWith]), [text, literal(&random)]))
      return ConditionTest(end, .holds, .nothing)
    case 4:
      return ConditionTest(
        ConditionValue(.call(.len, [text(&random)])), random.pick(orders), .literal(.int(random.pick([0, 1, 3]))))
    case 5:
      let each = ConditionValue(.each(.field(.payloadClasses)))
      return ConditionTest(
        quantifier: random.pick([.any, .all]), each, random.pick([.equal, .contains]),
        .literal(.text(random.pick(["sqli", "ab", "s"]))))
    case 6:
      let time: Int64 = 1_700_000_000_000_000_000 + 86_400_000_000_000 * Int64.random(in: 0..<5, using: &random)
      return ConditionTest(.field(.time), random.pick(orders), .literal(.time(time)))
    case 7: return ConditionTest(.field(.host), random.pick(orders), .value(.field(.path)))
    default: return textual(&random)
    }
  }

  private static func number(_ random: inout SeededRandom) -> ConditionTest {
    let value = ConditionValue.field(random.pick(RandomBatch.ints))
    let numbers: [Int64] = [0, 1, 200, 404, 1024, -1, .max, .min, .min + 1]
    if random.chance(60) { return ConditionTest(value, random.pick(orders), .literal(.int(random.pick(numbers)))) }
    let ranges: [ClosedRange<Int64>] = [0...1, 200...200, 400...499, -5...3, 1000...(.max), .min...0]
    return ConditionTest(
      value, .isIn, .set((0..<Int.random(in: 0...3, using: &random)).map { _ in .ints(random.pick(ranges)) }))
  }

  private static func address(_ random: inout SeededRandom) -> ConditionTest {
    let one = IPAddress(random.pick(RandomBatch.addresses + ["::", "255.255.255.255"]))!
    if random.chance(50) {
      return ConditionTest(.field(.ipSource), random.pick([.equal, .notEqual]), .literal(.ip(one)))
    }
    let networks = ["192.0.2.0/25", "0.0.0.0/0", "::/0", "2001:db8::/32", "198.51.100.4", "::/90"].map {
      AddressNetwork($0)!
    }
    return ConditionTest(
      .field(.ipSource), .isIn,
      .set(
        (0..<Int.random(in: 0...3, using: &random)).map { _ in
          let network = random.pick(networks)
          return .addresses(network.first...network.last)
        }))
  }

  private static func word(_ random: inout SeededRandom) -> ConditionTest {
    if random.chance(50) {
      return ConditionTest(
        .field(.eventClass), random.pick([.equal, .notEqual]),
        .literal(.text(ByteText(random.pick(EventField.eventClasses)))))
    }
    return ConditionTest(
      ConditionValue(.call(.upper, [.field(.eventClass)])), .contains, .literal(.text(random.pick(["T", "HTTP", "h"]))))
  }

  private static func text(_ random: inout SeededRandom) -> ConditionValue {
    let field = ConditionValue.field(random.pick(RandomBatch.texts))
    switch Int.random(in: 0..<9, using: &random) {
    case 0, 1, 2: return field
    case 3, 4: return ConditionValue(.call(.lower, [field]))
    case 5: return ConditionValue(.call(.upper, [field]))
    case 6: return ConditionValue(.call(.concat, [field, literal(&random), .field(.path)]))
    case 7:
      let bounds = [Int64](arrayLiteral: random.pick([-2, 0, 1]), random.pick([-1, 2, 9])).map {
        ConditionValue(.literal(.int($0)))
      }
      return ConditionValue(.call(.substring, [field] + bounds.prefix(random.pick([1, 2]))))
    default: return ConditionValue(.call(.removeBytes, [field, literal(&random)]))
    }
  }

  private static func literal(_ random: inout SeededRandom) -> ConditionValue {
    ConditionValue(.literal(.text(ByteText(random.pick(RandomBatch.words)))))
  }

  package static let regexes = [
    "a", "^a", "b$", "a.c", "[A-Z]+", "^$", "(?i)LOGIN", "a(?=b)", "(.)\\1", "x=\\d", "a\nb$", "\\xc3",
  ]
  package static let wildcards = ["*", "a*", "*b", "a*c", "/LOGIN*", "", "*.*", "a\\*"]

  private static func textual(_ random: inout SeededRandom) -> ConditionTest {
    let value = text(&random)
    switch Int.random(in: 0..<7, using: &random) {
    case 0, 1: return ConditionTest(value, .contains, .literal(.text(ByteText(random.pick(RandomBatch.words)))))
    case 2: return ConditionTest(value, random.pick(orders), .literal(.text(ByteText(random.pick(RandomBatch.words)))))
    case 3: return ConditionTest(value, .matches, .literal(.text(ByteText(random.pick(regexes)))))
    case 4:
      return ConditionTest(
        value, random.pick([.wildcard, .strictWildcard]), .literal(.text(ByteText(random.pick(wildcards)))))
    default:
      return ConditionTest(
        value, .isIn,
        .set((0..<Int.random(in: 0...4, using: &random)).map { _ in .text(ByteText(random.pick(RandomBatch.words))) }))
    }
  }
}
