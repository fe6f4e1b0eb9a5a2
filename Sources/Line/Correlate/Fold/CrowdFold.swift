import Model

/// Third fold: many unrelated actors doing the same to the same host become one incident when they are more than a
/// handful. A flood or a password attack from dozens of addresses is a campaign; scanners that find nothing are the
/// background hum of every public host.
struct CrowdFold {
  let settings: Correlator.Settings

  private struct Place: Hashable {
    /// Nil for what is left over on many hosts with few actors each.
    let host: String?
    let family: Family
    let isBackground: Bool
  }

  func folded(_ actors: [Actor]) -> [Actor] {
    let perHost = folded(actors) { $0.onlyHost }
    // A thin hum over many hosts is still one hum.
    return folded(perHost, onlyBackground: true) { _ in nil }
  }

  private func folded(_ actors: [Actor], onlyBackground: Bool = false, by host: (Actor) -> String?) -> [Actor] {
    var places: [Place: [Int]] = [:]
    var sets = DisjointSets(count: actors.count)
    for (index, actor) in actors.enumerated() {
      guard let place = place(of: actor, host: host(actor)), place.isBackground || !onlyBackground else { continue }
      places[place, default: []].append(index)
    }
    var crowds: Set<Int> = []
    for (place, members) in places where members.count >= settings.crowd {
      let gap = (place.isBackground ? settings.backgroundGap : settings.gap).secondsInNanoseconds
      let ordered = members.sorted { Actor.isEarlier(actors[$0], actors[$1]) }
      for run in Spans.runs(ordered.map { (actors[$0].firstSeen, actors[$0].lastSeen) }, gap: gap)
      where run.count >= settings.crowd {
        for member in run.dropFirst() { sets.join(ordered[run[0]], ordered[member]) }
        if place.isBackground { crowds.formUnion(run.map { ordered[$0] }) }
      }
    }
    return sets.sets().map { set in
      set.count == 1
        ? actors[set[0]] : Actor.joined(set.map { actors[$0] }, isBackground: crowds.contains(set[0]))
    }.sorted(by: Actor.isEarlier)
  }

  /// Where an actor may be one of a crowd, or nil when it has a story of its own.
  private func place(of actor: Actor, host: String?) -> Place? {
    if actor.isStray { return Place(host: host, family: .intrusion, isBackground: true) }
    let outcome = Outcome(actor.alerts)
    let families = actor.families
    let isMild =
      !outcome.gotThrough && actor.severity <= .medium && families.isSubset(of: [.intrusion, .automation, .other])
    if isMild { return Place(host: host, family: .intrusion, isBackground: true) }
    guard families.count == 1, let family = families.first, host != nil, outcome.accountsEntered == 0,
      !actor.hasOwnStory
    else { return nil }
    return Place(host: host, family: family, isBackground: false)
  }
}
