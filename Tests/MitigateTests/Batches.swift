import Model

/// The same numbers for the same seed, so that a failure can be had again.
struct SeededRandom: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    return byteMixed(state)
  }

  private func byteMixed(_ value: UInt64) -> UInt64 { hashMix(value, 0xbf58_476d_1ce4_e5b9) }
  mutating func pick<T>(_ list: [T]) -> T { list.randomElement(using: &self)! }
  mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }
}

/// Batches whose values are few, hostile ones among them.
enum Batches {
  private static let texts: [(EventField, [String])] = [
    (.method, ["GET", "POST", "", "G\u{0}T"]),
    (.host, ["www.example.org", "api.example.org", "a\"b\n"]),
    (.path, ["/", "/a", "/a/", "/a/b/c.php", "//x", "/shop/item.html", "/é/\u{1b}[31m", "no-slash", ""]),
    (.query, ["", "q=1", "q=2&page=3", "q*=1", "a&b=1", "x=\\", "=1", "q=1&q=2&q=3", "page=3&q=2"]),
    (.userAgent, ["", "curl/8.1", "Mozilla/5.0 (X11)", "sqlmap", "\"; drop"]),
    (.referer, ["", "https://www.example.org/"]), (.cookie, ["", "a=b"]),
    (.ja4, ["t13d1516h2_8daaf6152771_b186095e22b6", ""]), (.sourceCountry, ["DE", "NL"]),
  ]

  static func random(rows: Int, _ random: inout SeededRandom) -> EventBatch {
    let batch = EventBatch(capacity: 16)
    for (field, _) in texts { batch.touch(field) }
    for field in [EventField.status, .botScore, .wafScore, .requestBytes, .sourceASN, .time, .ipSource] {
      batch.touch(field)
    }
    for row in 0..<rows {
      for (field, values) in texts where random.chance(85) {
        batch.set(field, row, batch.arena.append(random.pick(values).utf8))
      }
      if random.chance(90) { batch.set(.status, row, random.pick([200, 404, 503, -1, .max])) }
      if random.chance(90) { batch.set(.botScore, row, random.pick([0, 1, 2, 29, 30, 99, 100, -5])) }
      if random.chance(90) { batch.set(.wafScore, row, random.pick([1, 20, 21, 50, 51, 80, 81, 99])) }
      if random.chance(90) { batch.set(.requestBytes, row, random.pick([0, 63, 64, 255, 256, 1_000_000, .max, -1])) }
      if random.chance(90) { batch.set(.sourceASN, row, random.pick([64_500, 64_501])) }
      batch.set(.time, row, Int64(row) * 1_000_000_000)
      if random.chance(95) {
        batch.addresses[row] = IPAddress(
          random.pick(["192.0.2.1", "192.0.2.77", "198.51.100.4", "2001:db8::7", "2001:db8:0:9::7"]))!
      }
      batch.commitRow(LinePlace(slice: batch.arena.append("line".utf8), source: 0, number: row + 1))
    }
    return batch
  }
}
