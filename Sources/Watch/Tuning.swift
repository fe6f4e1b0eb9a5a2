import Conditions
import Inspect
import Intake
import Mitigate
import Model
import Targets

/// How a rule set does on recorded traffic, and which exclusions clear requests that it wrongly blocked.
package struct Tuning {
  /// What one rule matched.
  package struct RuleRecord: Sendable {
    package var rule: Int
    package var attacks = 0
    package var honest = 0
  }

  package struct Outcome: Sendable {
    /// Rules that matched, the most frequent first, and the numbers of those that never did.
    package var rules: [RuleRecord] = []
    package var silent: [Int] = []
    package var exclusions: Exclusions?
    /// What is to be said of the mitigations that were given, in their order; empty where none were.
    package var mitigations: [RuleSetReview.Finding] = []
    /// What became of the inputs.
    package var intake = IntakeReport()
  }

  /// Exclusions, and what libmodsecurity says with and without them.
  package struct Exclusions: Sendable {
    package var list: [Exclusion] = []
    package var text = ""
    /// Wrongly accused requests: blocked without and with the exclusions, of those that were kept.
    package var accused = 0
    package var blockedBefore = 0
    package var blockedAfter = 0
    /// Attacks: the same.
    package var attacks = 0
    package var stoppedBefore = 0
    package var stoppedAfter = 0
    /// Attacks that would slip through.
    package var slipping: [InspectedRequest] = []
  }

  /// The accused and the attacks, each a condition or a set of inputs.
  package struct Cohorts {
    package var accused: Condition?
    package var accusedPaths: Set<String> = []
    /// Nil and no paths: whatever Weir itself calls an attack.
    package var attacks: Condition?
    package var attackPaths: Set<String> = []
    /// Mitigations to be reviewed, and the time (ns since 1970 UTC) at which one is expired or not.
    package var mitigations: [GivenRule] = []
    package var now: Int64 = 0

    package init() {}

    /// What the mitigations were proposed against.
    var proposed: Condition { .or(mitigations.compactMap(\.attack)) }

    var asksForExclusions: Bool { accused != nil || !accusedPaths.isEmpty }
  }

  /// The inbound threshold of the rule set's setup.
  private static let threshold = 5
  private static let rounds = 8
  private static let slippingShown = 5

  private let assembly: Assembly
  private let cohorts: Cohorts

  package init(_ assembly: Assembly, _ cohorts: Cohorts) {
    self.assembly = assembly
    self.cohorts = cohorts
  }

  /// Errors: `ContentError`, the rule set's, or a `Refusal` where an exclusion cannot be written down.
  package func run(_ paths: [String]) throws -> Outcome {
    let inspector = try assembly.inspector()
    var sorting = TuneSorting(cohorts)
    var review = RuleSetReview(cohorts.mitigations)
    let set = try ConditionSet(
      [cohorts.accused ?? .or([]), cohorts.attacks ?? .or([]), cohorts.proposed] + review.conditions)
    let intake = try assembly.intake(paths)
    let inputs = intake.inputPaths
    try assembly.loop(intake, for: set.fields.union([.payloadVerdict, .payloadRules])).run(asking: set) { rows, batch in
      let isAttack = sorting.take(batch, accused: rows[0], attacks: rows[1], inputs)
      review.take(batch, rows: Array(rows[3...])) { isAttack[$0] || rows[2][$0] }
      return true
    }
    var outcome = Outcome(rules: sorting.records)
    outcome.intake = intake.report
    outcome.mitigations = review.findings(at: cohorts.now)
    let seen = Set(outcome.rules.map(\.rule))
    outcome.silent = inspector.ruleSet.ruleNumbers.filter { !seen.contains($0) }
    if cohorts.asksForExclusions { outcome.exclusions = try exclusions(sorting, inspector.ruleSet) }
    return outcome
  }

  private func exclusions(_ sorting: TuneSorting, _ rules: RuleSet) throws -> Exclusions {
    let (accused, attacks) = (sorting.accused.kept, sorting.attacks.kept)
    let judge = RuleJudge(rules)
    var scores: [Int: Int] = [:]
    let own = accused.map { judge.judge($0).matches }
    for match in own.joined() { scores[match.ruleID] = min(match.score, Self.threshold) }
    var drafter = ExclusionDrafter()
    var result = Exclusions(accused: accused.count, attacks: attacks.count)
    for round in 0..<Self.rounds {
      let trial = RuleTrial(rules, exclusions: try ExclusionRules.text(drafter.exclusions))
      let blocked = try zip(accused, own).compactMap { request, matches -> Accusation? in
        let outcome = try trial.judge(request)
        return outcome.isBlocked
          ? Accusation(path: request.path, hits: outcome.hits.map { Self.named($0, matches) }) : nil
      }
      if round == 0 { result.blockedBefore = blocked.count }
      result.blockedAfter = blocked.count
      let goesOn = drafter.excuse(blocked, threshold: Self.threshold) { scores[$0] ?? Self.threshold }
      if blocked.isEmpty || !goesOn { break }
    }
    result.list = drafter.exclusions
    result.text = try ExclusionRules.text(drafter.exclusions)
    try prove(&result, attacks, rules)
    return result
  }

  /// libmodsecurity does not name the variable in which libinjection found something.
  private static func named(_ hit: RuleHit, _ matches: [RuleMatch]) -> RuleHit {
    guard hit.variable.isEmpty, let match = matches.first(where: { $0.ruleID == hit.rule }) else { return hit }
    return RuleHit(rule: hit.rule, variable: match.variable)
  }

  /// Which attacks would get through.
  private func prove(_ result: inout Exclusions, _ attacks: [InspectedRequest], _ rules: RuleSet) throws {
    let (before, after) = (RuleTrial(rules, exclusions: ""), RuleTrial(rules, exclusions: result.text))
    for attack in attacks where try before.judge(attack).isBlocked {
      result.stoppedBefore += 1
      if try after.judge(attack).isBlocked {
        result.stoppedAfter += 1
      } else if result.slipping.count < Self.slippingShown {
        result.slipping.append(attack)
      }
    }
  }
}

