import Model

/// The smallest thing a rule says: one facet has one of some values.
struct Atom: Sendable {
  let facet: Facet
  let values: [[UInt8]]
  /// The rows of each cohort for which it holds.
  let attack: Bitmap
  let baseline: Bitmap
  /// Whether the values are what an attacker poses as, and changes for free.
  var isFeigned = false

  var family: Int { facet.family }
  var condition: Condition { facet.condition(values) }
  var words: String {
    let shown = values.prefix(4).map(facet.words).joined(separator: ", ")
    return values.count > 4 ? "\(shown) and \(values.count - 4) more" : shown
  }
  /// A list is easier to slip out of than one value that everything has in common.
  var stability: Double {
    let own = isFeigned ? Self.feigned : facet.stability
    return values.count > 1 ? own * 0.8 : own
  }
  /// Cheaper to change than an address.
  private static let feigned = 0.1
  /// How much there is to read: a long list counts as several things said.
  var length: Double { 1 + Double(values.count - 1) / 6 }
}

/// Atoms that must hold together, and the rows for which they do.
struct Term: Sendable {
  var atoms: [Atom]
  var attack: Bitmap
  var baseline: Bitmap

  init(_ atom: Atom) {
    atoms = [atom]
    attack = atom.attack
    baseline = atom.baseline
  }

  func and(_ atom: Atom) -> Term {
    var term = self
    term.atoms.append(atom)
    term.attack.formIntersection(atom.attack)
    term.baseline.formIntersection(atom.baseline)
    return term
  }

  /// Whether it says more than whom the attack is aimed at and how its packets happen to look.
  var hasPurpose: Bool { atoms.contains { !$0.facet.isTarget && !$0.facet.isIncidental } }
  var length: Double { atoms.reduce(0) { $0 + $1.length } }
  var stability: Double { atoms.map(\.stability).min() ?? 0 }
  var condition: Condition { atoms.count == 1 ? atoms[0].condition : .and(atoms.map(\.condition)) }
  var words: String { atoms.map { "\($0.facet.name) \($0.words)" }.joined(separator: " and ") }
}
