import Correlate
import Model

@testable import Reports

/// The sample traffic as a finished investigation: alerts as the detectors would raise them, folded, recounted, told.
enum SampleResult {
  static let result: InvestigationResult = {
    let traffic = SampleTraffic()
    let alerts = Self.alerts(of: traffic)
    let summary = traffic.summary
    let folded = Correlator().folded(alerts)
    let teller = Storyteller(traffic: summary)
    let tallies = Dictionary(
      uniqueKeysWithValues: teller.queries(for: folded).map { ($0, SampleCount(traffic, summary).tally($0)) })
    return InvestigationResult(
      incidents: folded.map { teller.told($0.incident, alerts: $0.alerts, tallies: tallies) }, alerts: alerts,
      traffic: summary, intake: intake(events: summary.events), run: run)
  }()

  static let run = RunFacts(
    version: "0.1.0", commandLine: ["weir", "investigate", "logs/access.log", "--out", "report"],
    paths: ["logs/access.log", "logs/it's here.log"], startedAt: 1_778_767_500_000_000_000, elapsedSeconds: 0.84,
    cpuSeconds: 1.52, threads: 2, peakBytes: 96_400_000,
    settings: [
      RunFacts.Setting(name: "gap between alerts of one incident", value: "1 hour"),
      RunFacts.Setting(name: "paranoia", value: "1"),
    ], caveats: ["No country or network is known: no MMDB file was given."])

  static func intake(events: Int) -> IntakeReport {
    var report = IntakeReport()
    var log = InputReport(path: "logs/access.log")
    log.formats = [
      NamedCount(name: "nginx combined", count: events - 120), NamedCount(name: "nginx vhost combined", count: 120),
    ]
    log.compression = "gzip"
    (log.bytesRead, log.bytes, log.lines, log.events, log.rejected) = (812_000, 5_904_331, events + 5, events, 5)
    log.reasons = [
      RejectionCount(
        reason: "no known format fits", count: 4,
        samples: Hostile.all.prefix(3).enumerated().map { RejectedLine(line: 100 + $0.offset, text: $0.element) }),
      RejectionCount(
        reason: "no time", count: 1, samples: [RejectedLine(line: 9_001, text: "- - - [] \"GET / HTTP/1.1\" 200 1")]),
    ]
    log.remarks = ["The clock runs backwards in 12 places, by 3 seconds at most."]
    var broken = InputReport(path: "logs/it's here.log")
    broken.compression = "gzip"
    broken.failure = "the gzip stream ends early after 0 bytes; the rest is missing"
    report.inputs = [log, broken]
    return report
  }

  private static func alerts(of traffic: SampleTraffic) -> [Alert] {
    let intruder = [KeyPart(field: "ip.src", value: SampleTraffic.intruder)]
    let from = "ip.src eq \(SampleTraffic.intruder)"
    var alerts = [
      SampleAlert(
        "stuffing", "Many accounts tried on the log-in", .credentialStuffing, .high, .high, .access, "T1110.004",
        traffic.of(.stuffer), [KeyPart(field: "http.request.uri.path", value: "/login")],
        "http.request.uri.path eq \"/login\" and http.response.code eq 401", targets: ["/login"],
        reason: "1,204 addresses failed to log in 5,840 times within 28 minutes; usual are 3 in that time"),
      SampleAlert(
        "probing", "Sensitive files probed", .scanning, .medium, .high, .reconnaissance, "T1595.003", traffic.of(.scan),
        intruder, "http.response.code in {403 404} and \(from)",
        targets: ["/.env", "/wp-config.php.bak", Hostile.path, "/.git/config", "/phpmyadmin/"],
        reason: "412 distinct paths answered 404 within 7 minutes; 20 are enough"),
      SampleAlert(
        "payload", "Attack payloads", .exploitation, .high, .high, .exploitation, "T1190", traffic.of(.inject),
        intruder,
        "payload.verdict eq \"attack\" and \(from)", targets: ["/search", "/product"], classes: ["sqli", "lfi"],
        succeeded: 24, reason: "212 requests carry SQL injection or path traversal; 24 were answered 2xx"),
      SampleAlert(
        "success-after-failures", "Log-in worked after a row of failures", .accountTakeover, .critical, .medium,
        .takeover, "T1110.001", traffic.of(.enter), intruder, "http.request.uri.path eq \"/admin/login\" and \(from)",
        targets: ["/admin/login"], succeeded: 4, reason: "61 failures, then an answer 302 to /admin"),
      SampleAlert(
        "flood", "Requests far above the usual", .l7Flood, .high, .high, .disruption, "T1499.002", traffic.of(.flood),
        [KeyPart(field: "http.host", value: "shop.example")],
        "http.request.uri.path eq \"/search\" and http.user_agent eq \"\"", targets: ["/search"], succeeded: 6_100,
        reason: "520 requests in 30 s where 45 are usual, from 2,300 addresses with few requests each"),
    ]
    for index in 0..<37 {
      let ip = "100.24.\(index).9"
      alerts.append(
        SampleAlert(
          "sensitive-files", "Sensitive files asked for", .scanning, .low, .medium, .reconnaissance, "T1595.003",
          traffic.of(.hum, ip: ip), [KeyPart(field: "ip.src", value: ip)],
          "http.request.uri.path contains \"/.\" and ip.src eq \(ip)", targets: ["/.env", "/.git/HEAD"],
          reason: "11 requests for files that should not be public"))
    }
    return alerts.map(\.alert)
  }
}

