import Model
import Testing

@testable import Correlate

private func fold(_ alerts: [Alert]) -> [Incident] { Correlator().incidents(from: alerts) }

@Test("one address that probes, injects and then logs in is one incident with its phases in order")
func oneIntruder() {
  let incidents = fold([
    .single("203.0.113.7", .accountTakeover, minute: 40, severity: .high, succeeded: 1),
    .single("203.0.113.7", .scanning, minute: 0),
    .single("203.0.113.7", .exploitation, minute: 20, severity: .high, detection: "payload"),
  ])
  #expect(incidents.count == 1)
  #expect(incidents[0].phases == [.reconnaissance, .exploitation, .takeover])
  #expect(incidents[0].kind == .accountTakeover)
  #expect(incidents[0].severity == .critical)
  #expect(incidents[0].priority == .p1)
  #expect(incidents[0].title == "Account takeover on shop.example from 203.0.113.7")
  #expect(incidents[0].alerts.count == 3)
}

@Test("two unrelated attackers at the same time are two incidents, even as neighbours in a private network")
func twoAttackers() {
  #expect(fold([.single("203.0.113.7", .scanning), .single("198.51.100.9", .scanning)]).count == 2)
  #expect(fold([.single("203.0.113.7", .scanning), .single("203.0.113.9", .exploitation)]).count == 2)
  #expect(fold([.single("127.0.0.5", .scanning), .single("127.0.0.6", .scanning)]).count == 2)
}

@Test("neighbours in a public network that do the very same are one")
func neighbours() {
  #expect(fold([.single("203.0.113.7", .scanning), .single("203.0.113.9", .scanning)]).count == 1)
  #expect(fold([.single("2001:db8:1:2::7", .scanning), .single("2001:db8:1:ffff::9", .scanning)]).count == 1)
  #expect(fold([.single("2001:db8:1::7", .scanning), .single("2001:db8:2::9", .scanning)]).count == 2)
}

@Test("a distributed flood is one incident and takes in the single flooders, not the intruder beside it")
func distributedFlood() {
  let flooders = (0..<3).map { Alert.single("203.\($0).113.7", .l7Flood, minute: 2, severity: .high) }
  let intruder = Alert.single(
    "192.0.2.66", .exploitation, minute: 2, severity: .high, detection: "payload", succeeded: 3)
  let incidents = fold([.swarm(2_000)] + flooders + [intruder])
  #expect(incidents.count == 2)
  let flood = incidents.first { $0.kind == .l7Flood }
  #expect(flood?.alerts.count == 4)
  #expect(flood?.sources.estimated == true)
  #expect(flood?.title == "Request flood of shop.example from about 2,000 addresses")
}

@Test("floods on two hosts, and two floods a day apart, stay apart")
func floodsApart() {
  #expect(fold([.swarm(500), .swarm(500, host: "api.example")]).count == 2)
  #expect(fold([.swarm(500), .swarm(500, minute: 1_440)]).count == 2)
  #expect(fold([.swarm(500), .swarm(500, minute: 30)]).count == 1)
}

@Test("hundreds of background scanners become one incident that lists them; a handful stays as they are")
func backgroundHum() {
  let scanners = (0..<300).map {
    Alert.single("203.\($0 / 250).\($0 % 250).7", .scanning, minute: $0 * 3, severity: .low)
  }
  let incidents = fold(scanners)
  #expect(incidents.count == 1)
  #expect(incidents[0].title == "Background scanning of shop.example from 300 addresses")
  #expect(incidents[0].sources.count == 300)
  #expect(incidents[0].sources.top.count == SourceMerge.kept)
  #expect(incidents[0].priority == .p4)
  #expect(fold(Array(scanners.prefix(3))).count == 3)
}

@Test("one who got through does not disappear in the background hum")
func intruderAmongScanners() {
  let scanners = (0..<50).map { Alert.single("203.0.\($0).7", .scanning, minute: $0, severity: .low) }
  let intruder = Alert.single(
    "192.0.2.66", .exploitation, minute: 5, severity: .medium, detection: "payload", succeeded: 2)
  let incidents = fold(scanners + [intruder])
  #expect(incidents.count == 2)
  #expect(incidents[0].kind == .exploitation)
}

@Test("stray payloads from everywhere are one incident that can wait, even where the server answered 2xx")
func strays() {
  let strays = (0..<30).map {
    Alert.single("203.0.\($0).7", .exploitation, minute: $0 * 90, severity: .high, events: 2, succeeded: 1)
  }
  let incidents = fold(strays)
  #expect(incidents.count == 1)
  #expect(incidents[0].title == "Stray exploit attempts on shop.example from 30 addresses")
  #expect(incidents[0].priority == .p3)
}

@Test("several addresses that try exploits at the same time are one campaign, and a full intrusion beside it is not")
func exploitCampaign() {
  let members = (0..<10).map {
    Alert.single("203.0.\($0).7", .exploitation, minute: $0 * 7, severity: .high, succeeded: $0 % 3)
  }
  let intruder = ["a", "b", "c", "d", "e"].map {
    Alert.single("192.0.2.66", .exploitation, minute: 9, severity: .high, detection: $0)
  }
  let incidents = fold(members + intruder)
  #expect(incidents.map(\.sources.count).sorted() == [1, 10])
}

@Test("a password attack by dozens of single addresses is one campaign")
func campaign() {
  let guessers = (0..<40).map { Alert.single("203.0.\($0).7", .credentialStuffing, minute: $0 / 4, severity: .high) }
  let incidents = fold(guessers)
  #expect(incidents.count == 1)
  #expect(incidents[0].title == "Credential stuffing on shop.example from 40 addresses")
}

