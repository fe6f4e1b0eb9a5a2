import Model
import Testing

@testable import Intake

@Suite("times as servers spell them") struct TimeParserTests {
  static func parse(_ text: String, _ spelling: TimeSpelling = .auto, _ parser: TimeParser = TimeParser()) -> String? {
    var parser = parser
    return Array(text.utf8).withUnsafeBufferPointer { parser.parse($0, as: spelling) }.map(UTCTime.rfc3339)
  }

  @Test(
    "each spelling gives the same instant",
    arguments: [
      "10/Oct/2025:13:55:36 +0000", "10/Oct/2025:15:55:36 +0200", "10/Oct/2025:13:55:36", "2025-10-10T13:55:36Z",
      "2025-10-10 13:55:36", "2025/10/10 13:55:36", "2025-10-10T08:25:36-05:30", "2025-10-10T13:55:36+00",
      "2025-10-10 13:55:36 UTC",
      "Oct 10 13:55:36 2025", "Oct 10 2025 13:55:36", "Fri Oct 10 13:55:36 2025", "Fri, 10 Oct 2025 13:55:36 GMT",
      "10 Oct 2025 13:55:36", "10-Oct-2025 13:55:36 +0000", "1760104536", "1760104536000", "1760104536000000",
      "1760104536000000000", "1760104536.000",
    ])
  func instant(_ text: String) {
    #expect(Self.parse(text) == "2025-10-10T13:55:36Z")
  }

  @Test("fractions of any length are kept to the nanosecond")
  func fractions() {
    #expect(Self.parse("2025-10-10T13:55:36.123456789Z") == "2025-10-10T13:55:36.123456789Z")
    #expect(Self.parse("2025-10-10 13:55:36,5") == "2025-10-10T13:55:36.5Z")
    #expect(Self.parse("10/Oct/2025:13:55:36.127 +0000") == "2025-10-10T13:55:36.127Z")
    #expect(Self.parse("Thu Oct 16 12:24:49.880562 2025") == "2025-10-16T12:24:49.880562Z")
    #expect(Self.parse("1760104536123", .epoch) == "2025-10-10T13:55:36.123Z")
  }

  @Test(
    "what is no moment is refused",
    arguments: [
      "", "-", "30/Feb/2025:13:55:36 +0000", "31/Apr/2025:13:55:36 +0000", "10/Oct/2025:25:55:36 +0000",
      "10/Foo/2025:13:55:36 +0000", "2025-13-01T00:00:00Z", "2025-10-10T13:55:36Zx", "99999999999999999999999",
      "Oct 10",
      "2025-10-10T13:55", "10/Oct/2025:13:55:3", "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
    ])
  func refused(_ text: String) {
    for spelling in TimeSpelling.allCases { #expect(Self.parse(text, spelling) == nil) }
  }

  @Test("29 February exists in leap years only")
  func leap() {
    #expect(Self.parse("29/Feb/2024:00:00:00 +0000") != nil)
    #expect(Self.parse("29/Feb/2023:00:00:00 +0000") == nil)
    #expect(Self.parse("29/Feb/2100:00:00:00 +0000") == nil)
  }

  @Test("a time without a year falls into the last year that the file's own date allows")
  func years() {
    let march = TimeParser(latest: 1_740_787_200)  // 1 March 2025
    #expect(Self.parse("Feb 28 10:00:00", .syslog, march) == "2025-02-28T10:00:00Z")
    #expect(Self.parse("Mar  1 23:00:00", .syslog, march) == "2025-03-01T23:00:00Z")
    #expect(Self.parse("Dec 31 23:59:59", .syslog, march) == "2024-12-31T23:59:59Z")
    #expect(Self.parse("Feb 29 10:00:00", .syslog, march) == "2024-02-29T10:00:00Z")
    #expect(
      Self.parse("Dec 31 23:59:59", .syslog, TimeParser(latest: 1_740_787_200, defaultYear: 2019))
        == "2019-12-31T23:59:59Z")
  }

  @Test("a zone that was given counts where none is written")
  func zones() {
    #expect(
      Self.parse("2025-10-10 13:55:36", .iso, TimeParser(zone: ClockZone(offset: 7200))) == "2025-10-10T11:55:36Z")
    #expect(
      Self.parse("2025-10-10 13:55:36Z", .iso, TimeParser(zone: ClockZone(offset: 7200))) == "2025-10-10T13:55:36Z")
  }

  @Test("a zone with summer time counts as its clocks stood, the doubled hour as its first")
  func summerTime() throws {
    let berlin = TimeParser(zone: try #require(ClockZone("Europe/Berlin")))
    for (local, utc) in [
      ("2026-01-10 13:00:00", "2026-01-10T12:00:00Z"), ("2026-07-10 13:00:00", "2026-07-10T11:00:00Z"),
      ("2026-03-29 01:59:59", "2026-03-29T00:59:59Z"), ("2026-03-29 03:00:00", "2026-03-29T01:00:00Z"),
      ("2026-10-25 02:30:00", "2026-10-25T00:30:00Z"), ("2026-10-25 03:00:00", "2026-10-25T02:00:00Z"),
    ] { #expect(Self.parse(local, .iso, berlin) == utc) }
    #expect(Self.parse("2026-07-10 13:00:00Z", .iso, berlin) == "2026-07-10T13:00:00Z")
  }

  @Test("a zone is named as the database names it, or by its offset; what could mean two zones means none")
  func zoneNames() {
    #expect(ClockZone("utc") == .utc && ClockZone("+02:00") == ClockZone(offset: 7200))
    #expect(
      ClockZone("-0530") == ClockZone(offset: -19_800) && ClockZone("europe/berlin") == ClockZone("Europe/Berlin"))
    for name in ["", "Berlin", "IST", "CST", "+25:00", "+02:60", "Europe/Nowhere", "2"] {
      #expect(ClockZone(name) == nil, "\(name)")
    }
  }

  @Test("remembering the last second changes no answer")
  func remembered() {
    var parser = TimeParser()
    var generator = Mutation(seed: 3)
    for _ in 0..<2000 {
      let second = Int.random(in: 0...3, using: &generator)
      let text =
        Bool.random(using: &generator)
        ? "10/Oct/2025:13:55:3\(second) +0\(second)00" : "2025-10-10T13:55:3\(second).\(second)Z"
      let known = Array(text.utf8).withUnsafeBufferPointer { parser.parse($0, as: .auto) }
      #expect(known.map(UTCTime.rfc3339) == Self.parse(text))
    }
  }
}
