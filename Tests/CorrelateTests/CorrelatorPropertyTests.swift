import Model
import Testing

@testable import Correlate

/// Any mixture of alerts: few addresses and many, all kinds, over a day.
private func mixture(_ seed: UInt64, count: Int) -> [Alert] {
  var random = SplitMix(seed: seed)
  let hosts = ["shop.example", "api.example", nil, "blog.example"]
  return (0..<count).map { index in
    let kind = IncidentKind.allCases.randomElement(using: &random)!
    let minute = Int.random(in: 0..<1_440, using: &random)
    let severity = Severity.allCases.randomElement(using: &random)!
    var alert =
      Bool.random(using: &random)
      ? AlertMaker.single(
        "203.0.\(Int.random(in: 0..<6, using: &random)).\(Int.random(in: 0..<8, using: &random))", kind, minute: minute,
        length: Int.random(in: 0..<90, using: &random), severity: severity,
        confidence: Confidence.allCases.randomElement(using: &random)!, host: hosts.randomElement(using: &random)!,
        succeeded: Int.random(in: 0..<3, using: &random))
      : AlertMaker.swarm(
        Int.random(in: 2..<4_000, using: &random), kind, minute: minute, severity: severity,
        host: hosts.compactMap { $0 }.randomElement(using: &random)!)
    alert.id += "-\(index)"
    return alert
  }
}

@Test("the order of the alerts changes nothing", arguments: 0..<16)
func orderIsNothing(seed: UInt64) {
  let alerts = mixture(seed, count: 60 + Int(seed) * 5)
  let incidents = Correlator().incidents(from: alerts)
  var random = SplitMix(seed: seed &+ 1_000)
  for _ in 0..<3 { #expect(Correlator().incidents(from: alerts.shuffled(using: &random)) == incidents) }
  #expect(Correlator().incidents(from: alerts.reversed()) == incidents)
}

@Test("every alert is in exactly one incident, and every incident covers its alerts", arguments: 0..<20)
func alertsArePartitioned(seed: UInt64) {
  let alerts = mixture(seed, count: 300)
  let folded = Correlator().folded(alerts)
  #expect(folded.flatMap(\.incident.alerts).sorted() == alerts.map(\.id).sorted())
  for (incident, members) in folded {
    #expect(incident.firstSeen == members.map(\.firstSeen).min())
    #expect(incident.lastSeen == members.map(\.lastSeen).max())
    #expect(incident.severity >= members.map(\.severity).max()!)
    #expect(incident.phases == Set(members.map(\.phase)).sorted())
    #expect(incident.events >= members.map(\.events).max()!)
    #expect(!incident.signature.isEmpty)
  }
}

@Test("incidents stand in the order of their urgency", arguments: 0..<10)
func urgencyOrders(seed: UInt64) {
  let incidents = Correlator().incidents(from: mixture(seed, count: 200))
  for (a, b) in zip(incidents, incidents.dropFirst()) {
    #expect((a.priority.rawValue, b.severity.rank) <= (b.priority.rawValue, a.severity.rank))
  }
}

@Test("alerts far apart in time and address never meet", arguments: 0..<10)
func strangersStayStrangers(seed: UInt64) {
  var random = SplitMix(seed: seed)
  let alerts = (0..<40).map { index in
    AlertMaker.single(
      "\(index + 20).\(Int.random(in: 0..<250, using: &random)).3.7", .exploitation, minute: index * 3_000,
      severity: .high)
  }
  #expect(Correlator().incidents(from: alerts).count == 40)
}