@Test("a thin hum over many hosts is one incident")
func humOverHosts() {
  let scanners = (0..<60).map {
    Alert.single("203.0.\($0).7", .scanning, minute: $0, severity: .low, host: "h\($0 % 30).example")
  }
  #expect(fold(scanners).count == 1)
}

@Test("the same address after a longer pause than the gap is a new incident")
func pause() {
  #expect(fold([.single("203.0.113.7"), .single("203.0.113.7", minute: 364)]).count == 1)
  #expect(fold([.single("203.0.113.7"), .single("203.0.113.7", minute: 366)]).count == 2)
  #expect(fold([.swarm(99), .swarm(99, minute: 64)]).count == 1)
  #expect(fold([.swarm(99), .swarm(99, minute: 66)]).count == 2)
}

@Test("an incident keeps its id when it grows, and no two share one")
func idsAreStable() {
  let first = Alert.single("203.0.113.7")
  let later = Alert.single("203.0.113.7", .exploitation, minute: 10, severity: .high, detection: "payload")
  #expect(fold([first])[0].id == fold([first, later])[0].id)
  let many = (0..<500).map { Alert.single("203.0.\($0 % 250).\($0)", .accountTakeover, severity: .high, succeeded: 1) }
  #expect(Set(fold(many).map(\.id)).count == fold(many).count)
}

@Test("sources of different detections are not counted twice")
func sourcesAreMerged() {
  let incident = fold([
    .single("203.0.113.7", .scanning, events: 100), .single("203.0.113.7", .exploitation, events: 40),
    .single("203.0.113.7", .scanning, minute: 10, events: 30),
  ])[0]
  #expect(incident.sources == SourceTally(count: 1, top: [SourceCount(ip: "203.0.113.7", events: 130)]))
  #expect(incident.events == 130)
}

@Test(
  "priority follows severity, confidence and success",
  arguments: [
    (Severity.critical, Confidence.high, 0, Priority.p1), (.critical, .low, 0, .p2), (.high, .medium, 0, .p2),
    (.high, .medium, 5, .p2), (.high, .high, 5, .p1), (.high, .low, 0, .p3), (.medium, .high, 0, .p3),
    (.medium, .medium, 1, .p3), (.medium, .high, 1, .p2),
    (.low, .high, 0, .p4), (.informational, .high, 0, .p4),
  ])
func priorities(severity: Severity, confidence: Confidence, succeeded: Int, priority: Priority) {
  let alert = Alert.single(
    "203.0.113.7", .exploitation, severity: severity, confidence: confidence, detection: "payload", succeeded: succeeded
  )
  #expect(fold([alert])[0].priority == priority)
}

@Test("no alerts, no incidents")
func nothing() {
  #expect(fold([]).isEmpty)
}

extension Alert {
  fileprivate static func single(
    _ ip: String, _ kind: IncidentKind = .scanning, minute: Int = 0, severity: Severity = .medium,
    confidence: Confidence = .medium, host: String = "shop.example", detection: String? = nil, events: Int = 100,
    succeeded: Int = 0
  ) -> Alert {
    AlertMaker.single(
      ip, kind, minute: minute, severity: severity, confidence: confidence, host: host, detection: detection,
      events: events, succeeded: succeeded)
  }

  fileprivate static func swarm(_ count: Int, minute: Int = 0, host: String = "shop.example") -> Alert {
    AlertMaker.swarm(count, minute: minute, host: host)
  }
}

@Test("waves of one host by different addresses are one incident each, whatever their spans overlap")
func waves() {
  let alerts = (0..<4).flatMap { wave in
    (0..<8).map { member in
      AlertMaker.single(
        "203.\(wave).\(member).7", .exploitation, minute: wave * 45 + member / 4, length: 25 + member * 3,
        severity: .high, succeeded: 1)
    }
  }
  #expect(fold(alerts).map(\.sources.count) == [8, 8, 8, 8])
}

@Test("addresses that relieve each other without a pause are one campaign")
func relay() {
  let alerts = (0..<12).map {
    AlertMaker.single("203.0.\($0).7", .exploitation, minute: $0 * 9, length: 9, severity: .high, succeeded: 1)
  }
  #expect(fold(alerts).map(\.sources.count) == [12])
}

@Test("attackers with long stories are one campaign when the stories are the same, else each is told alone")
func alikeStories() {
  func story(_ ip: String, _ detections: String) -> [Alert] {
    detections.map { .single(ip, .exploitation, severity: .high, detection: String($0), succeeded: 1) }
  }
  #expect(fold((0..<6).flatMap { story("203.0.\($0).7", "abcdef") }).count == 1)
  #expect(fold((0..<6).flatMap { story("203.0.\($0).7", ["abcdef", "ghijkl", "mnopqr"][$0 % 3]) }).count == 6)
}

@Test("a log that names the host and one that does not tell of one attack")
func unnamedHost() {
  let alerts = (0..<8).map {
    AlertMaker.single(
      "203.0.\($0).7", .exploitation, minute: $0, severity: .high, host: $0 % 2 == 0 ? "shop.example" : nil)
  }
  #expect(fold(alerts).map(\.hosts) == [["shop.example"]])
  let other = AlertMaker.single("192.0.2.9", .scanning, host: "api.example")
  #expect(fold(alerts + [other]).count == 9)
}

@Test("a long host loses its front rather than pushing the addresses out of the title")
func longTitle() {
  let host = String(repeating: "a-very-long-label.", count: 5) + "shop.example"
  let title = fold([.single("203.0.113.7", .exploitation, severity: .high, host: host)])[0].title
  #expect(title.count <= 64)
  #expect(title.hasSuffix("shop.example from 203.0.113.7"))
}