/// Sorts the events of a reading into wrongly accused requests and attacks, and counts what each rule matched.
struct TuneSorting {
  /// Requests kept of each cohort; more are thinned evenly.
  private static let most = 2_000

  private let cohorts: Tuning.Cohorts
  private let copier = RequestCopier()
  private var byRule: [Int: Tuning.RuleRecord] = [:]
  private(set) var accused = Thinned<InspectedRequest>(limit: most)
  private(set) var attacks = Thinned<InspectedRequest>(limit: most)

  init(_ cohorts: Tuning.Cohorts) { self.cohorts = cohorts }

  var records: [Tuning.RuleRecord] {
    byRule.values.sorted { ($1.attacks + $1.honest, $0.rule) < ($0.attacks + $0.honest, $1.rule) }
  }

  /// Sorts a batch; whether each row is an attack.
  mutating func take(_ batch: EventBatch, accused: RowBits, attacks: RowBits, _ inputs: [String]) -> [Bool] {
    (0..<batch.count).map { row in
      let input = inputs[Int(batch.lines[row].source)]
      let isAccused = accused[row] || cohorts.accusedPaths.contains(input)
      let isAttack = !isAccused && isAttack(batch, row, attacks[row], input)
      if batch.isPresent(.payloadRules, row) { count(batch.bytes(.payloadRules, row), isAttack: isAttack) }
      if isAccused { self.accused.add { copier.request(row, of: batch) } }
      if isAttack { self.attacks.add { copier.request(row, of: batch) } }
      return isAttack
    }
  }

  private func isAttack(_ batch: EventBatch, _ row: Int, _ isNamed: Bool, _ input: String) -> Bool {
    if cohorts.attacks != nil || !cohorts.attackPaths.isEmpty { return isNamed || cohorts.attackPaths.contains(input) }
    return batch.number(.payloadVerdict, row) == 1
  }

  /// The numbers of a list as the inspector writes it: `[942100,920350]`.
  private mutating func count(_ list: UnsafeBufferPointer<UInt8>, isAttack: Bool) {
    for number in list.split(whereSeparator: { !(0x30...0x39).contains($0) }) {
      let rule = number.reduce(0) { $0 &* 10 &+ Int($1 - 0x30) }
      byRule[rule, default: Tuning.RuleRecord(rule: rule)].attacks += isAttack ? 1 : 0
      byRule[rule]!.honest += isAttack ? 0 : 1
    }
  }
}

/// An even sample of what is added, in its order: when it is full, every second one goes.
struct Thinned<Element> {
  private let limit: Int
  private var step = 1
  private(set) var seen = 0
  private(set) var kept: [Element] = []

  init(limit: Int) { self.limit = limit }

  mutating func add(_ element: () -> Element?) {
    defer { seen += 1 }
    guard seen % step == 0, let element = element() else { return }
    kept.append(element)
    guard kept.count > limit else { return }
    kept = stride(from: 0, to: kept.count, by: 2).map { kept[$0] }
    step *= 2
  }
}

extension InspectedRequest {
  /// The target up to its question mark.
  fileprivate var path: String { String(decoding: uri.prefix { $0 != UInt8(ascii: "?") }, as: UTF8.self) }
}
