import Model

/// Looks for the few conjunctions, and short disjunctions of them, that hold for the attack and not for its baseline.
///
/// The attack's time is cut into slices: every second one is drafted from, the others only confirm. A rule that names
/// what was true of some requests by chance does not hold there and is dropped.
struct BeamSearch {
  private static let beam = 24
  private static let depth = 4
  /// What a confirmed rule must keep of its catch.
  private static let keeps = 0.8

  /// A rule that is any of some terms.
  struct Rule: Sendable {
    var terms: [Term]
    var attack: Bitmap
    var baseline: Bitmap
    var score = 0.0
    var unseen = Share(0, of: 0)

    var stability: Double { terms.map(\.stability).min() ?? 0 }
    var condition: Condition { terms.count == 1 ? terms[0].condition : .or(terms.map(\.condition)) }
    var words: String { terms.map(\.words).joined(separator: ", or ") }
    var length: Double { terms.reduce(0) { $0 + $1.length } }
    /// Where it asks for nothing else, the networks: such a rule is a list, and expires.
    var networks: [AddressNetwork]? {
      guard terms.count == 1, terms[0].atoms.count == 1, let atom = terms[0].atoms.first, atom.facet == .network else {
        return nil
      }
      return atom.values.map {
        let address = Facet.address($0)
        return AddressNetwork(address, bits: address.isV4 ? 24 : 48)
      }
    }
  }

  private let atoms: [Atom]
  private let drafting: Bitmap
  private let confirming: Bitmap
  private let draftRows: Int
  private let confirmRows: Int
  private let baselineRows: Int

  init(pair: CohortPair, atoms: [Atom]) {
    self.atoms = atoms
    var (drafting, confirming) = (Bitmap(rows: pair.attack.count), Bitmap(rows: pair.attack.count))
    let slices = TimeSlices(pair.attack.count)
    for index in pair.attack.indices {
      if slices.isUnseen(index) { confirming.set(index) } else { drafting.set(index) }
    }
    (self.drafting, self.confirming) = (drafting, confirming)
    (draftRows, confirmRows) = (drafting.count, confirming.count)
    baselineRows = pair.baseline.count
  }

  /// The best rules that are confirmed, different in what they catch, the best first.
  func rules(limit: Int) -> [Rule] {
    let terms = terms()
    var rules = terms.map { scored(Rule(terms: [$0], attack: $0.attack, baseline: $0.baseline)) }
    if let wide = disjunction(of: terms) { rules.append(wide) }
    rules.sort { $0.score != $1.score ? $0.score > $1.score : $0.length < $1.length }
    var taken: [Rule] = []
    var seen: Set<[Int]> = []
    for rule in rules
    where taken.count < limit && isConfirmed(rule) && rule.terms.allSatisfy(\.hasPurpose) {
      if seen.insert([rule.attack.count, rule.baseline.count]).inserted { taken.append(rule) }
    }
    return taken
  }

  private func terms() -> [Term] {
    var all: [Term] = []
    var beam = best(atoms.map(Term.init))
    for _ in 1..<Self.depth {
      all += beam
      var next: [Term] = []
      for term in beam {
        // Atoms are added in one order only, so that each conjunction is tried once.
        for atom in atoms where !term.atoms.contains(where: { $0.family == atom.family }) {
          let wider = term.and(atom)
          if wider.attack.count(within: drafting) > 0, score(wider) > score(term) + 0.002 { next.append(wider) }
        }
      }
      beam = best(next)
      if beam.isEmpty { break }
    }
    return best(all + beam, limit: 60)
  }

  private func best(_ terms: [Term], limit: Int = beam) -> [Term] {
    var seen: Set<[Int]> = []
    return terms.map { ($0, score($0)) }.sorted { $0.1 > $1.1 }
      .filter {
        seen.insert($0.0.atoms.map(\.facet.rawValue).sorted() + [$0.0.attack.count, $0.0.baseline.count]).inserted
      }
      .prefix(limit).map(\.0)
  }

  private func score(_ term: Term) -> Double {
    score(term.attack, term.baseline, length: term.length, stability: term.stability)
  }

  /// Catch, less what it costs, less its length; what the attacker cannot change counts for it.
  private func score(_ attack: Bitmap, _ baseline: Bitmap, length: Double, stability: Double) -> Double {
    let caught = Double(attack.count(within: drafting)) / Double(max(1, draftRows))
    let touched = Double(baseline.count) / Double(max(1, baselineRows))
    return caught - min(1, touched * 200) - touched * 0.3 - 0.015 * length + 0.15 * stability
  }

  private func disjunction(of terms: [Term]) -> Rule? {
    guard let first = terms.first else { return nil }
    var rule = scored(Rule(terms: [first], attack: first.attack, baseline: first.baseline))
    while rule.terms.count < 3 {
      let wider = terms.map { term in
        var wider = rule
        wider.terms.append(term)
        wider.attack.formUnion(term.attack)
        wider.baseline.formUnion(term.baseline)
        return scored(wider)
      }.max { $0.score < $1.score }
      guard let wider, wider.score > rule.score + 0.02 else { break }
      rule = wider
    }
    return rule.terms.count > 1 ? rule : nil
  }

  private func scored(_ rule: Rule) -> Rule {
    var rule = rule
    rule.score = score(rule.attack, rule.baseline, length: rule.length, stability: rule.stability)
    rule.unseen = Share(rule.attack.count(within: confirming), of: confirmRows)
    return rule
  }

  private func isConfirmed(_ rule: Rule) -> Bool {
    let drafted = Share(rule.attack.count(within: drafting), of: draftRows)
    return confirmRows == 0 || rule.unseen.value >= drafted.value * Self.keeps
  }
}
