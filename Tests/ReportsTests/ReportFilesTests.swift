import Foundation
import Model
import Testing

@testable import Reports

private func objects(_ text: String) throws -> [[String: Any]] {
  try text.split(separator: "\n").map {
    try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
  }
}

@Test("each alert is an OCSF Detection Finding with every required attribute")
func alertsAreOCSF() throws {
  let findings = try objects(ReportFile.alerts.render(SampleResult.result))
  #expect(findings.count == SampleResult.result.alerts.count)
  for finding in findings {
    #expect(finding["class_uid"] as? Int == 2004)
    #expect(finding["category_uid"] as? Int == 2)
    #expect(finding["type_uid"] as? Int == 200_401)
    #expect(finding["activity_id"] as? Int == 1)
    #expect((1...6).contains(finding["severity_id"] as? Int ?? 0))
    // Epoch milliseconds of May 2026.
    #expect((1_778_000_000_000...1_779_000_000_000).contains(finding["time"] as? Int ?? 0))
    let metadata = try #require(finding["metadata"] as? [String: Any])
    #expect(metadata["version"] is String && metadata["product"] is [String: Any])
    let info = try #require(finding["finding_info"] as? [String: Any])
    #expect(info["uid"] is String && info["title"] is String && info["analytic"] is [String: Any])
    let attacks = try #require(info["attacks"] as? [[String: Any]])
    #expect(attacks.allSatisfy { ($0["technique"] as? [String: Any])?["uid"] is String })
    for evidence in try #require(finding["evidences"] as? [[String: Any]]) {
      #expect(evidence["src_endpoint"] is [String: Any] && evidence["data"] is [String: Any])
    }
    #expect((finding["unmapped"] as? [String: Any])?["weir.query"] is String)
  }
}

@Test("alerts stand in order of time, and each names its incident")
func alertsAreOrdered() throws {
  let findings = try objects(ReportFile.alerts.render(SampleResult.result))
  let times = findings.compactMap { $0["time"] as? Int }
  #expect(times == times.sorted())
  let ids = Set(SampleResult.result.incidents.map(\.id))
  for finding in findings {
    #expect(ids.contains((finding["unmapped"] as? [String: Any])?["weir.incident"] as? String ?? ""))
  }
}

@Test("an incident has the keys that other programs were promised")
func incidentsHaveTheirShape() throws {
  let text = ReportFile.incidents.render(SampleResult.result)
  let incidents = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]])
  let promised: Set = [
    "id", "title", "kind", "severity", "priority", "confidence", "first_seen", "last_seen", "hosts", "events",
    "sources",
    "techniques", "alerts", "narrative", "signature", "mitigations",
  ]
  for incident in incidents {
    #expect(promised.isSubset(of: Set(incident.keys)))
    #expect((incident["first_seen"] as? String)?.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/) != nil)
    let sources = try #require(incident["sources"] as? [String: Any])
    let top = try #require(sources["top"] as? [[String: Any]])
    #expect(sources["count"] is Int && top.allSatisfy { Set($0.keys) == ["ip", "events", "asn", "country"] })
    for sentence in try #require(incident["narrative"] as? [[String: Any]]) {
      #expect(Set(["at", "text", "query"]).isSubset(of: Set(sentence.keys)))
    }
    #expect((incident["mitigations"] as? [Any])?.isEmpty == true)
  }
}

@Test(
  "the verdict answers in one sentence",
  arguments: [
    ([], 100, Verdict.Mood.calm, "Nothing that needs you: no attack stands out from the traffic."),
    ([], 0, .blind, "Nothing could be read: no input was given."),
    ([(.p4, false)], 100, .calm, "Nothing that needs you: scanning of a."),
    ([(.p3, false)], 100, .mild, "Worth a look in this shift: scanning of a."),
    ([(.p2, true)], 100, .serious, "Under attack: scanning of a."),
    ([(.p1, false)], 100, .urgent, "Attacked until 00:01 UTC on 1 January 1970, over since: scanning of a."),
    ([(.p1, true), (.p2, false), (.p4, false)], 100, .urgent, "Under attack: scanning of a, and scanning."),
    (
      [(.p1, true), (.p2, false), (.p2, false)], 100, .urgent,
      "Under attack: scanning of a, scanning, and 1 more incident."
    ),
  ] as [([(Priority, Bool)], Int, Verdict.Mood, String)])
func verdict(incidents: [(Priority, Bool)], events: Int, mood: Verdict.Mood, sentence: String) {
  var traffic = TrafficSummary()
  traffic.events = events
  traffic.lastSeen = 7_200_000_000_000
  let incidents = incidents.map { priority, isOngoing in
    Incident(
      id: "INC", title: "Scanning of a", kind: .scanning, severity: .high, priority: priority, confidence: .high,
      firstSeen: 0, lastSeen: isOngoing ? traffic.lastSeen : 60_000_000_000, hosts: ["a"], events: 100,
      sources: SourceTally(count: 0, top: []), techniques: [], phases: [], alerts: [], narrative: [], signature: "")
  }
  let result = InvestigationResult(
    incidents: incidents, alerts: [], traffic: traffic, intake: IntakeReport(), run: SampleResult.run)
  #expect(Verdict(result).mood == mood)
  #expect(Verdict(result).sentence == sentence)
}

@Test("a result without anything still makes every file, and each says so")
func emptyResult() {
  let result = InvestigationResult(
    incidents: [], alerts: [], traffic: TrafficSummary(), intake: IntakeReport(), run: SampleResult.run)
  #expect(ReportFile.alerts.render(result).isEmpty)
  #expect(ReportFile.incidents.render(result) == "[]\n")
  for file in [ReportFile.page, .markdown] { #expect(file.render(result).contains("Nothing could be read")) }
}

@Test("times at the ends of what 64 bits hold break nothing", arguments: [Int64.min, -1, 0, .max])
func farTimes(time: Int64) {
  var result = SampleResult.result
  for index in result.incidents.indices { result.incidents[index].firstSeen = time }
  result.incidents[0].lastSeen = .max
  result.incidents[1].lastSeen = .min
  result.traffic.firstSeen = time
  result.traffic.lastSeen = .max
  result.traffic.slotSeconds = 29_030_400
  result.traffic.timeline = [TrafficSlot(at: time, events: 3)]
  for file in ReportFiles.all { #expect(!file.render(result).isEmpty) }
  #expect(!TerminalSummary(result).text.isEmpty)
}

@Test("hunt commands quote condition and paths for the shell")
func huntCommands() {
  #expect(
    SampleResult.run.huntCommand("http.host eq \"a\"")
      == #"weir hunt 'http.host eq "a"' logs/access.log 'logs/it'\''s here.log'"#)
}

@Test("techniques have their names once each")
func techniquesAreNamed() {
  #expect(Set(Technique.all.map(\.id)).count == Technique.all.count)
  #expect(Technique.label("T1110.004") == "T1110.004 Credential Stuffing")
  #expect(Technique.label("T9999") == "T9999")
}
