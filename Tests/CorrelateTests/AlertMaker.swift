import Model

/// Alerts with just what a test is about; everything else is ordinary.
enum AlertMaker {
  /// 1 January 2026, 00:00 UTC.
  static let start: Int64 = 1_767_225_600 * 1_000_000_000

  /// Of one address. `minute` and `length` in minutes after `start`.
  static func single(
    _ ip: String, _ kind: IncidentKind = .scanning, minute: Int = 0, length: Int = 5, severity: Severity = .medium,
    confidence: Confidence = .medium, phase: Phase? = nil, host: String? = "shop.example", detection: String? = nil,
    events: Int = 100, succeeded: Int = 0
  ) -> Alert {
    let name = detection ?? kind.rawValue
    return make(
      kind, name: name, key: [KeyPart(field: "ip.src", value: ip)], minute: minute, length: length, severity: severity,
      confidence: confidence, phase: phase, host: host, events: events, succeeded: succeeded,
      sources: SourceTally(count: 1, top: [SourceCount(ip: ip, events: events)]),
      query: "\(name == "payload" ? "payload.verdict eq \"attack\"" : "event.class eq \"http\"") and ip.src eq \(ip)")
  }

  /// Of many addresses, of which the alert names ten.
  static func swarm(
    _ count: Int, _ kind: IncidentKind = .l7Flood, minute: Int = 0, length: Int = 5, severity: Severity = .high,
    host: String = "shop.example", events: Int = 5_000
  ) -> Alert {
    make(
      kind, name: "swarm-" + kind.rawValue, key: [KeyPart(field: "http.host", value: host)], minute: minute,
      length: length, severity: severity, confidence: .high, phase: nil, host: host, events: events, succeeded: 0,
      sources: SourceTally(
        count: count, estimated: true, top: (0..<min(10, count)).map { SourceCount(ip: "198.51.100.\($0)", events: 9) }),
      query: "http.host eq \"\(host)\"")
  }

  static func make(
    _ kind: IncidentKind, name: String, key: [KeyPart], minute: Int, length: Int, severity: Severity,
    confidence: Confidence, phase: Phase?, host: String?, events: Int, succeeded: Int, sources: SourceTally,
    query: String
  ) -> Alert {
    let first = start + Int64(minute) * 60_000_000_000
    let last = first + Int64(length) * 60_000_000_000
    let evidence = Evidence(
      time: first, input: "access.log", line: 1, source: sources.top.first?.ip ?? "", host: host, method: "GET",
      uri: "/login", status: 404, userAgent: nil, note: nil, raw: "GET /login")
    return Alert(
      id: "\(name)-\(key.map(\.value).joined(separator: "+"))-\(minute)", detection: name, title: name, kind: kind,
      severity: severity, confidence: confidence, phase: phase ?? usualPhase(kind), techniques: ["T1595"], key: key,
      firstSeen: first, lastSeen: last, raisedAt: first, events: events, sources: sources,
      hosts: host.map { [$0] } ?? [], targets: ["/login"], classes: [], succeeded: succeeded, query: query,
      reason: "many", evidence: [evidence])
  }

  private static func usualPhase(_ kind: IncidentKind) -> Phase {
    switch kind {
    case .scanning, .portScan: .reconnaissance
    case .credentialStuffing: .access
    case .accountTakeover: .takeover
    case .exploitation: .exploitation
    case .l7Flood, .l3l4Flood, .amplification: .disruption
    default: .abuse
    }
  }
}

/// A small generator with a fixed course. Source: Steele, Lea and Flood 2014 (SplitMix64).
struct SplitMix: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
    return z ^ z >> 31
  }
}
