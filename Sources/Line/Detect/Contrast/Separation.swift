import Model

/// The few traits that together set a flood's requests apart from those before it.
struct Separation {
  private(set) var traits: [Trait] = []
  /// Shares (0 to 1) of the requests during the flood, and of those before it, that bear all of them.
  private(set) var floodShare = 1.0
  private(set) var usualShare = 1.0

  private static let mostTraits = 4
  /// Less of what came during a flood is not the flood.
  private static let leastExcess = 0.5
  /// How much of the flood may be given away for a sharper condition.
  private static let loss = 0.03
  /// A condition that meets more of the ordinary traffic separates nothing.
  private static let mostUsual = 0.2

  /// What most of the ordinary traffic bears tells nothing: the quotient below would be noise.
  private static let mostExplained = 0.5

  func matches(_ row: TraitRow) -> Bool { traits.allSatisfy(row.has) }

  func matches(_ batch: EventBatch, _ row: Int) -> Bool { traits.allSatisfy { $0.holds(batch, row) } }

  /// Step by step the trait that meets least of the ordinary traffic and still nearly all of the flood; nil where no
  /// few traits tell the two apart.
  ///
  /// How much of what came during a flood is the flood is not known. It is at least the excess of any trait's share
  /// over what ordinary traffic explains: (f − u) / (1 − u).
  init?(flood: [TraitRow], before: [TraitRow]) {
    guard !flood.isEmpty, !before.isEmpty else { return nil }
    let candidates = Self.candidates(flood)
    var (floodLeft, usualLeft) = (flood, before)
    let least = candidates.reduce(0) { max($0, Self.excess($1, flood, before, of: (flood.count, before.count))) }
    guard least >= Self.leastExcess else { return nil }
    while traits.count < Self.mostTraits, !usualLeft.isEmpty {
      let able = candidates.filter {
        !traits.contains($0)
          && Self.excess($0, floodLeft, usualLeft, of: (flood.count, before.count)) >= least - Self.loss
      }
      let best = able.map { trait in (trait, usualLeft.count { $0.has(trait) }) }
        .min { $0.1 != $1.1 ? $0.1 < $1.1 : Trait.isEarlier($0.0, $1.0) }
      guard let (trait, usual) = best, usual * 10 < usualLeft.count * 7 else { break }
      take(trait, &floodLeft, &usualLeft)
    }
    namePath(candidates, &floodLeft, &usualLeft)
    floodShare = Double(floodLeft.count) / Double(flood.count)
    usualShare = Double(usualLeft.count) / Double(before.count)
    guard !traits.isEmpty, usualShare <= Self.mostUsual else { return nil }
  }

  private mutating func take(_ trait: Trait, _ flood: inout [TraitRow], _ usual: inout [TraitRow]) {
    traits.append(trait)
    flood.removeAll { !$0.has(trait) }
    usual.removeAll { !$0.has(trait) }
  }

  /// Where the flood goes to one path, the path is named, even where something else tells it apart already.
  private mutating func namePath(_ candidates: [Trait], _ flood: inout [TraitRow], _ usual: inout [TraitRow]) {
    let all = flood
    guard !traits.contains(where: { $0.field == .path }),
      let path = candidates.first(where: { trait in
        trait.field == .path && all.count { $0.has(trait) } * 100 >= all.count * 98
      })
    else { return }
    take(path, &flood, &usual)
  }

  /// Traits of at least half of the rows, in a fixed order.
  private static func candidates(_ rows: [TraitRow]) -> [Trait] {
    var counts: [Trait: Int] = [:]
    for row in rows { for trait in row.traits { counts[trait, default: 0] += 1 } }
    return counts.filter { $0.value * 2 >= rows.count }.map(\.key).sorted(by: Trait.isEarlier)
  }

  private static func excess(
    _ trait: Trait, _ flood: [TraitRow], _ usual: [TraitRow], of whole: (flood: Int, usual: Int)
  ) -> Double {
    let f = Double(flood.count { $0.has(trait) }) / Double(whole.flood)
    let u = Double(usual.count { $0.has(trait) }) / Double(whole.usual)
    return u <= mostExplained ? (f - u) / (1 - u) : 0
  }
}
