import Conditions
import Model
import Testing

@testable import Detect

@Suite("What sets a flood apart")
struct SeparationTests {
  private struct Kind: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// The condition that must be found.
    let condition: String
    /// Changes of an ordinary request.
    let change: [EventField: String]
  }

  private static let kinds = [
    Kind(testDescription: "path", condition: "http.request.uri.path eq \"/search\"", change: [.path: "/search"]),
    Kind(
      testDescription: "parameter", condition: "http.request.uri.query matches r\"(^|&)_=\"",
      change: [.query: "q=1&_=9"]),
    Kind(testDescription: "no referer", condition: "not http.referer ne \"\"", change: [.referer: ""]),
    Kind(
      testDescription: "agent", condition: "http.user_agent eq \"Bad \\\"one\\\"\"", change: [.userAgent: "Bad \"one\""]
    ),
    Kind(testDescription: "no agent", condition: "not http.user_agent ne \"\"", change: [.userAgent: ""]),
    Kind(testDescription: "method", condition: "http.request.method eq \"POST\"", change: [.method: "POST"]),
    Kind(
      testDescription: "fingerprint", condition: "cf.bot_management.ja4 eq \"t13d_x\"", change: [.ja4: "t13d_x"]),
    Kind(testDescription: "network", condition: "ip.src.asnum eq 64500", change: [.sourceASN: "64500"]),
  ]

  @Test("each single difference is found, and only what bears it matches", arguments: kinds)
  private func singles(kind: Kind) throws {
    let batch = Self.batch(rows: 400, change: kind.change)
    let rows = (0..<400).map { TraitRow(batch, $0) }
    // One in five requests during the flood is an ordinary one.
    let flood = (200..<400).filter { $0 % 5 > 0 }.map { rows[$0] } + (0..<50).map { rows[$0] }
    let found = try #require(Separation(flood: flood, before: Array(rows[50..<200])))
    let terms = found.demands.compactMap { $0.traits[0].term(batch, 201) }
    #expect(terms.contains(kind.condition))
    let set = try ConditionSet([Condition(parsing: terms.joined(separator: " and "))])
    let scratch = set.makeScratch()
    set.evaluate(batch, scratch)
    var matched: Set<Int> = []
    scratch.matches(0).forEach { matched.insert($0) }
    #expect(matched == Set(200..<400))
    #expect(matched == Set((0..<400).filter { found.matches(batch, $0) }))
    #expect(matched == Set((0..<400).filter { found.matches(rows[$0]) }))
  }

  @Test("traffic that is like what was before is not separated from it") func alike() {
    let batch = Self.batch(rows: 400, change: [:])
    let rows = (0..<400).map { TraitRow(batch, $0) }
    #expect(Separation(flood: Array(rows[200...]), before: Array(rows[..<200])) == nil)
    #expect(Separation(flood: [], before: rows) == nil)
    #expect(Separation(flood: rows, before: []) == nil)
  }

  /// Ordinary requests; those from the middle on with the change.
  private static func batch(rows: Int, change: [EventField: String]) -> EventBatch {
    let batch = EventBatch(capacity: rows + 1)
    batch.reset()
    for row in 0..<rows {
      var event: [EventField: String] = [
        .path: "/page\(row % 30)", .query: "q=\(row % 9)", .referer: "https://shop.example/",
        .method: row == 60 ? "PUT" : "GET",
        .userAgent: "Reader/\(row % 7)", .ja4: "t13d_\(row % 5)", .sourceASN: "\(64_496 + row % 3)",
      ]
      if row >= rows / 2 { event.merge(change) { $1 } }
      for (field, text) in event where !text.isEmpty {
        batch.touch(field)
        if case .int = field.spec.type {
          batch.set(field, row, Int64(text)!)
        } else {
          batch.set(field, row, batch.arena.append(text.utf8))
        }
      }
      batch.commitRow(.absent)
    }
    return batch
  }

  @Test("a flood names those who take part, not the readers beside them") func sources() throws {
    let detection = try #require(DetectionFilesTests.all.first { $0.id == "flood-distributed" })
    let detector = try Detector([detection])
    var events = ExampleEvents()
    for step in 0..<1_500 { Self.reader(step, at: Int64(step) * 400_000_000, into: &events) }
    for step in 0..<4_000 {
      let time = 600_000_000_000 + Int64(step) * 5_000_000
      if step % 10 == 0 { Self.reader(step, at: time, into: &events) }
      Self.add(
        [
          (.ipSource, "198.51.\(step % 250).\(step % 20)"), (.host, "shop.example"), (.method, "GET"),
          (.uri, "/search?q=\(step)&_=\(step * 7)"), (.userAgent, "Reader/\(step % 7)"), (.status, "503"),
        ], at: time, to: &events)
    }
    let alert = try #require(ExampleRun.alerts(detector, events).first)
    #expect(!alert.sources.top.isEmpty)
    #expect(alert.sources.top.allSatisfy { $0.ip.hasPrefix("198.51.") })
    #expect(alert.sources.count == 500)
    #expect(alert.query.contains("http.request.uri.path eq \"/search\""))
    #expect(alert.evidence.allSatisfy { $0.source.hasPrefix("198.51.") })
  }

  private struct Campaign: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let attempts: Int
    /// What the attack's n-th log-in has of its own.
    let own: @Sendable (Int) -> [(EventField, String)]
    let condition: String
  }

  private static let campaigns = [
    Campaign(
      testDescription: "one protocol version", attempts: 600, own: { _ in [(.version, "HTTP/1.1")] },
      condition: "http.request.version eq \"HTTP/1.1\""),
    Campaign(
      testDescription: "three names in turn", attempts: 600, own: { [(.userAgent, "Old/\($0 % 3)")] },
      condition: "http.user_agent in {"),
    Campaign(
      testDescription: "over before enough is kept to be sure at once", attempts: 130,
      own: { _ in [(.version, "HTTP/1.1")] }, condition: "http.request.version eq \"HTTP/1.1\""),
  ]

  @Test("stuffing names who shares what log-ins that work do not have", arguments: campaigns)
  private func stuffing(campaign: Campaign) throws {
    let detection = try #require(DetectionFilesTests.all.first { $0.id == "credential-stuffing-of-host" })
    let detector = try Detector([detection])
    var events = ExampleEvents()
    for step in 0..<30 { Self.logIn(step, works: step % 4 != 0, at: Int64(step) * 80_000_000_000, into: &events) }
    for step in 0..<campaign.attempts {
      let time = 2_400_000_000_000 + Int64(step) * 1_000_000_000
      if step % 10 == 0 { Self.logIn(step, works: step % 40 != 0, at: time, into: &events) }
      let ordinary: [(EventField, String)] = [
        (.ipSource, "198.51.\(step % 250).7"), (.host, "shop.example"), (.service, "web"), (.method, "POST"),
        (.uri, "/login"), (.status, "401"), (.version, "HTTP/2.0"), (.userAgent, "Reader/\(step % 7)"),
      ]
      let own = campaign.own(step)
      Self.add(
        ordinary.filter { part in !own.contains { $0.0 == part.0 } } + own, at: time + 500_000_000, to: &events)
    }
    let alert = try #require(ExampleRun.alerts(detector, events).first)
    #expect(alert.query.contains(campaign.condition))
    #expect(!alert.sources.top.isEmpty)
    #expect(alert.sources.top.allSatisfy { $0.ip.hasPrefix("198.51.") })
    #expect(alert.evidence.allSatisfy { $0.source.hasPrefix("198.51.") })
    // Those before the suspicion are reckoned, not counted.
    #expect((campaign.attempts * 9 / 10...campaign.attempts * 11 / 10).contains(alert.events))
  }

  @Test("guesses that look like the log-ins that work are told whole") func stuffingAlike() throws {
    let detection = try #require(DetectionFilesTests.all.first { $0.id == "credential-stuffing-of-host" })
    var events = ExampleEvents()
    for step in 0..<800 {
      Self.logIn(step, works: step % 8 == 0, at: Int64(step) * 1_000_000_000, into: &events)
    }
    let alert = try #require(ExampleRun.alerts(Detector([detection]), events).first)
    #expect(!alert.query.contains("http.user_agent"))
    #expect(alert.events > 600)
  }

  private static func logIn(_ step: Int, works: Bool, at time: Int64, into events: inout ExampleEvents) {
    add(
      [
        (.ipSource, "192.0.2.\(step % 200)"), (.host, "shop.example"), (.service, "web"), (.method, "POST"),
        (.uri, "/login"), (.status, works ? "302" : "401"), (.version, "HTTP/2.0"), (.userAgent, "Reader/\(step % 7)"),
      ], at: time, to: &events)
  }

  private static func reader(_ step: Int, at time: Int64, into events: inout ExampleEvents) {
    add(
      [
        (.ipSource, "192.0.2.\(step % 200)"), (.host, "shop.example"), (.method, "GET"),
        (.uri, "/page\(step % 30)"), (.referer, "https://shop.example/"), (.userAgent, "Reader/\(step % 7)"),
        (.status, "200"),
      ], at: time, to: &events)
  }

  private static func add(_ fields: [(EventField, String)], at time: Int64, to events: inout ExampleEvents) {
    events.events.append(
      ExampleEvents.Event(time: ExampleEvents.start + time, fields: fields.map { (field: $0.0, text: $0.1) }))
  }
}
