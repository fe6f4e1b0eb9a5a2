import Model
import Testing

@testable import Mitigate

/// A few events of one attack, and more of the baseline, with the same fields.
private func columns(_ fields: [(EventField, String)], numbers: [(EventField, Int64)]) -> CohortColumns {
  let batch = EventBatch(capacity: 64)
  for field in fields.map(\.0) + numbers.map(\.0) + [.time, .ipSource] { batch.touch(field) }
  for row in 0..<60 {
    for (field, text) in fields { batch.set(field, row, batch.arena.append(text.utf8)) }
    for (field, number) in numbers { batch.set(field, row, number) }
    batch.set(.time, row, Int64(row) * 1_000_000_000)
    batch.addresses[row] = IPAddress(row < 20 ? "192.0.2.7" : "198.51.100.\(row)")!
    batch.commitRow(.absent)
  }
  let columns = CohortColumns(attacks: 1, limit: 1_000)
  columns.take(batch, attacks: [[(1 << 20) - 1]], baseline: [~0])
  return columns
}

private func proposal(_ columns: CohortColumns) -> Proposal {
  let attack = AttackCase(id: "a", title: "a", condition: .and([]), text: "ip.src eq 192.0.2.7")
  let draft = Drafter(columns: columns).draft(attack, number: 0)
  var contrast = draft.contrast
  (contrast.attackEvents, contrast.baselineEvents) = (20, 40)
  let candidates = draft.filters.map { filter in
    Candidate(
      mitigation: Mitigation(
        reference: "", rule: filter.addresses.map(Mitigation.Rule.addresses) ?? .filter(filter.condition),
        action: .block), condition: filter.condition.description, words: filter.words,
      proof: Proof(
        attack: Share(20, of: 20), sources: Share(1, of: 1), baseline: Share(0, of: 40), clients: Share(0, of: 40),
        outside: Share(0, of: 20), unseen: Share(10, of: 10)), stability: filter.stability)
  }
  return Recommendation(
    attack: attack, contrast: contrast, candidates: candidates, settings: MitigateSettings(), baseline: "",
    unit: draft.unit
  ).proposal
}

@Test("frames without IP get no rule, and the reason")
func frames() {
  let proposal = proposal(columns([], numbers: [(.etherType, 2_054)]))
  #expect(proposal.recommended == nil && proposal.candidates.isEmpty)
  #expect(proposal.verdict.contains("carry no IP"))
}

@Test(
  "what speaks no HTTP is counted first, what may is challenged",
  arguments: [("sshd", Mitigation.Action.log), ("gitea", .challenge)])
func services(name: String, action: Mitigation.Action) {
  let proposal = proposal(columns([(.service, name)], numbers: []))
  #expect(proposal.choice?.mitigation.action == action)
}

@Test("what no log recorded is unknown, not missing")
func unrecorded() {
  let without = columns([(.method, "GET"), (.path, "/")], numbers: [])
  let contrast = Contraster(pair: CohortPair(without, attack: 0, hosts: [])).contrast(
    attackEvents: 20, baselineEvents: 40)
  #expect(!contrast.rows.contains { ["cookie", "referer", "user agent", "query", "fragment"].contains($0.field) })
}

/// Packets of an attack from some sources to one place, and of others.
private func packets(sources: Int, baseline: Int, _ domain: String = "", length: Int64 = 300) -> CohortColumns {
  let batch = EventBatch(capacity: 512)
  let keyword = { (field: EventField, word: String) -> Int64 in
    if case .keyword(let words) = field.spec.type { Int64(words.firstIndex(of: word) ?? 0) } else { 0 }
  }
  for field in [EventField.time, .ipSource, .ipDestination, .ipProtocol, .udpDestinationPort, .ipLength, .dnsDomain] {
    batch.touch(field)
  }
  for row in 0..<100 + baseline {
    let isAttack = row < 100
    batch.set(.time, row, Int64(row) * 1_000_000)
    batch.set(.ipProtocol, row, keyword(.ipProtocol, "udp"))
    batch.set(.udpDestinationPort, row, isAttack || row % 2 == 0 ? 53 : Int64(1_000 + row % 9))
    batch.set(.ipLength, row, isAttack ? length : Int64(60 + row % 40))
    if !domain.isEmpty { batch.set(.dnsDomain, row, batch.arena.append((isAttack ? domain : "example.org").utf8)) }
    batch.addresses[row] = IPAddress(isAttack ? "203.0.113.\(row % sources)" : "192.0.2.\(row % 90)")!
    batch.destinations[row] = IPAddress(isAttack ? "198.51.100.2" : "198.51.100.\(row % 5)")!
    batch.commitRow(.absent)
  }
  let columns = CohortColumns(attacks: 1, limit: 2_000)
  let words = (100 + baseline + 63) / 64
  var attack = [UInt64](repeating: 0, count: words)
  attack[0] = ~0
  attack[1] = (1 << 36) - 1
  columns.take(batch, attacks: [attack], baseline: [UInt64](repeating: ~0, count: words))
  return columns
}

private func conditions(_ columns: CohortColumns) -> [String] {
  let attack = AttackCase(id: "a", title: "a", condition: .and([]), text: "true")
  return Drafter(columns: columns).draft(attack, number: 0).filters.map(\.condition.description)
}

@Test("no rule says only how packets happen to look and whom they meet")
func purpose() {
  let drafted = conditions(packets(sources: 60, baseline: 300, "tunnel.example"))
  #expect(drafted.contains { $0.contains("dns.query.domain eq \"tunnel.example\"") })
  for condition in drafted where condition.contains("ip.len") {
    #expect(condition.contains("udp.dstport") || condition.contains("dns.query.domain") || condition.contains("ip.src"))
  }
}

@Test("without other traffic, many sources are told by what their packets have in common, few by themselves")
func common() {
  #expect(conditions(packets(sources: 60, baseline: 0)).contains("ip.dst in {198.51.100.2} and udp.dstport eq 53"))
  #expect(conditions(packets(sources: 3, baseline: 0)) == ["ip.src in {203.0.113.0 203.0.113.1 203.0.113.2}"])
}
