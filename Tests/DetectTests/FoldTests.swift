import Conditions
import Model
import Testing

@testable import Detect

@Suite("Observing and folding")
struct FoldTests {
  private static let detections = DetectionFilesTests.all

  /// What the detections fire on and what not, at once; the long examples are left to their own tests.
  private static let everything: ExampleEvents = {
    var events = ExampleEvents()
    for example in detections.flatMap({ $0.fires + $0.quiet }) where example.steps.reduce(0, { $0 + $1.repeat }) <= 150
    {
      events.append(example)
    }
    return events
  }()

  @Test("alerts and traffic are the same for any cut into batches") func cuts() throws {
    let detector = try Detector(Self.detections)
    var results: [(alerts: [Alert], traffic: TrafficSummary)] = []
    for size in [4_000, 173, 64] {
      let worker = detector.worker(), state = detector.state()
      for batch in Self.everything.batches(of: size) { state.fold(worker.observe(batch), batch) }
      results.append(state.finish())
    }
    #expect(!results[0].alerts.isEmpty)
    for other in results.dropFirst() {
      #expect(results[0].alerts == other.alerts)
      #expect(results[0].traffic == other.traffic)
    }
  }

  @Test("giving memory back changes no alert; where it is bounded, keys go and the bound holds") func sweeps() throws {
    func run(_ settings: DetectSettings) throws -> (alerts: [Alert], evicted: Int) {
      let detector = try Detector(Self.detections, settings: settings)
      let worker = detector.worker(), state = detector.state()
      for batch in Self.everything.batches(of: 512) { state.fold(worker.observe(batch), batch) }
      return (state.finish().alerts, state.statistics.reduce(0) { $0 + $1.evicted })
    }
    let usual = try run(DetectSettings())
    var often = DetectSettings()
    often.sweepEvery = 5
    let swept = try run(often)
    #expect(swept.alerts == usual.alerts && swept.evicted == usual.evicted)
    often.windowBytesPerDetection = 1
    #expect(try run(often).evicted > usual.evicted)
    often.windowBytesPerDetection = DetectSettings().windowBytesPerDetection
    often.suspectBytesPerDetection = 0
    #expect(try run(often).alerts.count < usual.alerts.count)
  }

  @Test("two workers that take turns give what one gives") func workers() throws {
    let detector = try Detector(Self.detections)
    let one = detector.worker(), two = detector.worker()
    let state = detector.state(), other = detector.state()
    for batch in Self.everything.batches(of: 256) {
      state.fold(one.observe(batch), batch)
      other.fold((batch.sequence % 2 == 0 ? one : two).observe(batch), batch)
    }
    #expect(state.finish().alerts == other.finish().alerts)
  }

  @Test("an alert's query selects exactly the events it counted", arguments: detections.map(\.id))
  func queries(id: String) throws {
    let detection = try #require(Self.detections.first { $0.id == id })
    let detector = try Detector([detection])
    for example in detection.fires {
      let events = ExampleEvents(example)
      for alert in ExampleRun.alerts(detector, events) {
        let set = try ConditionSet([try Condition(parsing: alert.query)])
        let scratch = set.makeScratch()
        var count = 0
        for batch in events.batches(of: 512) {
          set.evaluate(batch, scratch)
          count += scratch.matches(0).count
        }
        #expect(count == alert.events, "\(alert.query)")
      }
    }
  }

  @Test("a key that keeps on is one alert, after a long silence another") func episodes() throws {
    let detection = try #require(Self.detections.first { $0.id == "login-failures-by-address" })
    let detector = try Detector([detection])
    var events = ExampleEvents()
    let example = detection.fires[0]
    events.append(example)
    events.append(example, start: ExampleEvents.start + 60_000_000_000)
    events.append(example, start: ExampleEvents.start + 7_200_000_000_000)
    let alerts = ExampleRun.alerts(detector, events)
    #expect(alerts.map(\.events) == [14, 7])
    #expect(Set(alerts.map(\.id)).count == 2)
  }

  @Test(
    "memory stays bounded under a million addresses, at one instant too, and the attacker among them is found",
    arguments: [1, 0])
  func bounded(pace: Int64) throws {
    let detection = try #require(Self.detections.first { $0.id == "login-failures-by-address" })
    var settings = DetectSettings()
    settings.keyScale = 0.1
    let detector = try Detector([detection], settings: settings)
    let worker = detector.worker(), state = detector.state()
    let batch = EventBatch(capacity: 4_097)
    for number in 0..<100 {
      batch.reset()
      for field in [EventField.time, .authOutcome] { batch.touch(field) }
      for row in 0..<4_096 {
        batch.set(.time, row, pace * (Int64(number) * 4_096_000_000 + Int64(row) * 1_000_000))
        batch.set(.authOutcome, row, Int64(0))
        let stranger = IPAddress(v4: 0x0a00_0000 &+ UInt32(number * 4_096 + row))
        batch.addresses[row] = row % 512 == 0 ? IPAddress(v4: 0xcb00_7107) : stranger
        batch.commitRow(.absent)
      }
      state.fold(worker.observe(batch), batch)
    }
    #expect(state.finish().alerts.map { $0.key.first?.value } == ["203.0.113.7"])
    #expect(state.statistics[0].keys <= 2_048)
    #expect(state.statistics[0].evicted > 0)
  }
}
