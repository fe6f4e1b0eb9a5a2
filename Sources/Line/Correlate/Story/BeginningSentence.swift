import Model

/// When it began, how much it is, from how many addresses.
struct BeginningSentence {
  private let scene: Scene

  init(_ scene: Scene) { self.scene = scene }

  var template: SentenceTemplate {
    let scene = scene
    return SentenceTemplate(query: scene.incident.signature) { tally in
      guard tally.events > 0 else { return nil }
      let time = tally.firstSeen ?? scene.incident.firstSeen
      return NarrativeSentence(
        at: time, text: Self.text(scene, count: tally.events, time: time), query: scene.incident.signature,
        count: tally.events)
    }
  }

  private static func text(_ scene: Scene, count: Int, time: Int64) -> String {
    let sources = scene.incident.sources
    let start = UTCTime(time)
    let what = count == 1 ? "The only \(scene.noun)" : "The first of \(scene.events(count))"
    let origin =
      sources.count == 1
      ? " from \(sources.top.first?.ip ?? "one address")"
      : sources.count > 1 ? " from \(Scene.addresses(sources))" : ""
    let target =
      scene.incident.hosts.isEmpty ? "arrived" : "reached \(Words.list(scene.incident.hosts.map(Scene.name), limit: 2))"
    return "\(what)\(origin) \(target) at \(start.clock) UTC on \(start.longDate)\(busiest(sources, of: count))."
  }

  /// The busiest address where it stands out: a tenth of all, and twice what an even share would be.
  private static func busiest(_ sources: SourceTally, of count: Int) -> String {
    guard sources.count > 1, let top = sources.top.first, top.events <= count else { return "" }
    guard top.events >= count / 10, top.events / 2 >= count / sources.count else { return "" }
    let holder = [top.asn.map { "AS\($0)" }, top.country].compactMap { $0 }.joined(separator: ", ")
    return
      "; the busiest address, \(top.ip)\(holder.isEmpty ? "" : " (\(holder))"), sent about \(Words.number(top.events))"
  }
}
