import Model

/// When it was at its heaviest, and what everything else was at that time.
struct PeakSentence {
  private let scene: Scene

  init(_ scene: Scene) { self.scene = scene }

  var template: SentenceTemplate {
    let scene = scene
    return SentenceTemplate(query: scene.incident.signature) { tally in Self.told(scene, tally) }
  }

  /// Not told where there is no peak to speak of: a handful of events, or all within two slots.
  private static func told(_ scene: Scene, _ tally: QueryTally) -> NarrativeSentence? {
    guard tally.events >= 20, let peak = tally.slots.indices.max(by: { isLower(tally.slots, $0, $1) }) else {
      return nil
    }
    let (slots, count) = (tally.slots, tally.slots[peak])
    guard slots.count(where: { $0 > 0 }) > 2, count > 1 else { return nil }
    let start = scene.traffic.slotStart(peak)
    let end = scene.traffic.slotStart(peak + 1)
    let query = QueryText.both(
      scene.incident.signature, QueryText.from(start) + " and " + QueryText.before(end))
    let all = scene.traffic.timeline.first { $0.at == start }?.events ?? 0
    let rest = all > count ? ", when everything else together made \(Words.number(all - count))" : ""
    return NarrativeSentence(
      at: start,
      text:
        "It was heaviest in the \(Words.span(UTCTime.span(from: start, to: end))) from \(Scene.clock(start)) UTC with "
        + "\(scene.events(count))\(rest).", query: query, count: count)
  }

  private static func isLower(_ slots: [Int], _ a: Int, _ b: Int) -> Bool {
    slots[a] != slots[b] ? slots[a] < slots[b] : a > b
  }
}
