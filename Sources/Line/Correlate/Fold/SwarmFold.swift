import Model

/// Second fold: a distributed attack is one incident. A swarm takes in the single addresses that do nothing but the
/// same on the same host at the same time; an actor with a story of its own stays apart.
struct SwarmFold {
  let settings: Correlator.Settings

  private struct Field: Hashable {
    let host: String
    let family: Family
  }

  func folded(_ actors: [Actor]) -> [Actor] {
    var fields: [Field: [Int]] = [:]
    for (index, actor) in actors.enumerated() {
      guard let family = actor.mainFamily, let host = actor.onlyHost else { continue }
      fields[Field(host: host, family: family), default: []].append(index)
    }
    var sets = DisjointSets(count: actors.count)
    for members in fields.values { join(members, of: actors, into: &sets) }
    return sets.sets().map { $0.count == 1 ? actors[$0[0]] : Actor.joined($0.map { actors[$0] }) }
      .sorted(by: Actor.isEarlier)
  }

  /// Swarms that follow each other within the gap are one; whoever else acts within that time takes part.
  private func join(_ members: [Int], of actors: [Actor], into sets: inout DisjointSets) {
    let swarms = members.filter { isSwarm(actors[$0]) }.sorted { Actor.isEarlier(actors[$0], actors[$1]) }
    guard !swarms.isEmpty else { return }
    let gap = settings.gap.secondsInNanoseconds
    let waves = Spans.runs(swarms.map { (actors[$0].firstSeen, actors[$0].lastSeen) }, gap: gap).map { run in
      (
        leader: swarms[run[0]], members: run.map { swarms[$0] }, first: actors[swarms[run[0]]].firstSeen,
        last: run.reduce(Int64.min) { max($0, actors[swarms[$1]].lastSeen) }
      )
    }
    for wave in waves { for member in wave.members { sets.join(wave.leader, member) } }
    for member in members where !isSwarm(actors[member]) && Outcome(actors[member].alerts).accountsEntered == 0 {
      let (first, last) = (actors[member].firstSeen, actors[member].lastSeen)
      // Waves are apart and in order, so the first one that ends late enough is the only candidate.
      let at = waves.partitioningIndex { $0.last >= first }
      guard at < waves.count, waves[at].first <= last else { continue }
      if !outdoes(actors[member], waves[at].members.map { actors[$0] }) { sets.join(waves[at].leader, member) }
    }
  }

  /// Whether one guesser alone tries more often than a hundred of the swarm's addresses do: somebody else's attack,
  /// however alike the deed is. A flood's addresses differ as much among themselves.
  private func outdoes(_ actor: Actor, _ swarm: [Actor]) -> Bool {
    guard actor.mainFamily == .credentials else { return false }
    let events = actor.alerts.map(\.events).max() ?? 0
    return swarm.allSatisfy { member in
      member.alerts.allSatisfy {
        $0.events < max(1, $0.sources.count) * events / 100 || $0.sources.count < settings.swarmSources
      }
    }
  }

  private func isSwarm(_ actor: Actor) -> Bool {
    actor.alerts.contains { $0.sources.count >= settings.swarmSources && !$0.key.contains { $0.field == "ip.src" } }
  }
}

extension Array {
  /// First index whose element satisfies `belongs`, where all behind it do too; `count` without one.
  func partitioningIndex(_ belongs: (Element) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if belongs(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
