import Conditions
import Foundation
import Model
import Testing

@testable import Targets

/// Random rules and random traffic through real engines; `WEIR_ENGINE_PAIRS` sets how many pairs each is asked.
@Suite(.serialized) struct DifferentialTests {
  private static let pairs = Int(ProcessInfo.processInfo.environment["WEIR_ENGINE_PAIRS"] ?? "") ?? 800
  private static let rows = 40

  /// What Coraza is given is in the language that libmodsecurity reads too.
  private static let coraza = Engine(name: "coraza", target: .coraza, tool: nil) { artifacts throws(EngineError) in
    try ModSecuritySession(artifacts.map(\.text))
  }

  @Test(
    "the real engine and the evaluator agree on random rules", arguments: Engine.all.map(\.name) + ["coraza"])
  func enginesAgree(name: String) throws {
    let engine = name == "coraza" ? Self.coraza : try #require(Engine.named(name))
    guard engine.isInstalled else { return }
    var random = SeededRandom(seed: UInt64(ProcessInfo.processInfo.environment["WEIR_SEED"] ?? "") ?? 7)
    let seesPackets = Engine.named(name)?.seesPackets == true
    if seesPackets, !NetworkNamespace.isPossible {
      print("\(name): skipped, no network namespace can be made without root")
      return
    }
    var left = Self.pairs, compared = 0, refusedByEngine = 0
    while left > 0 {
      var trials: [(Condition, Artifact)] = []
      while trials.count < min(50, (left + Self.rows - 1) / Self.rows) {
        let condition = seesPackets ? RandomPackets.condition(&random) : RandomConditions.condition(&random)
        let mitigation = Mitigation(reference: "t\(trials.count)", rule: .filter(condition), action: .block)
        do throws(Refusal) { trials.append((condition, try engine.target.compile(mitigation))) } catch {
          #expect(!error.reasons.isEmpty)
        }
      }
      let session = try engine.start(trials.map(\.1))
      defer { session.stop() }
      for (place, (condition, _)) in trials.enumerated() {
        let batch =
          seesPackets
          ? RandomPackets.batch(rows: Self.rows, &random) : RandomRequests.batch(rows: Self.rows, &random)
        let set = try ConditionSet([condition])
        let scratch = set.makeScratch()
        set.evaluate(batch, scratch)
        var agreement = EngineAgreement(engine: name, condition: condition)
        let answers = scratch.matches(0)
        try agreement.compare(session, artifact: place, batch, rows: Array(0..<Self.rows), holds: { answers[$0] })
        #expect(agreement.disagreed == 0, "\(condition)\n\(agreement.text)")
        compared += agreement.compared
        refusedByEngine += agreement.refused.values.reduce(0, +)
        left -= Self.rows
      }
    }
    // An engine that is asked nothing agrees with everything.
    #expect(compared > Self.pairs / 3)
    #expect(refusedByEngine < Self.pairs / 5)
    print("\(name): \(compared) pairs compared, \(refusedByEngine) refused by the engine itself")
  }
}
