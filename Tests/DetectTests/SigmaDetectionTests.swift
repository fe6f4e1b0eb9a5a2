import Conditions
import Model
import Testing

@testable import Detect

@Suite("Sigma correlations as detections")
struct SigmaDetectionTests {
  private func correlation(
    _ kind: SigmaCorrelation.Kind, _ conditions: [String], atLeast number: Double, values: [EventField] = []
  ) throws -> SigmaCorrelation {
    SigmaCorrelation(
      id: "c", title: "A correlation", name: nil, kind: kind,
      steps: try conditions.map { .rule(name: $0, condition: try Condition(parsing: $0)) },
      groupBy: [.init(name: "src_ip", fields: conditions.map { _ in .ipSource })], timespan: 60_000_000_000,
      bounds: kind == .temporal || kind == .temporalOrdered ? [] : [.init(.greaterOrEqual, number)],
      valueFields: values.flatMap { value in conditions.map { _ in value } }, percentile: 50, severity: .high,
      techniques: ["T1110.001"], description: "", falsePositives: [], file: nil, place: SourcePlace())
  }

  /// Events of one address, one a second, each with a path and a status.
  private func events(_ steps: [(path: String, status: Int)]) -> ExampleEvents {
    var events = ExampleEvents()
    for (number, step) in steps.enumerated() {
      events.events.append(
        .init(
          time: ExampleEvents.start + Int64(number) * 1_000_000_000,
          fields: [
            (.ipSource, "203.0.113.7"), (.path, step.path), (.status, String(step.status)),
            (.duration, String(step.status)),
          ]))
    }
    return events
  }

  private func fires(_ correlation: SigmaCorrelation, _ steps: [(path: String, status: Int)]) throws -> Bool {
    !ExampleRun.alerts(try Detector([try Detection(correlation: correlation)]), events(steps)).isEmpty
  }

  @Test("event_count counts the events of all its rules") func count() throws {
    let rules = ["http.response.code eq 401", "http.response.code eq 403"]
    let correlation = try correlation(.eventCount, rules, atLeast: 4)
    #expect(try fires(correlation, [("/", 401), ("/", 403), ("/", 401), ("/", 403)]))
    #expect(try !fires(correlation, [("/", 401), ("/", 403), ("/", 401), ("/", 200)]))
  }

  @Test("value_count counts distinct values") func values() throws {
    let correlation = try correlation(.valueCount, ["http.response.code eq 404"], atLeast: 3, values: [.path])
    #expect(try fires(correlation, [("/a", 404), ("/b", 404), ("/c", 404)]))
    #expect(try !fires(correlation, [("/a", 404), ("/b", 404), ("/a", 404), ("/b", 404)]))
  }

  @Test("temporal wants every rule, temporal_ordered in their order") func temporal() throws {
    let rules = ["http.request.uri.path eq \"/a\"", "http.request.uri.path eq \"/b\""]
    let any = try correlation(.temporal, rules, atLeast: 0)
    let ordered = try correlation(.temporalOrdered, rules, atLeast: 0)
    let forwards = [("/a", 200)] + Array(repeating: ("/x", 200), count: 20) + [("/b", 200)]
    #expect(try fires(any, forwards))
    #expect(try fires(any, forwards.reversed()))
    #expect(try fires(ordered, forwards))
    #expect(try !fires(ordered, forwards.reversed()))
    #expect(try !fires(any, [("/a", 200), ("/a", 200)]))
  }

