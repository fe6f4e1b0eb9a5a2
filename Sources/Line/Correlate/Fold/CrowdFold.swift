import Model

/// Third fold: many actors doing the same to the same host become one incident when they are more than a handful. A
/// flood or a password attack from dozens of addresses is a campaign; scanners that find nothing are the background hum
/// of every public host.
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
      let ordered = members.sorted { Actor.isEarlier(actors[$0], actors[$1]) }
      for crowd in crowd(of: ordered, in: actors, isBackground: place.isBackground) {
        for member in crowd.dropFirst() { sets.join(crowd[0], member) }
        if place.isBackground { crowds.formUnion(crowd) }
      }
    }
    return sets.sets().map { set in
      set.count == 1
        ? actors[set[0]] : Actor.joined(set.map { actors[$0] }, isBackground: crowds.contains(set[0]))
    }.sorted(by: Actor.isEarlier)
  }

  /// Those of one place who belong together, `settings.crowd` of them at least.
  private func crowd(of ordered: [Int], in actors: [Actor], isBackground: Bool) -> [[Int]] {
    let gap = (isBackground ? settings.backgroundGap : settings.gap).secondsInNanoseconds
    let runs = Spans.runs(ordered.map { (actors[$0].firstSeen, actors[$0].lastSeen) }, gap: gap)
    return runs.flatMap { run -> [[Int]] in
      let members = run.map { ordered[$0] }
      guard !isBackground else { return [members] }
      return Waves(members.map { actors[$0] }, settings: settings).waves.flatMap { wave in
        Likeness(wave.map { actors[members[$0]] }).groups.map { $0.map { members[wave[$0]] } }
      }
    }.filter { $0.count >= settings.crowd }
  }

  /// Where an actor may be one of a crowd, or nil when it has a story of its own.
  private func place(of actor: Actor, host: String?) -> Place? {
    if actor.isStray { return Place(host: host, family: .intrusion, isBackground: true) }
    let outcome = Outcome(actor.alerts)
    let families = actor.families
    let isMild =
      !outcome.gotThrough && actor.severity <= .medium && families.isSubset(of: [.intrusion, .automation, .other])
    if isMild { return Place(host: host, family: .intrusion, isBackground: true) }
    guard let family = actor.mainFamily, host != nil, outcome.accountsEntered == 0 else { return nil }
    return Place(host: host, family: family, isBackground: false)
  }
}

/// The waves of one long campaign: each time a new set of addresses begins together.
///
/// A wave is closed to newcomers when nobody has begun for longer than its members usually last. Waves too small to be
/// told apart go with the one before.
struct Waves {
  private(set) var waves: [[Int]] = []

  /// `actors` in order of their begin.
  init(_ actors: [Actor], settings: Correlator.Settings) {
    var lengths: [Int64] = []
    for (index, actor) in actors.enumerated() {
      if let last = waves.last?.last {
        let pause = UTCTime.span(from: actors[last].firstSeen, to: actor.firstSeen)
        let usual = lengths.sorted()[lengths.count / 2]
        if pause > max(settings.wavePause.secondsInNanoseconds, usual) {
          waves.append([])
          lengths = []
        }
      } else {
        waves.append([])
      }
      waves[waves.count - 1].append(index)
      lengths.append(UTCTime.span(from: actor.firstSeen, to: actor.lastSeen))
    }
    var merged: [[Int]] = []
    for wave in waves {
      if let last = merged.last, min(wave.count, last.count) < settings.crowd {
        merged[merged.count - 1] += wave
      } else {
        merged.append(wave)
      }
    }
    waves = merged
  }
}

/// Actors that work alike: by which detections speak of them.
///
/// Those of whom little is known are taken to be alike; one with a story of its own needs most of its detections in
/// common with another.
struct Likeness {
  private(set) var groups: [[Int]] = []

  init(_ actors: [Actor]) {
    var places: [Set<String>: Int] = [:]
    var profiles: [(detections: Set<String>, members: [Int])] = []
    for (index, actor) in actors.enumerated() {
      let detections = Set(actor.alerts.map(\.detection))
      if let place = places[detections] {
        profiles[place].members.append(index)
      } else {
        places[detections] = profiles.count
        profiles.append((detections, [index]))
      }
    }
    var sets = DisjointSets(count: profiles.count)
    for a in profiles.indices {
      for b in profiles.indices where b > a && Self.areAlike(profiles[a].detections, profiles[b].detections) {
        sets.join(a, b)
      }
    }
    groups = sets.sets().map { $0.flatMap { profiles[$0].members }.sorted() }
  }

  private static func areAlike(_ a: Set<String>, _ b: Set<String>) -> Bool {
    if a.count < Actor.ownStory, b.count < Actor.ownStory { return true }
    return a.intersection(b).count * 5 >= a.union(b).count * 3
  }
}
