import Model

/// The few traits that together set an attack's requests apart from ordinary ones, as those before a flood.
struct Separation {
  private(set) var demands: [Demand] = []
  /// Shares (0 to 1) of the requests during the flood, and of those before it, that bear all of them.
  private(set) var floodShare = 1.0
  private(set) var usualShare = 1.0

  private static let mostDemands = 4
  /// How much of the flood may be given away for a sharper condition.
  private static let loss = 0.03
  /// A condition that meets more of the ordinary traffic separates nothing.
  private static let mostUsual = 0.2

  /// What most of the ordinary traffic bears tells nothing: the quotient below would be noise.
  private static let mostExplained = 0.5

  /// Values of a list at most, the share of the flood below which a value is not listed, and how many times as frequent
  /// as usual it must be.
  private static let mostListed = 8
  private static let leastListed = 0.02
  private static let leastLift = 4.0

  func matches(_ row: TraitRow) -> Bool { demands.allSatisfy { $0.has(row) } }

  func matches(_ batch: EventBatch, _ row: Int) -> Bool { demands.allSatisfy { $0.holds(batch, row) } }

  /// Step by step the trait that meets least of the ordinary traffic and still nearly all of the flood; nil where no
  /// few traits tell the two apart. Less than `leastExcess` of what came during a flood is not the flood.
  ///
  /// How much of what came during a flood is the flood is not known. It is at least the excess of any trait's share
  /// over what ordinary traffic explains: (f − u) / (1 − u).
  init?(flood: [TraitRow], before: [TraitRow], leastExcess: Double = 0.5) {
    guard !flood.isEmpty, !before.isEmpty else { return nil }
    let singles = Self.singles(flood)
    for candidates in [singles, singles + Self.lists(flood, before)] {
      demands = []
      if search(candidates, flood, before, leastExcess) { return }
    }
    return nil
  }

  /// Whether some of the candidates tell the two apart; single values are tried before lists.
  private mutating func search(
    _ candidates: [Demand], _ flood: [TraitRow], _ before: [TraitRow], _ leastExcess: Double
  ) -> Bool {
    var (floodLeft, usualLeft) = (flood, before)
    let least = candidates.reduce(0) { max($0, Self.excess($1, flood, before, of: (flood.count, before.count))) }
    guard least >= leastExcess else { return false }
    while demands.count < Self.mostDemands, !usualLeft.isEmpty {
      let able = candidates.filter {
        !demands.contains($0)
          && Self.excess($0, floodLeft, usualLeft, of: (flood.count, before.count)) >= least - Self.loss
      }
      let best = able.map { demand in (demand, usualLeft.count(where: demand.has)) }
        .min { $0.1 != $1.1 ? $0.1 < $1.1 : Trait.isEarlier($0.0.traits[0], $1.0.traits[0]) }
      guard let (demand, usual) = best, usual * 10 < usualLeft.count * 7 else { break }
      take(demand, &floodLeft, &usualLeft)
    }
    namePath(candidates, &floodLeft, &usualLeft)
    floodShare = Double(floodLeft.count) / Double(flood.count)
    usualShare = Double(usualLeft.count) / Double(before.count)
    return !demands.isEmpty && usualShare <= Self.mostUsual
  }

  private mutating func take(_ demand: Demand, _ flood: inout [TraitRow], _ usual: inout [TraitRow]) {
    demands.append(demand)
    flood.removeAll { !demand.has($0) }
    usual.removeAll { !demand.has($0) }
  }

  /// Where the flood goes to one path, the path is named, even where something else tells it apart already.
  private mutating func namePath(_ candidates: [Demand], _ flood: inout [TraitRow], _ usual: inout [TraitRow]) {
    let all = flood
    guard !demands.contains(where: { $0.field == .path }),
      let path = candidates.first(where: { demand in
        demand.field == .path && all.count(where: demand.has) * 100 >= all.count * 98
      })
    else { return }
    take(path, &flood, &usual)
  }

  /// Traits of at least half of the rows, in a fixed order.
  private static func singles(_ rows: [TraitRow]) -> [Demand] {
    counts(rows).filter { $0.value * 2 >= rows.count }.map(\.key).sorted(by: Trait.isEarlier).map {
      Demand(traits: [$0])
    }
  }

  /// Of each field the few values that a program takes in turn: each of them much more frequent than usual.
  private static func lists(_ flood: [TraitRow], _ before: [TraitRow]) -> [Demand] {
    let (own, usual) = (counts(flood), counts(before))
    return Trait.listed.compactMap { field in
      let unusual = own.filter { trait, count in
        let share = Double(count) / Double(flood.count)
        return trait.field == field && share >= leastListed
          && share >= leastLift * Double(usual[trait, default: 0]) / Double(before.count)
      }
      guard (2...mostListed).contains(unusual.count) else { return nil }
      return Demand(traits: unusual.keys.sorted(by: Trait.isEarlier))
    }
  }

  private static func counts(_ rows: [TraitRow]) -> [Trait: Int] {
    var counts: [Trait: Int] = [:]
    for row in rows { for trait in row.traits { counts[trait, default: 0] += 1 } }
    return counts
  }

  private static func excess(
    _ demand: Demand, _ flood: [TraitRow], _ usual: [TraitRow], of whole: (flood: Int, usual: Int)
  ) -> Double {
    let f = Double(flood.count(where: demand.has)) / Double(whole.flood)
    let u = Double(usual.count(where: demand.has)) / Double(whole.usual)
    return u <= mostExplained ? (f - u) / (1 - u) : 0
  }
}
