import Model

/// One attack's rows and the rows of its baseline.
///
/// The baseline is the traffic of the attacked hosts that belongs to no attack. What an address did beside the attack is
/// neither, where four fifths of what it did was attack: an attacker who reads the front page is no customer who gets hurt.
struct CohortPair {
  let columns: CohortColumns
  let attack: [Int32]
  let baseline: [Int32]
  /// Addresses of whose requests at least four fifths are attack.
  let attackers: [IPAddress]
  /// All addresses that took part.
  let sources: [IPAddress]

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
    baseline = ground.filter { !isAttacker[Int(addresses[Int($0)])] }
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

  func value(_ facet: Facet, _ code: Int) -> [UInt8] { columns.tables[facet.rawValue].values[code] }
}
