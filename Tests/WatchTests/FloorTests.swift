import Conditions
import Foundation
import Model
import Records
import Testing

@testable import Watch

@Suite("Watch floor", .serialized)
struct FloorTests {
  @Test("an attack that arrives in pieces becomes one alert and one incident, durable and told to listeners")
  func live() throws {
    let folder = FloorFolder()
    let floor = try folder.floor()
    let heard = Heard()
    let number = floor.bell.listen { heard.add($0) }
    try feed(floor, attackLog())
    floor.settle()
    let view = try #require(floor.view(of: "acme"))
    #expect(view.incidents.count == 1)
    #expect(view.incidents.first?.sources.top.map(\.ip) == ["203.0.113.9"])
    #expect(view.counts.events == 500 && view.traffic.events == 500)
    #expect(heard.kinds.contains("alert") && heard.kinds.contains("incident"))
    #expect(floor.view(of: "other")?.incidents.isEmpty == true)
    floor.bell.ignore(number)
    floor.stop()
    #expect(try folder.facts("alert.raised").count == view.alerts.count)
    #expect(try folder.facts("incident.opened").count == 1)
    #expect(try Journal.verify(folder: folder.path).fault == nil)
  }

  @Test("an incident's story has exact numbers, counted over what is kept")
  func story() throws {
    let folder = FloorFolder()
    let floor = try folder.floor()
    try feed(floor, attackLog())
    floor.settle()
    let id = try #require(floor.view(of: "acme")?.incidents.first?.id)
    let stories = Stories(floor)
    let incident = try #require(try stories.incident(id, of: "acme"))
    #expect(incident.events == 200 && !incident.narrative.isEmpty)
    #expect(try stories.incident(id, of: "other") == nil)
    floor.stop()
  }

  @Test("a restart repeats no alert and keeps the incident's name, and it goes on growing")
  func restart() throws {
    let folder = FloorFolder()
    let lines = attackLog()
    var id = ""
    do {
      let floor = try folder.floor()
      try feed(floor, Array(lines[..<350]))
      floor.stop()
      id = try #require(floor.view(of: "acme")?.incidents.first?.id)
    }
    let before = try folder.facts("alert.raised").count
    let floor = try folder.floor()
    #expect(floor.view(of: "acme")?.incidents.map(\.id) == [id])
    try feed(floor, Array(lines[350...]))
    floor.stop()
    let incidents = try #require(floor.view(of: "acme")?.incidents)
    #expect(incidents.map(\.id) == [id] && incidents[0].events >= 190)
    #expect(try folder.facts("alert.raised").count == before)
    #expect(try folder.facts("incident.opened").count == 1)
  }

  @Test("what was acknowledged and not looked at before a kill is looked at after it")
  func killedBeforeDetection() throws {
    let folder = FloorFolder()
    do {
      let floor = try folder.floor()
      try feed(floor, Array(attackLog()[..<50]))
      floor.stop()
    }
    do {
      // As a receiver would have left it when killed: kept, and nothing more.
      let spool = try Spool(data: folder.path)
      _ = try spool.append(customer: "acme", stream: "push", lines: Array(attackLog()[50...].joined().utf8))
      // Not even the checkpoint is what it was.
      try Data("{broken".utf8).write(to: URL(filePath: folder.path + "/checkpoint.json"))
    }
    let floor = try folder.floor()
    #expect(floor.view(of: "acme")?.incidents.count == 1)
    #expect(floor.remarks.contains { $0.contains("looked again at") })
    floor.stop()
    #expect(try folder.facts("alert.raised").count == floor.view(of: "acme")?.alerts.count)
    let again = try folder.floor()
    again.stop()
    #expect(try folder.facts("alert.raised").count == floor.view(of: "acme")?.alerts.count)
  }

  @Test("a second attack hours later is an alert of its own under another name")
  func later() throws {
    let folder = FloorFolder()
    let floor = try folder.floor()
    try feed(floor, attackLog())
    try feed(floor, attackLog(at: 40_000))
    floor.stop()
    let alerts = try #require(floor.view(of: "acme")?.alerts)
    #expect(Set(alerts.values.map(\.firstSeen)).count >= 2)
    #expect(floor.view(of: "acme")?.incidents.count == 2)
  }

