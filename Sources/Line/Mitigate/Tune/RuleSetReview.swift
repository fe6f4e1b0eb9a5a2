import Conditions
import Model

/// A mitigation of a rule set that is to be reviewed.
package struct GivenRule: Sendable {
  package var mitigation: Mitigation
  /// Nil where its artifact does not tell what it does and no proposal was found beside it.
  package var condition: Condition?
  /// The file that it was read from.
  package var origin: String
  /// Selects the attack that it was proposed against.
  package var attack: Condition?

  package init(mitigation: Mitigation, condition: Condition?, origin: String, attack: Condition? = nil) {
    self.mitigation = mitigation
    self.condition = condition
    self.origin = origin
    self.attack = attack
  }
}

/// Finds mitigations of a rule set that do nothing, do harm, or should be gone; `take` in the order of the batches.
///
/// A mitigation is shadowed when another one, at least as strong and not expired, meets everything that it met on the
/// recorded traffic; always, where the conditions prove it. Memory: the square of the rules, at most 2,000.
package struct RuleSetReview {
  package enum Note: Sendable, Equatable {
    case expired(Int64)
    case shadowed(by: String, always: Bool, until: Int64?)
    case neverMatches
    case onlyHonest
    /// Its condition could not be read.
    case unread
  }

  package struct Finding: Sendable {
    package var rule: GivenRule
    package var attacks = 0
    package var honest = 0
    package var notes: [Note] = []
  }

  package static let limit = 2_000

  private let rules: [GivenRule]
  /// Events met: attacks, others.
  private var met: [(attacks: Int, honest: Int)]
  /// By rule: the rules that met everything that it met so far.
  private var wider: [[Int]]

  package init(_ rules: [GivenRule]) {
    self.rules = rules
    met = rules.map { _ in (0, 0) }
    wider = rules.indices.map { own in rules.indices.filter { $0 != own } }
  }

  /// The rules' conditions in their order, for a set that judges batches; false for a rule that could not be read.
  package var conditions: [Condition] { rules.map { $0.condition ?? .or([]) } }

  /// Takes a batch: which rows each rule meets, and which are attacks.
  package mutating func take(_ batch: EventBatch, rows: [RowBits], isAttack: (Int) -> Bool) {
    let weighs = batch.isTouched(.weight)
    for (rule, own) in rows.enumerated() where !own.isEmpty {
      own.forEach { row in
        let weight = weighs ? Int(batch.number(.weight, row) ?? 1) : 1
        if isAttack(row) { met[rule].attacks &+= weight } else { met[rule].honest &+= weight }
      }
      wider[rule].removeAll { other in
        (0..<own.wordCount).contains { own.words[$0] & ~rows[other].words[$0] != 0 }
      }
    }
  }

  /// What is to be said of each rule at a time (ns since 1970 UTC), in their order.
  package func findings(at now: Int64) -> [Finding] {
    rules.indices.map { index in
      var finding = Finding(rule: rules[index], attacks: met[index].attacks, honest: met[index].honest)
      if let end = rules[index].mitigation.expires, end <= now { finding.notes.append(.expired(end)) }
      guard rules[index].condition != nil else {
        finding.notes.append(.unread)
        return finding
      }
      if let shadow = shadow(of: index, at: now) { finding.notes.append(shadow) }
      if finding.attacks + finding.honest == 0 { finding.notes.append(.neverMatches) }
      if finding.attacks == 0, finding.honest > 0 { finding.notes.append(.onlyHonest) }
      return finding
    }
  }

  private func shadow(of index: Int, at now: Int64) -> Note? {
    let met = met[index].attacks + met[index].honest
    let others = rules.indices.filter { $0 != index && isAsStrong($0, as: index, at: now) }
    if let other = others.first(where: {
      proves(index, $0) && !(proves($0, index) && isAsStrong(index, as: $0, at: now) && index < $0)
    }) {
      return .shadowed(by: name(other), always: true, until: rules[other].mitigation.expires)
    }
    let strong = Set(others)
    let seen = wider[index].filter {
      strong.contains($0) && !(wider[$0].contains(index) && isAsStrong(index, as: $0, at: now) && index < $0)
    }
    guard met > 0, let other = seen.max(by: { total($0) < total($1) }) else { return nil }
    return .shadowed(by: name(other), always: false, until: rules[other].mitigation.expires)
  }

  private func name(_ index: Int) -> String { rules[index].mitigation.reference }
  private func total(_ index: Int) -> Int { met[index].attacks + met[index].honest }

  private func proves(_ index: Int, _ other: Int) -> Bool {
    guard let own = rules[index].condition, let its = rules[other].condition else { return false }
    return own.implies(its)
  }

  /// Whether one rule stops whatever both meet at least as surely as the other does.
  private func isAsStrong(_ other: Int, as index: Int, at now: Int64) -> Bool {
    let (own, its) = (rules[index].mitigation, rules[other].mitigation)
    if rules[other].condition == nil || its.expires.map({ $0 <= now }) == true { return false }
    let order: [Mitigation.Action] = [.log, .challenge, .block]
    guard order.firstIndex(of: its.action)! >= order.firstIndex(of: own.action)! else { return false }
    guard case .rateLimit(let wide) = its.rule else { return true }
    // Who keeps to the stricter limit keeps to the other one too.
    guard case .rateLimit(let narrow) = own.rule else { return false }
    return wide.characteristics == narrow.characteristics && wide.requests <= narrow.requests
      && wide.period >= narrow.period && wide.timeout >= narrow.timeout
  }
}
