import Model
import Testing

@testable import Watch

private func alert(
  _ id: String, _ span: ClosedRange<Int64>, _ source: String = "192.0.2.1", events: Int = 10,
  severity: Severity = .medium
) -> Alert {
  Alert(
    id: id, detection: "guessing", title: "t", kind: .credentialStuffing, severity: severity, confidence: .high,
    phase: .access, techniques: [], key: [KeyPart(field: "ip.src", value: source)],
    firstSeen: span.lowerBound * 1_000_000_000, lastSeen: span.upperBound * 1_000_000_000,
    raisedAt: span.upperBound * 1_000_000_000, events: events,
    sources: SourceTally(count: 1, top: [SourceCount(ip: source, events: events)]), hosts: ["a.example"], targets: [],
    classes: [], succeeded: 0, query: "ip.src eq \(source)", reason: "", evidence: [])
}

@Suite("Ledgers")
struct LedgerTests {
  @Test("an alert that grows is the same one under its first name, and is told again when it has doubled")
  func grows() {
    var ledger = AlertLedger()
    #expect(ledger.take(alert("x", 0...10)).change == .raised)
    #expect(ledger.take(alert("y", 0...12, events: 15)).change == .grown)
    let (kept, change) = ledger.take(alert("z", 1...20, events: 20))
    #expect(change == .changed && kept.id == "x" && kept.events == 20)
    #expect(ledger.take(alert("z", 1...21, events: 21, severity: .high)).change == .changed)
    #expect(ledger.take(alert("w", 0...10, "192.0.2.2")).change == .raised)
    #expect(ledger.take(alert("v", 100...110)).change == .raised)
    #expect(ledger.alerts.keys.sorted() == ["v", "w", "x"])
  }

  @Test("an alert that turned out to be less than it seemed is shown as it is") func shrinks() {
    var ledger = AlertLedger()
    _ = ledger.take(alert("x", 0...100, events: 500))
    let kept = ledger.take(alert("y", 40...100, events: 300)).alert
    #expect(kept.id == "x" && kept.events == 300 && kept.firstSeen == 40_000_000_000)
  }

  @Test("what the journal knew stands until as much was seen again") func restored() {
    var ledger = AlertLedger()
    ledger.restore(alert("x", 0...100, events: 500))
    let early = ledger.take(alert("y", 50...110, events: 300))
    #expect(early.change == .grown && early.alert.events == 500 && early.alert.lastSeen == 110_000_000_000)
    let late = ledger.take(alert("y", 50...200, events: 1_200))
    #expect(late.change == .changed && late.alert.id == "x" && late.alert.firstSeen == 0)
  }

  @Test("alerts that are two days old are forgotten, and there is a bound on their number") func bounded() {
    var ledger = AlertLedger()
    _ = ledger.take(alert("old", 0...10))
    for number in 0..<(AlertLedger.limit + 5) {
      _ = ledger.take(alert("a\(number)", 200_000...(200_001 + Int64(number)), "n\(number)"))
    }
    #expect(ledger.alerts.count <= AlertLedger.limit)
    ledger.forgetOld()
    #expect(ledger.alerts["old"] == nil && ledger.alerts["a\(AlertLedger.limit)"] != nil)
  }

  @Test("an incident keeps its name when an earlier alert joins it, and says when it went into another")
  func names() throws {
    var ledger = IncidentLedger()
    let first = ledger.fold([alert("b", 1_000...1_010)])
    #expect(first.map(\.change) == [.opened])
    let id = try #require(ledger.incidents.first?.id)
    let second = ledger.fold([alert("a", 900...910), alert("b", 1_000...1_010)])
    #expect(second.map(\.change) == [.changed] && ledger.incidents.map(\.id) == [id])
    #expect(ledger.fold([alert("a", 900...910), alert("b", 1_000...1_010)]).isEmpty)
    // What comes between two attacks of one address, too far apart to belong together, makes them one.
    var days = IncidentLedger()
    let apart = [alert("c", 0...10), alert("d", 30_000...30_010)]
    #expect(days.fold(apart).map(\.change) == [.opened, .opened])
    let changes = days.fold(apart + [alert("e", 15_000...15_010)]).map(\.change)
    let heir = try #require(days.incidents.first?.id)
    #expect(days.incidents.count == 1 && changes == [.changed, .merged(into: heir)])
  }
}