  @Test("an alert that somebody expects is written down and marked, opens no incident, and does once nobody does")
  func exempt() throws {
    let folder = FloorFolder()
    let floor = try folder.floor()
    func settings(until: String) throws -> FloorSettings {
      var settings = floor.settings
      let end = try #require(ISO8601DateFormatter().date(from: until)).timeIntervalSince1970
      settings.exemptions = [
        Exemption(
          Suppression(kind: .allowed, name: "scanner", owner: "Ann", reason: "test", until: Int64(end) * 1_000_000_000),
          condition: try Condition(parsing: "ip.src eq 203.0.113.9"), customers: ["acme"])
      ]
      return settings
    }
    try floor.reload(settings(until: "2026-05-14T10:04:00Z"), floor.assembly)
    let lines = attackLog()
    try feed(floor, Array(lines[..<300]))
    try feed(floor, Array(lines[..<300]), customer: "other")
    floor.settle()
    let view = try #require(floor.view(of: "acme"))
    #expect(!view.alerts.isEmpty && view.alerts.values.allSatisfy { $0.suppression?.owner == "Ann" })
    #expect(view.incidents.isEmpty && view.counts.alertsSuppressed == view.alerts.count)
    #expect(floor.view(of: "other")?.incidents.count == 1)
    #expect(
      try folder.facts("alert.raised").filter { $0.body.contains("\"owner\":\"Ann\"") }.count == view.alerts.count)
    // From 10:04 on nobody expects it any more.
    try feed(floor, Array(lines[300...]))
    floor.settle()
    #expect(floor.view(of: "acme")?.incidents.count == 1)
    floor.stop()
    #expect(try folder.facts("floor.reloaded").first?.body.contains("scanner") == true)
  }

  @Test("a reload keeps windows and alerts, takes up customers and content, and refuses what is wrong as a whole")
  func reload() throws {
    let folder = FloorFolder()
    let floor = try folder.floor()
    let lines = attackLog()
    // Not yet enough for an alert: what follows the reload must count on.
    try feed(floor, Array(lines[..<108]))
    floor.settle()
    let content = folder.path + "-content"
    defer { try? FileManager.default.removeItem(atPath: content) }
    try FileManager.default.createDirectory(atPath: content + "/detections", withIntermediateDirectories: true)
    func write(_ text: String) throws {
      try Data(text.utf8).write(to: URL(filePath: content + "/detections/zz-own.yaml"))
    }
    var settings = floor.settings
    settings.customers.append("third")
    var configuration = Configuration()
    configuration.overlays = [content]
    try write("id: own\nkind: none\n")
    #expect(throws: ContentError.self) { try floor.reload(settings, Assembly(configuration)) }
    #expect(floor.customerNames == ["acme", "other"])
    let example = "{what: x, event: {http.request.uri: /x}}"
    try write(
      """
      {id: own, title: t, description: d, kind: other, level: low, confidence: low, phase: abuse, tags: [attack.t1499],
       falsepositives: [none], runbook: r, condition: 'http.request.uri.path eq "/news/3"', key: [ip.src],
       window: {kind: each}, fires: [\(example)], quiet: [\(example)]}
      """)
    try floor.reload(settings, Assembly(configuration))
    #expect(floor.reloads.applied == 1)
    let rest = Array(lines[108..<116])
    try feed(floor, rest)
    try feed(floor, rest, customer: "third")
    floor.settle()
    let alerts = try #require(floor.view(of: "acme")?.alerts.values)
    #expect(alerts.contains { $0.detection == "own" })
    let third = try #require(floor.view(of: "third")?.alerts.values)
    // Only who saw the first attempts as well has enough of them.
    #expect(alerts.contains { $0.detection.hasPrefix("http-login") })
    #expect(!third.contains { $0.detection.hasPrefix("http-login") })
    floor.stop()
  }

  @Test("two floors on one folder: the second is refused") func twice() throws {
    let folder = FloorFolder()
    let floor = try folder.floor()
    #expect(throws: WorldError.self) { try folder.floor() }
    floor.stop()
  }

  @Test("recorded logs are played in the order of time at a pace, and stop when told") func replay() throws {
    let folder = FloorFolder()
    let floor = try folder.floor()
    let log = NSTemporaryDirectory() + "weir-replay-\(UUID().uuidString).log"
    try Data(attackLog().joined().utf8).write(to: URL(filePath: log))
    defer { try? FileManager.default.removeItem(atPath: log) }
    @Sendable func keep(_ stream: String, _ lines: [UInt8]) throws {
      try floor.accept(customer: "acme", stream: stream, lines: lines)
    }
    let begun = ContinuousClock.now
    try Replay([log], speed: 600, floor.assembly, keep: keep).run()
    #expect(ContinuousClock.now - begun > .milliseconds(250))
    floor.settle()
    #expect(floor.view(of: "acme")?.counts.events == 500)
    #expect(floor.view(of: "acme")?.incidents.count == 1)
    floor.stop()
  }
}

/// What a listener heard.
private final class Heard: @unchecked Sendable {
  private let lock = NSLock()
  private var rings: [Bell.Ring] = []
  func add(_ ring: Bell.Ring) { lock.withLock { rings.append(ring) } }
  var kinds: Set<String> { lock.withLock { Set(rings.map(\.kind)) } }
}