  @Test("value_sum, value_avg and value_percentile judge numbers") func numbers() throws {
    let steps = (0..<10).map { _ in ("/", 100) }
    for (kind, reached, missed) in [
      (SigmaCorrelation.Kind.valueSum, 1_000.0, 1_100.0), (.valueAverage, 100, 101), (.valuePercentile, 90, 120),
    ] {
      #expect(
        try fires(try correlation(kind, ["http.response.code ge 1"], atLeast: reached, values: [.duration]), steps))
      #expect(
        try !fires(try correlation(kind, ["http.response.code ge 1"], atLeast: missed, values: [.duration]), steps))
    }
  }

  @Test("a count within bounds fires when the lower one is reached; bounds that leave no number are refused")
  func bounds() throws {
    var correlation = try correlation(.eventCount, ["http.response.code eq 404"], atLeast: 3)
    correlation.bounds += [.init(.less, 5), .init(.notEqual, 7)]
    #expect(try fires(correlation, [("/", 404), ("/", 404), ("/", 404)]))
    #expect(try !fires(correlation, [("/", 404), ("/", 404)]))
    for bound in [SigmaCorrelation.Bound(.less, 3), .init(.lessOrEqual, 2), .init(.notEqual, 3)] {
      correlation.bounds = [.init(.greaterOrEqual, 3), bound]
      #expect(throws: ContentError.self) { try Detection(correlation: correlation) }
    }
  }

  @Test(
    "upper bounds alone are judged when the span is over",
    arguments: [
      (SigmaCorrelation.Kind.eventCount, [SigmaCorrelation.Bound(.less, 3)], [true, false]),
      (.eventCount, [.init(.lessOrEqual, 2)], [true, false]), (.eventCount, [.init(.notEqual, 2)], [false, true]),
      (.valueCount, [.init(.less, 3)], [true, false]),
      (.valueSum, [.init(.greater, 800), .init(.less, 1_000)], [true, false]),
      (.valueAverage, [.init(.notEqual, 404)], [false, false]),
    ])
  func upperBounds(kind: SigmaCorrelation.Kind, bounds: [SigmaCorrelation.Bound], fire: [Bool]) throws {
    let values: [EventField] = kind == .eventCount ? [] : kind == .valueCount ? [.path] : [.duration]
    var correlation = try correlation(kind, ["http.response.code eq 404"], atLeast: 0, values: values)
    correlation.bounds = bounds
    let after = Array(repeating: ("/", 200), count: 70)
    let two = [("/a", 404), ("/b", 404)]
    #expect(try fires(correlation, two + after) == fire[0])
    #expect(try fires(correlation, two + [("/c", 404)] + after) == fire[1])
    // The log ends before the span does: nobody knows.
    #expect(try !fires(correlation, two))
  }

  @Test("a correlation is a step of another: many failures, then a success") func nested() throws {
    let inner = try correlation(.eventCount, ["http.response.code eq 401"], atLeast: 4)
    var outer = try correlation(
      .temporalOrdered, ["http.response.code eq 302", "http.response.code eq 302"], atLeast: 0)
    outer.id = "outer"
    outer.steps[0] = .correlation(1)
    let detections = try Detections.sigma([], [outer, inner])
    #expect(detections.map(\.id) == ["sigma-c", "sigma-outer"] && detections.map(\.isSilent) == [true, false])
    let detector = try Detector(detections)
    func alerts(_ steps: [(path: String, status: Int)], batch: Int) -> [String] {
      ExampleRun.alerts(detector, events(steps), batchSize: batch).map(\.detection)
    }
    let failures = Array(repeating: ("/login", 401), count: 4)
    for batch in [1, 3, 512] {
      #expect(alerts(failures + [("/login", 302)], batch: batch) == ["sigma-outer"])
      #expect(alerts(failures.dropLast() + [("/login", 302)], batch: batch) == [])
      #expect(alerts([("/login", 302)] + Array(repeating: ("/", 200), count: 20) + failures, batch: batch) == [])
    }
    // Where the outer one says so, both alert.
    outer.generates = true
    let both = try Detector(Detections.sigma([], [outer, inner]))
    #expect(Set(ExampleRun.alerts(both, events(failures + [("/login", 302)])).map(\.detection)).count == 2)
  }

  @Test("aliases name one group in other fields for each rule") func aliases() throws {
    let rules = ["http.response.code eq 1", "http.response.code eq 2"]
    for kind in [SigmaCorrelation.Kind.temporal, .eventCount] {
      var correlation = try correlation(kind, rules, atLeast: 2)
      correlation.groupBy = [.init(name: "who", fields: [.account, .host])]
      func run(_ host: String) throws -> [Alert] {
        var events = ExampleEvents()
        for (number, fields) in [
          [(EventField.account, "amy"), (.host, "x"), (.status, "1")],
          [(.account, "other"), (.host, host), (.status, "2")],
        ].enumerated() {
          events.events.append(
            .init(
              time: ExampleEvents.start + Int64(number) * 1_000_000_000, fields: fields + [(.ipSource, "192.0.2.1")]))
        }
        return ExampleRun.alerts(try Detector([try Detection(correlation: correlation)]), events)
      }
      let alert = try #require(try run("amy").first)
      #expect(alert.key.map(\.value) == ["amy"] && alert.events == 2)
      #expect(alert.query.contains("auth.account eq \"amy\"") && alert.query.contains("http.host eq \"amy\""))
      #expect(try Condition(parsing: alert.query).fields.contains(.host))
      #expect(try run("eve").isEmpty)
    }
  }

  @Test("a counted field may be another one for each rule", arguments: [("a", false), ("b", true)])
  func countedAliases(second: String, fires: Bool) throws {
    var correlation = try correlation(
      .valueCount, ["http.response.code eq 1", "http.response.code eq 2"], atLeast: 2, values: [.account])
    correlation.valueFields = [.account, .host]
    var events = ExampleEvents()
    for (number, fields) in [
      [(EventField.account, "a"), (.host, "x"), (.status, "1")], [(.account, "z"), (.host, second), (.status, "2")],
    ].enumerated() {
      events.events.append(
        .init(time: ExampleEvents.start + Int64(number) * 1_000_000_000, fields: fields + [(.ipSource, "192.0.2.1")]))
    }
    let detector = try Detector([try Detection(correlation: correlation)])
    #expect(ExampleRun.alerts(detector, events).isEmpty != fires)
    correlation.valueFields = [.account, .status]
    #expect(throws: ContentError.self) { try Detection(correlation: correlation) }
  }

  @Test("firings of a correlation are counted, once a span") func countedFirings() throws {
    let inner = try correlation(.eventCount, ["http.response.code eq 401"], atLeast: 3)
    var outer = try correlation(.eventCount, ["http.response.code eq 999"], atLeast: 2)
    outer.id = "outer"
    outer.timespan = 600_000_000_000
    outer.steps = [.correlation(1)]
    let detector = try Detector(Detections.sigma([], [outer, inner]))
    let burst = Array(repeating: ("/", 401), count: 5), quiet = Array(repeating: ("/", 200), count: 90)
    #expect(ExampleRun.alerts(detector, events(burst)).isEmpty)
    #expect(ExampleRun.alerts(detector, events(burst + quiet + burst)).map(\.detection) == ["sigma-outer"])
  }

  @Test("what windows cannot count is refused with the place") func refused() throws {
    var correlation = try correlation(.eventCount, ["http.response.code eq 404"], atLeast: 3)
    correlation.bounds = [.init(.greaterOrEqual, 3), .init(.less, 3)]
    correlation.place = SourcePlace(line: 7, column: 3)
    #expect { try Detection(correlation: correlation) } throws: { error in
      (error as? ContentError)?.problems.first?.line == 7
    }
  }
}
