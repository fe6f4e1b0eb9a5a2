import Model

/// A key's ordinary traffic: a request every few seconds, the latest 128.
final class UsualTraffic {
  private var rows: [(row: TraitRow, time: Int64)] = []
  private var next = 0
  private static let most = 128
  /// Nanoseconds between two requests that are kept, so that all reach back over some ten minutes.
  static let pause: Int64 = 4_000_000_000

  func add(_ batch: EventBatch, _ row: Int, _ time: Int64) {
    let entry = (TraitRow(batch, row), time)
    if rows.count < Self.most {
      rows.append(entry)
    } else {
      rows[next] = entry
      next = (next + 1) % Self.most
    }
  }

  func before(_ time: Int64) -> [TraitRow] { rows.filter { $0.time < time }.map(\.row) }
}

/// A flood's first requests beside those before it, kept until it is clear what sets the flood apart.
///
/// Bounded: 512 requests, 128 before.
final class FloodContrast {
  struct Request {
    var traits: TraitRow
    var source: SourceKey
    var time: Int64
    var weight: UInt32
    var isAnswered: Bool
    var line: LinePlace
  }

  private let before: [TraitRow]
  private var requests: [Request] = []
  private var terms: [Trait: String] = [:]
  /// All requests after this instant are kept.
  private var since: Int64
  private(set) var isDecided = false
  /// How many requests were added, and with how many it is tried to decide.
  private var seen = 0
  private var nextTry = enough
  private(set) var separation: Separation?

  /// Fewer requests before it say nothing about what is usual.
  private static let leastBefore = 16
  private static let enough = 128
  private static let most = 512
  /// A suspicion may begin long before the flood: so many requests without an answer, and there is none.
  private static let hopeless = 16_384

  /// Nil where too little is known of the time before.
  init?(before: [TraitRow], since: Int64) {
    guard before.count >= Self.leastBefore else { return nil }
    self.before = before
    self.since = since
  }

  var isReady: Bool { !isDecided && seen >= nextTry }

  /// The conditions that select the flood, in the order they were found.
  var conditions: [String] { separation?.traits.compactMap { terms[$0] } ?? [] }

  func add(_ row: Int, _ time: Int64, _ weight: UInt32, _ batch: EventBatch) {
    if requests.count == Self.most {
      since = requests[..<(Self.most / 2)].reduce(since) { max($0, $1.time) }
      requests.removeFirst(Self.most / 2)
    }
    seen += 1
    let traits = TraitRow(batch, row)
    for trait in traits.traits where terms[trait] == nil && terms.count < 4_096 {
      terms[trait] = trait.term(batch, row)
    }
    requests.append(
      Request(
        traits: traits, source: SourceKey(batch, row), time: time, weight: weight,
        isAnswered: batch.number(.status, row).map { (200..<300).contains($0) } ?? false, line: batch.lines[row]))
  }

  /// Finds what sets the flood apart and hands over the kept requests that belong to it; empty where nothing does, and
  /// then it is tried again with half as many more.
  func decide() -> [Request] {
    if let found = Separation(flood: requests.map(\.traits), before: before),
      found.traits.allSatisfy({ terms[$0] != nil })
    {
      let own = requests.filter { $0.time > since && found.matches($0.traits) }
      if !own.isEmpty {
        separation = found
        end()
        return own
      }
    }
    nextTry = seen + seen / 2
    if nextTry > Self.hopeless { end() }
    return []
  }

  private func end() {
    isDecided = true
    requests = []
  }
}
