import Foundation
import Samples

/// What the recommended mitigations would have done, against what really happened.
///
/// Each recommended condition is asked of the input by `weir hunt`; what it selects is attack where one of the attack's
/// sources acted in the attack's time, and honest traffic where no attack did. A rate limit's own replay is believed.
struct Defence {
  private let input: Input
  private let findings: Findings
  private let mitigations: String
  private let weir: String

  init(input: Input, findings: Findings, reportFolder: String, weir: String) {
    self.input = input
    self.findings = findings
    self.weir = weir
    mitigations = reportFolder + "/mitigations"
  }

  /// One line an attack: what is recommended for its incident, how much of the attack it stops, how much else it meets.
  func lines() throws -> [String] {
    let accuracy = Accuracy(truth: input.truth, findings: findings)
    return try input.truth.attacks.map { attack in
      guard let incident = accuracy.incident(of: attack) else { return "\(attack.name): in no incident" }
      guard let choice = try recommended(incident) else { return "\(attack.name): nothing recommended" }
      let (caught, hurt) = try choice.isRateLimit ? (nil, nil) : count(choice.condition, attack)
      let honest = input.truth.events - input.truth.attackEvents
      let stops = percent(caught.map { 100 * Double($0) / Double(attack.events) } ?? choice.caught)
      let meets = percent(hurt.map { 100 * Double($0) / Double(honest) } ?? choice.hurt)
      return "\(attack.name): \(choice.action) \(choice.words): stops \(stops) of it, meets \(meets) of honest traffic"
    }
  }

  private func percent(_ value: Double) -> String { String(format: "%.3g %%", value) }

  private struct Choice {
    let action: String
    let words: String
    let condition: String
    let isRateLimit: Bool
    /// Per cent, as the proof has it.
    let caught: Double
    let hurt: Double
  }

  private func recommended(_ incident: String) throws -> Choice? {
    let data = try Data(contentsOf: URL(filePath: "\(mitigations)/\(incident)/proposal.json"))
    guard let proposal = try JSONSerialization.jsonObject(with: data) as? [String: Any],
      let reference = proposal["recommended"] as? String,
      let candidates = proposal["candidates"] as? [[String: Any]],
      let choice = candidates.first(where: { $0["reference"] as? String == reference }),
      let proof = choice["proof"] as? [String: Any], let condition = choice["condition"] as? String
    else { return nil }
    let share = { (name: String) in (proof[name] as? [String: Any])?["percent"] as? Double ?? 0 }
    return Choice(
      action: choice["action"] as? String ?? "", words: choice["words"] as? String ?? "", condition: condition,
      isRateLimit: (choice["kind"] as? String ?? "").contains("rate"), caught: share("attack"), hurt: share("baseline"))
  }

  /// Events of the attack, and events of no attack, that a condition selects.
  private func count(_ condition: String, _ attack: SampleAttack) throws -> (Int?, Int?) {
    let answer = input.path + ".hunt"
    defer { try? FileManager.default.removeItem(atPath: answer) }
    _ = try Child.run(weir, ["hunt", condition, input.path, "--limit", "100000000"], output: answer)
    let sources = Dictionary(
      input.truth.attacks.flatMap { attack in attack.sources.map { ($0, [attack]) } }, uniquingKeysWith: +)
    var (caught, hurt) = (0, 0)
    for line in try Data(contentsOf: URL(filePath: answer)).split(separator: 10) {
      guard let event = try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any],
        let source = event["ip.src"] as? String, let time = (event["event.time"] as? String).flatMap(Findings.moment)
      else { continue }
      // A log's time has no fractions.
      let meant = (sources[source] ?? []).filter {
        $0.firstSeen - 1_000_000_000 <= time && time <= $0.lastSeen + 1_000_000_000
      }
      if meant.contains(where: { $0.label == attack.label }) { caught += 1 } else if meant.isEmpty { hurt += 1 }
    }
    return (caught, hurt)
  }
}