/// An alert built of the events it stands for.
private struct SampleAlert {
  let alert: Alert

  init(
    _ detection: String, _ title: String, _ kind: IncidentKind, _ severity: Severity, _ confidence: Confidence,
    _ phase: Phase, _ technique: String, _ events: [SampleTraffic.Event], _ key: [KeyPart], _ query: String,
    targets: [String], classes: [String] = [], succeeded: Int = 0, reason: String
  ) {
    let evidence = events.prefix(3).enumerated().map { index, event in
      let uri = kind == .exploitation ? Hostile.path : targets[index % targets.count]
      return Evidence(
        time: event.time, input: "logs/access.log", line: 1_000 + index * 17 + detection.utf8.count * 100,
        source: event.ip, host: "shop.example",
        method: phase == .access ? "POST" : "GET", uri: uri, status: event.status, userAgent: Hostile.agent,
        note: classes.isEmpty ? nil : "SQL injection in parameter q, decoded once",
        raw:
          "\(event.ip) - - [14/May/2026:12:20:01 +0000] \"GET \(uri) HTTP/1.1\" \(event.status) 512 \"-\" \"\(Hostile.agent)\""
      )
    }
    alert = Alert(
      id: "\(detection)-\(key[0].value)", detection: detection, title: title, kind: kind, severity: severity,
      confidence: confidence, phase: phase, techniques: [technique], key: key, firstSeen: events[0].time,
      lastSeen: events[events.count - 1].time, raisedAt: events[min(20, events.count - 1)].time, events: events.count,
      sources: SampleTraffic.tally(events), hosts: ["shop.example"], targets: targets, classes: classes,
      succeeded: succeeded, query: query, reason: reason, evidence: evidence)
  }
}

/// A stand-in for the recount: knows which condition of the sample means whose events.
private struct SampleCount {
  let traffic: SampleTraffic
  let summary: TrafficSummary

  init(_ traffic: SampleTraffic, _ summary: TrafficSummary) {
    self.traffic = traffic
    self.summary = summary
  }

  func tally(_ query: String) -> QueryTally {
    let marks: [(String, SampleTraffic.Doer)] = [
      ("/login\" and http.response.code eq 401", .stuffer), ("http.response.code in {403 404}", .scan),
      ("payload.verdict", .inject), ("/admin/login", .enter), ("http.user_agent eq \"\"", .flood),
      ("contains \"/.\"", .hum),
    ]
    let doers = marks.filter { query.contains($0.0) }.map(\.1)
    var tally = QueryTally()
    if query.contains("security.action") { return tally }
    for event in traffic.events where doers.contains(event.doer) {
      if query.contains("code lt 300"), !(200..<300).contains(event.status) { continue }
      if query.contains("code ge 500"), event.status < 500 { continue }
      tally.add(at: event.time, weight: 1, slot: summary.slotIndex(of: event.time), slotCount: summary.slotCount)
    }
    return tally
  }
}
