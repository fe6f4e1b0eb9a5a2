import Conditions
import Model

/// Compares two cohorts value by value, and the strongest values two by two.
struct Contraster {
  /// Values that the attack shows in fewer rows, and lower shares, say nothing about it.
  private static let leastRows = 2
  private static let leastShare = 0.005
  static let rowLimit = 200
  private static let pairsAmong = 12

  let pair: CohortPair

  /// The whole table; `events` are the cohorts' sizes in the input.
  func contrast(attackEvents: Int, baselineEvents: Int) -> Contrast {
    var rows = Facet.allCases.filter(pair.isRecorded).flatMap { values(of: $0) }
    rows += pairs()
    rows.sort { ($1.separation, $0.field, $0.value) < ($0.separation, $1.field, $1.value) }
    return Contrast(
      attackEvents: attackEvents, baselineEvents: baselineEvents, attackRows: pair.attack.count,
      baselineRows: pair.baseline.count, rows: Array(rows.prefix(Self.rowLimit)))
  }

  private func values(of facet: Facet) -> [ContrastRow] {
    let (attack, baseline) = pair.counts(facet)
    let least = max(Self.leastRows, Int(Double(pair.attack.count) * Self.leastShare))
    let codes = attack.indices.dropFirst(2).filter { Int(attack[$0]) >= least }
      .sorted { attack[$0] != attack[$1] ? attack[$0] > attack[$1] : $0 < $1 }.prefix(50)
    return codes.map { code in
      let value = pair.value(facet, code)
      return row(
        facet.name, facet.words(value), facet.condition([value]), Int(attack[code]), Int(baseline[code]))
    }
  }

  private func row(_ field: String, _ value: String, _ condition: Condition, _ attack: Int, _ baseline: Int)
    -> ContrastRow
  {
    let (inAttack, inBaseline) = (Share(attack, of: pair.attack.count), Share(baseline, of: pair.baseline.count))
    let lift = inBaseline.part == 0 ? 1_000_000 : min(1_000_000, inAttack.value / inBaseline.value)
    return ContrastRow(
      field: field, value: value, condition: condition.description, attack: inAttack, baseline: inBaseline, lift: lift,
      separation: separation(inAttack.value, inBaseline.value))
  }

  private func pairs() -> [ContrastRow] {
    let atoms = AtomFinder(pair: pair).singles(limit: Self.pairsAmong)
    var rows: [ContrastRow] = []
    for (index, a) in atoms.enumerated() {
      for b in atoms[(index + 1)...] where a.family != b.family {
        let both = Term(a).and(b)
        let alone = max(
          separation(share(a.attack, pair.attack.count), share(a.baseline, pair.baseline.count)),
          separation(share(b.attack, pair.attack.count), share(b.baseline, pair.baseline.count)))
        let row = row(
          "\(a.facet.name) + \(b.facet.name)", "\(a.words), \(b.words)", .and([a.condition, b.condition]),
          both.attack.count, both.baseline.count)
        // A pair is worth a line only where it says more than its better half.
        if row.separation > alone + 0.005 { rows.append(row) }
      }
    }
    return rows
  }

  private func share(_ bits: Bitmap, _ whole: Int) -> Double { whole > 0 ? Double(bits.count) / Double(whole) : 0 }
}
