import Model
import Testing

@testable import Correlate

/// One hour of traffic in minutes, with an attack between two of them.
private struct Story {
  let traffic: TrafficSummary
  let folded: [(incident: Incident, alerts: [Alert])]

  init(_ alerts: [Alert], minutes: Int = 60) {
    var traffic = TrafficSummary()
    traffic.slotSeconds = 60
    traffic.timeline = (0..<minutes).map { TrafficSlot(at: AlertMaker.start + Int64($0) * 60_000_000_000, events: 100) }
    traffic.events = minutes * 100
    traffic.firstSeen = AlertMaker.start
    traffic.lastSeen = AlertMaker.start + Int64(minutes) * 60_000_000_000 - 1
    self.traffic = traffic
    folded = Correlator().folded(alerts)
  }

  /// Every query is given this many events in each minute.
  func told(_ perMinute: [Int: Int]) -> Incident {
    let teller = Storyteller(traffic: traffic)
    var tally = QueryTally()
    for (minute, events) in perMinute {
      for index in 0..<events {
        let time = AlertMaker.start + Int64(minute) * 60_000_000_000 + Int64(index)
        tally.add(at: time, weight: 1, slot: traffic.slotIndex(of: time), slotCount: traffic.slotCount)
      }
    }
    let queries = teller.queries(for: folded)
    let tallies = Dictionary(
      uniqueKeysWithValues: queries.map { ($0, $0.contains("security.action") ? QueryTally() : tally) })
    return teller.told(folded[0].incident, alerts: folded[0].alerts, tallies: tallies)
  }
}

@Test("a story has three to eight sentences in order of time, each with its query and number")
func storyHasOrder() {
  let alerts = [
    AlertMaker.single("203.0.113.7", .scanning, minute: 5),
    AlertMaker.single("203.0.113.7", .credentialStuffing, minute: 9),
    AlertMaker.single("203.0.113.7", .exploitation, minute: 12, severity: .high, detection: "payload"),
    AlertMaker.single("203.0.113.7", .accountTakeover, minute: 14, severity: .high),
  ]
  let incident = Story(alerts).told([5: 20, 6: 90, 7: 40, 20: 3])
  #expect((3...8).contains(incident.narrative.count))
  #expect(incident.narrative.map(\.at) == incident.narrative.map(\.at).sorted())
  #expect(incident.narrative.allSatisfy { !$0.query.isEmpty && $0.count > 0 })
  #expect(incident.events == 153)
  #expect(incident.timeline[6] == 90)
  #expect(
    incident.narrative[0].text
      == "The first of 153 requests from 203.0.113.7 reached shop.example at 00:05:00 UTC on 1 January 2026.")
}

@Test("the peak is the heaviest slot and its query selects that slot only")
func peak() {
  let incident = Story([.single("203.0.113.7")]).told([5: 20, 6: 90, 7: 40, 20: 3])
  let peak = incident.narrative.first { $0.text.hasPrefix("It was heaviest") }
  #expect(peak?.count == 90)
  #expect(
    peak?.text
      == "It was heaviest in the 60 seconds from 00:06:00 UTC with 90 requests, when everything else together made 10.")
  #expect(
    peak?.query
      == "event.class eq \"http\" and ip.src eq 203.0.113.7 and event.time ge \"2026-01-01T00:06:00Z\" and event.time lt \"2026-01-01T00:07:00Z\""
  )
}

@Test("the end is told when the log goes on without it, else that it was still going on")
func ends() {
  let ended = Story([.single("203.0.113.7")]).told([5: 20, 6: 90, 7: 40, 20: 3]).narrative.last
  #expect(
    ended?.text
      == "The last 3 came until 00:20:00 UTC, 15 minutes after the first; the log goes on for 40 minutes without another."
  )
  #expect(ended?.count == 3)
  let ongoing = Story([.single("203.0.113.7")]).told([5: 20, 58: 90, 59: 40]).narrative.last
  #expect(ongoing?.text == "It was still going on when the log ends: 40 more came in its last 59 seconds.")
}

@Test("a log that holds nothing but the attack does not tell its end")
func excerpt() {
  let ending = Story([.single("203.0.113.7")], minutes: 6).told([5: 20]).narrative.last
  #expect(ending?.text == "The log ends with it, so that its end is not known.")
  #expect(ending?.count == 20)
}

@Test("alerts at both ends of time are folded and told without a trap")
func farApart() {
  var alerts = (0..<4).map { _ in AlertMaker.single("203.0.113.7", .scanning) }
  for (index, time) in [Int64.min, -1, 0, .max].enumerated() {
    alerts[index].id = "\(index)"
    (alerts[index].firstSeen, alerts[index].lastSeen) = (time, .max)
  }
  #expect(Correlator().incidents(from: alerts).count == 1)
  let story = Story(alerts)
  var tally = QueryTally()
  for time in [Int64.min, 0, .max] { tally.add(at: time, weight: 9, slot: 0, slotCount: 2) }
  let tallies = Dictionary(
    uniqueKeysWithValues: Storyteller(traffic: story.traffic).queries(for: story.folded).map { ($0, tally) })
  let told = Storyteller(traffic: story.traffic)
    .told(story.folded[0].incident, alerts: story.folded[0].alerts, tallies: tallies)
  #expect(told.events == 27)
}

@Test("a sentence whose condition nobody counted is left out, and no number is invented")
func uncounted() {
  let story = Story([.single("203.0.113.7")])
  let incident = Storyteller(traffic: story.traffic)
    .told(story.folded[0].incident, alerts: story.folded[0].alerts, tallies: [:])
  #expect(incident.narrative.isEmpty)
}

@Test("every query that a story uses was asked for", arguments: [1, 3, 40])
func queriesAreComplete(minutes: Int) {
  let alerts = [AlertMaker.single("203.0.113.7", .exploitation, detection: "payload"), AlertMaker.swarm(900)]
  let story = Story(alerts)
  let teller = Storyteller(traffic: story.traffic)
  let asked = Set(teller.queries(for: story.folded))
  #expect(asked.count == teller.queries(for: story.folded).count)
  for (incident, alerts) in story.folded {
    #expect(asked.contains(incident.signature))
    for template in teller.sentences(of: incident, alerts: alerts) { #expect(asked.contains(template.query)) }
  }
}

extension Alert {
  fileprivate static func single(_ ip: String) -> Alert { AlertMaker.single(ip, .scanning, minute: 5) }
}
