import Model

/// The sources of several alerts as one tally.
///
/// Alerts of one detection add up per address; alerts of different detections look at the same events, so per address
/// the largest counts. The number of sources is exact where every alert names all of its own, an estimate otherwise.
struct SourceMerge {
  /// How many of the busiest are kept; the tally's `count` says how many there are.
  static let kept = 50

  let tally: SourceTally

  init(_ alerts: [Alert]) {
    var known: [String: [String: SourceCount]] = [:]
    var isEstimated = false
    var largest = 0
    for alert in alerts {
      largest = max(largest, alert.sources.count)
      isEstimated = isEstimated || alert.sources.estimated || alert.sources.top.count < alert.sources.count
      for source in alert.sources.top { known[source.ip, default: [:]].add(source, detection: alert.detection) }
    }
    let busiest = known.values.compactMap { $0.values.max(by: Self.isQuieter) }.sorted { Self.isQuieter($1, $0) }
    let count = max(largest, known.count)
    tally = SourceTally(
      count: count, estimated: isEstimated, top: busiest.count <= Self.kept ? busiest : Array(busiest.prefix(Self.kept))
    )
  }

  private static func isQuieter(_ a: SourceCount, _ b: SourceCount) -> Bool {
    if a.events != b.events { return a.events < b.events }
    if a.ip != b.ip { return a.ip > b.ip }
    return (a.asn ?? -1, a.country ?? "") < (b.asn ?? -1, b.country ?? "")
  }
}

extension [String: SourceCount] {
  fileprivate mutating func add(_ source: SourceCount, detection: String) {
    guard var held = self[detection] else {
      self[detection] = source
      return
    }
    held.events &+= source.events
    held.asn = [held.asn, source.asn].compactMap { $0 }.min()
    held.country = [held.country, source.country].compactMap { $0 }.min()
    self[detection] = held
  }
}
