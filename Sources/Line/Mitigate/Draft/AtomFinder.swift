import Model

/// Finds the atoms worth trying: values, and lists of values, that are more frequent in the attack.
struct AtomFinder {
  /// Values of a list at most, and the share of the attack below which a value is no atom by itself.
  private static let listLimit = 30
  private static let leastShare = 0.02

  /// Attacking addresses that make their network one; fewer are a list of addresses.
  private static let leastNeighbours = 3

  private let pair: CohortPair
  /// By code of a network: whether enough addresses of it attack.
  private let isPeopled: [Bool]

  init(pair: CohortPair) {
    self.pair = pair
    let (networks, addresses) = (pair.columns.codes(.network), pair.columns.codes(.address))
    var members: [UInt32: Set<UInt32>] = [:]
    for row in pair.attack where members[networks[Int(row)], default: []].count < Self.leastNeighbours {
      members[networks[Int(row)], default: []].insert(addresses[Int(row)])
    }
    isPeopled = (0..<pair.columns.tables[Facet.network.rawValue].count).map {
      members[UInt32($0), default: []].count >= Self.leastNeighbours
    }
  }

  /// Single values and lists that separate best.
  func atoms(limit: Int) -> [Atom] {
    let lists = Facet.allCases.filter(\.isDraftable).compactMap { list(of: $0) }
    return (singles(limit: limit) + lists).sorted { power($0) > power($1) }
  }

  /// Single values that separate best.
  func singles(limit: Int) -> [Atom] {
    var found: [(facet: Facet, code: Int, power: Double)] = []
    for facet in Facet.allCases where facet.isDraftable && facet != .address && pair.isRecorded(facet) {
      let (attack, baseline) = pair.counts(facet)
      for code in attack.indices.dropFirst(2) where isDraftable(facet, code) {
        let (a, b) = (share(attack[code], pair.attack), share(baseline[code], pair.baseline))
        guard attack[code] >= 2, a >= Self.leastShare, a > b * 1.2 else { continue }
        found.append((facet, code, separation(a, b) * (0.5 + facet.stability / 2)))
      }
    }
    found.sort { ($1.power, $0.facet.rawValue, $0.code) < ($0.power, $1.facet.rawValue, $1.code) }
    var taken: [Facet: Int] = [:]
    let best = found.filter {
      taken[$0.facet, default: 0] += 1; return taken[$0.facet]! <= 8
    }.prefix(limit)
    return best.map { atom($0.facet, [$0.code]) }
  }

  /// The values of a facet that the baseline hardly has, where several of them make up the attack.
  private func list(of facet: Facet) -> Atom? {
    guard facet != .address, facet != .query, facet.isListable else { return nil }
    let (attack, baseline) = pair.counts(facet)
    let least = max(2, Int32(Double(pair.attack.count) * 0.002))
    let codes = attack.indices.dropFirst(2).filter { code in
      isDraftable(facet, code) && attack[code] >= least
        && share(attack[code], pair.attack) > share(baseline[code], pair.baseline) * 20
    }.sorted { attack[$0] != attack[$1] ? attack[$0] > attack[$1] : $0 < $1 }
    return codes.count >= 2 ? atom(facet, Array(codes.prefix(Self.listLimit))) : nil
  }

  /// The value that most of the attack's rows have.
  func commonest(_ facet: Facet) -> Atom? {
    let counts = pair.counts(facet).attack
    let best = counts.indices.dropFirst(2).filter { counts[$0] > 0 && isDraftable(facet, $0) }
      .max { counts[$0] != counts[$1] ? counts[$0] < counts[$1] : $0 > $1 }
    return best.map { atom(facet, [$0]) }
  }

  private func isDraftable(_ facet: Facet, _ code: Int) -> Bool {
    facet == .network ? isPeopled[code] : facet.isStable(pair.value(facet, code))
  }

  private func atom(_ facet: Facet, _ codes: [Int]) -> Atom {
    let column = pair.columns.codes(facet)
    let wanted = Set(codes.map(UInt32.init))
    func bits(_ rows: [Int32]) -> Bitmap {
      var bits = Bitmap(rows: rows.count)
      if let only = wanted.first, wanted.count == 1 {
        for (index, row) in rows.enumerated() where column[Int(row)] == only { bits.set(index) }
      } else {
        for (index, row) in rows.enumerated() where wanted.contains(column[Int(row)]) { bits.set(index) }
      }
      return bits
    }
    return Atom(
      facet: facet, values: codes.map { pair.value(facet, $0) }, attack: bits(pair.attack),
      baseline: bits(pair.baseline), isFeigned: facet == .agent && codes.contains(where: isFeigned))
  }

  /// Whether a user agent names a browser: a tool that says its own name seldom changes it, one that poses may pose as
  /// anybody.
  private func isFeigned(_ agent: Int) -> Bool {
    let (agents, classes) = (pair.columns.codes(.agent), pair.columns.codes(.agentClass))
    guard let row = pair.attack.first(where: { Int(agents[Int($0)]) == agent }) else { return false }
    let kind = Int(classes[Int(row)])
    guard kind > 1 else { return false }
    return ["browser", "impossible"].contains(Facet.agentClass.words(pair.value(.agentClass, kind)))
  }

  private func power(_ atom: Atom) -> Double {
    let (a, b) = (share(Int32(atom.attack.count), pair.attack), share(Int32(atom.baseline.count), pair.baseline))
    return separation(a, b) * (0.5 + atom.stability / 2)
  }

  private func share(_ part: Int32, _ rows: [Int32]) -> Double { rows.isEmpty ? 0 : Double(part) / Double(rows.count) }
}
