import Conditions
import Model
import Testing

@testable import Targets

/// What engines do beyond single verdicts; run one after the other, as each starts servers.
@Suite(.serialized) struct EngineTests {
  /// Requests or packets of one client, all alike.
  private func alike(_ count: Int, packets: Bool) -> EventBatch {
    let batch = EventBatch(capacity: 16)
    for field in [EventField.method, .path, .ipSource, .ipDestination, .ipProtocolNumber, .ipLength, .ipTTL] {
      batch.touch(field)
    }
    for row in 0..<count {
      batch.addresses[row] = IPAddress("192.0.2.1")!
      if packets {
        batch.set(.ipDestination, row, IPAddress("203.0.113.10")!)
        batch.set(.ipProtocolNumber, row, 17)
        batch.set(.ipLength, row, 100)
        batch.set(.ipTTL, row, 64)
      } else {
        batch.set(.method, row, batch.arena.append("GET".utf8))
        batch.set(.path, row, batch.arena.append("/login".utf8))
      }
      batch.commitRow(.absent)
    }
    return batch
  }

  @Test("beyond the rate a client is stopped, and not before", arguments: ["nginx", "haproxy", "nftables"])
  func ratesAreKept(name: String) throws {
    let engine = try #require(Engine.named(name))
    guard engine.isInstalled else { return }
    let seesPackets = name == "nftables"
    let condition = try Condition(parsing: seesPackets ? "ip.len gt 50" : #"http.request.uri.path eq "/login""#)
    let limit = RateLimit(condition: condition, characteristics: [.ipSource], requests: 5, period: 60, timeout: 0)
    let artifact = try engine.target.compile(Mitigation(reference: "rate", rule: .rateLimit(limit), action: .block))
    let session: any EngineSession
    do throws(EngineError) { session = try engine.start([artifact]) } catch {
      Issue.record("\(error)")
      return
    }
    defer { session.stop() }
    let verdicts: [EngineVerdict]
    do throws(EngineError) {
      verdicts = try session.ask(0, alike(8, packets: seesPackets), rows: Array(0..<8), asked: condition.fields)
    } catch {
      // Without root there is no network namespace.
      #expect(seesPackets, "\(error)")
      return
    }
    let stopped: EngineVerdict = seesPackets ? .stopped : .refused(status: 429)
    #expect(verdicts == Array(repeating: .passed, count: 5) + Array(repeating: stopped, count: 3))
  }

  @Test("an engine that does something else than the rule says is found out")
  func disagreementsAreTold() throws {
    let rule = try Condition(parsing: #"http.request.uri.path eq "/login""#)
    let other = try Condition(parsing: #"http.request.uri.path eq "/logout""#)
    let artifact = try Target.modsecurity.compile(Mitigation(reference: "t", rule: .filter(other), action: .block))
    let session = try Engine.modsecurity.start([artifact])
    defer { session.stop() }
    var agreement = EngineAgreement(engine: "modsecurity", condition: rule)
    try agreement.compare(session, alike(2, packets: false), rows: [0, 1], holds: { _ in true })
    #expect(agreement.disagreed == 2 && agreement.compared == 2)
    #expect(agreement.text.contains("DISAGREES") && agreement.text.contains("/login"))
  }

  @Test(
    "an artifact that the engine does not take is an error in the engine's words", arguments: Engine.all.map(\.name))
  func faultsAreTold(name: String) throws {
    let engine = try #require(Engine.named(name))
    guard engine.isInstalled else { return }
    let artifact = Artifact(target: name, fileName: "f", text: "no rule of anything {{{\n", reference: "x")
    #expect(throws: EngineError.self) {
      let session = try engine.start([artifact])
      defer { session.stop() }
      _ = try session.ask(0, alike(1, packets: true), rows: [0], asked: [])
    }
  }
}
