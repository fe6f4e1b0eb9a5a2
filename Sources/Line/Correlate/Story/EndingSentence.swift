import Model

/// When it ended, or that it was still going on where the log stops.
struct EndingSentence {
  private let scene: Scene

  init(_ scene: Scene) { self.scene = scene }

  var template: SentenceTemplate {
    let scene = scene
    return SentenceTemplate(query: scene.incident.signature) { tally in Self.told(scene, tally) }
  }

  private static func told(_ scene: Scene, _ tally: QueryTally) -> NarrativeSentence? {
    guard let last = tally.lastSeen, let first = tally.firstSeen, tally.events > 1,
      let slot = tally.slots.lastIndex(where: { $0 > 0 })
    else { return nil }
    let start = scene.traffic.slotStart(slot)
    let count = tally.slots[slot]
    let query = QueryText.both(scene.incident.signature, QueryText.from(start))
    let text: String
    if scene.incident.isOngoing(in: scene.traffic) {
      let length = Words.span(max(1_000_000_000, UTCTime.span(from: start, to: scene.traffic.lastSeen)))
      text =
        count == tally.events
        ? "The log ends with it, so that its end is not known."
        : "It was still going on when the log ends: \(Words.number(count)) more came in its last \(length)."
    } else {
      let rest = UTCTime.span(from: last, to: scene.traffic.lastSeen)
      let them = count == 1 ? "The last one came at" : "The last \(Words.number(count)) came until"
      text =
        "\(them) \(Scene.clock(last)) UTC, \(Words.span(UTCTime.span(from: first, to: last))) after the first; the log goes on "
        + "for \(Words.span(rest)) without another."
    }
    return NarrativeSentence(at: last, text: text, query: query, count: count)
  }
}
