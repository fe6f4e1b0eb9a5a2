import Model

/// One attack's rows and the rows of its baseline.
///
/// The baseline is the traffic of the attacked hosts that belongs to no attack. What an address did beside the attack is
/// neither, where four fifths of what it did was attack: an attacker who reads the front page is no customer who gets hurt.
/// Nor are packets that answer the attack's.
struct CohortPair {
  let columns: CohortColumns
  let attack: [Int32]
  let baseline: [Int32]
  /// Addresses of whose requests at least four fifths are attack.
  let attackers: [IPAddress]
  /// All addresses that took part.
  let sources: [IPAddress]
  /// Packets from the former to the latter answer the attack's; empty where the attack has no destinations.
  let answerers: [IPAddress]
  let answered: [IPAddress]

  init(_ columns: CohortColumns, attack number: Int, hosts: [String]) {
    self.columns = columns
    attack = columns.rows(ofAttack: number)
    var ground = columns.baselineRows()
    let hostCodes = columns.codes(.host)
    let wanted = Set(hosts.map { Array($0.utf8) })
    let onHosts = columns.tables[Facet.host.rawValue].values.map { wanted.contains($0) }
    if onHosts.contains(true) { ground = ground.filter { onHosts[Int(hostCodes[Int($0)])] } }
    let addresses = columns.codes(.address)
    var balance = [Int](repeating: 0, count: columns.tables[Facet.address.rawValue].count)
    for row in attack { balance[Int(addresses[Int(row)])] += 1 << columns.cohorts[number].thinning }
    var isAttacker = balance.map { $0 > 0 }
    let tookPart = isAttacker
    for row in ground { balance[Int(addresses[Int(row)])] -= 4 << columns.cohorts[columns.attacks].thinning }
    for code in isAttacker.indices { isAttacker[code] = isAttacker[code] && code > 1 && balance[code] >= 0 }
    let destinations = columns.codes(.destination)
    let answers = Answers(columns, attack)
    baseline = ground.filter {
      !isAttacker[Int(addresses[Int($0)])] && !answers.hold(addresses[Int($0)], destinations[Int($0)])
    }
    (answerers, answered) = (answers.from, answers.to)
    let values = columns.tables[Facet.address.rawValue].values
    attackers = isAttacker.indices.filter { isAttacker[$0] }.map { Facet.address(values[$0]) }.sorted()
    sources = tookPart.indices.filter { tookPart[$0] && $0 > 1 }.map { Facet.address(values[$0]) }.sorted()
  }

  /// How often each code of a facet stands in both cohorts.
  func counts(_ facet: Facet) -> (attack: [Int32], baseline: [Int32]) {
    let codes = columns.codes(facet)
    let size = columns.tables[facet.rawValue].count
    var (inAttack, inBaseline) = ([Int32](repeating: 0, count: size), [Int32](repeating: 0, count: size))
    for row in attack { inAttack[Int(codes[Int(row)])] += 1 }
    for row in baseline { inBaseline[Int(codes[Int(row)])] += 1 }
    return (inAttack, inBaseline)
  }

  /// Whether the input says anything of a facet at all: what no log recorded is unknown, not missing.
  func isRecorded(_ facet: Facet) -> Bool {
    guard let missing = facet.missing else { return true }
    return columns.tables[facet.rawValue].values.dropFirst(2).contains { $0 != missing }
  }

  func value(_ facet: Facet, _ code: Int) -> [UInt8] { columns.tables[facet.rawValue].values[code] }
}

/// The packets that go the other way between an attack's ends.
private struct Answers {
  /// By code of the address facet: whether an attack went there; by code of the destination facet: whether one came from
  /// there.
  private let wasTarget: [Bool]
  private let wasSource: [Bool]
  let from: [IPAddress]
  let to: [IPAddress]

  init(_ columns: CohortColumns, _ attack: [Int32]) {
    let (sources, destinations) = (columns.codes(.address), columns.codes(.destination))
    let tables = (columns.tables[Facet.address.rawValue].values, columns.tables[Facet.destination.rawValue].values)
    func seen(_ codes: UnsafeMutablePointer<UInt32>, of table: [[UInt8]]) -> Set<[UInt8]> {
      Set(Set(attack.map { codes[Int($0)] }).filter { $0 > 1 }.map { table[Int($0)] })
    }
    let targets = seen(destinations, of: tables.1)
    let attackers = targets.isEmpty ? [] : seen(sources, of: tables.0)
    wasTarget = tables.0.map { !targets.isEmpty && targets.contains($0) }
    wasSource = tables.1.map { !attackers.isEmpty && attackers.contains($0) }
    from = targets.map { Facet.address($0) }.sorted()
    to = attackers.map { Facet.address($0) }.sorted()
  }

  func hold(_ source: UInt32, _ destination: UInt32) -> Bool { wasTarget[Int(source)] && wasSource[Int(destination)] }
}
