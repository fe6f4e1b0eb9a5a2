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
