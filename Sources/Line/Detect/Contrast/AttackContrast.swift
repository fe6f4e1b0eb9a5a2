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

/// An attack's first requests beside ordinary ones, kept until it is clear what sets the attack apart.
///
/// What is ordinary: for a flood the host's traffic before it, for failing log-ins those that work. Bounded: 512
/// requests, 128 ordinary ones.
final class AttackContrast {
  struct Request {
    var traits: TraitRow
    var source: SourceKey
    var time: Int64
    var weight: UInt32
    var isAnswered: Bool
    var line: LinePlace
  }

  enum Usual {
    /// What came before the suspicion.
    case before(Int64)
    /// What comes beside it and is known to be honest.
    case beside
  }

  private let traffic: UsualTraffic
  let usual: Usual
  private var requests: [Request] = []
  private var terms: [Trait: String] = [:]
  /// All requests after this instant are kept.
  private var since: Int64
  private(set) var isDecided = false
  /// How many requests were added, and with how many it is tried to decide.
  private var seen = 0
  private var nextTry = enough
  private(set) var separation: Separation?

  /// Fewer ordinary requests say nothing about what is usual.
  private var leastUsual: Int { if case .beside = usual { 8 } else { 16 } }
  /// What of the requests must be the attack: half of what comes during a flood, most of the log-ins that fail.
  private var leastExcess: Double { if case .beside = usual { 0.7 } else { 0.5 } }
  private static let enough = 128
  private static let most = 512
  /// A suspicion may begin long before the flood: so many requests without an answer, and there is none.
  private static let hopeless = 16_384
  /// At the end of an attack it is decided with fewer.
  private static let leastAtEnd = 32

  /// Nil where too little is known of the time before.
  init?(_ traffic: UsualTraffic, _ usual: Usual, since: Int64) {
    (self.traffic, self.usual, self.since) = (traffic, usual, since)
    if case .before = usual, ordinary.count < leastUsual { return nil }
  }

  var heldBytes: Int {
    requests.capacity * MemoryLayout<Request>.stride + terms.capacity * 64
      + terms.values.reduce(0) { $0 + $1.utf8.count }
  }

  private var ordinary: [TraitRow] {
    switch usual {
    case .before(let time): traffic.before(time)
    case .beside: traffic.before(.max)
    }
  }

  var isReady: Bool { !isDecided && seen >= nextTry }
  /// Whether what is kept may decide although no more will come: not of a flood, whose beginning is kept no longer.
  var canEnd: Bool {
    if case .beside = usual { !isDecided && requests.count >= Self.leastAtEnd } else { false }
  }

  /// The conditions that select the attack, in the order they were found.
  var conditions: [String] { separation?.demands.compactMap { $0.condition(terms) } ?? [] }

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

  /// Finds what sets the attack apart and hands over the kept requests that belong to it, with their share (0 to 1) of
  /// all that are kept; empty where nothing does, and then it is tried again with half as many more.
  func decide() -> (own: [Request], share: Double) {
    let ordinary = ordinary
    if ordinary.count >= leastUsual,
      let found = Separation(flood: requests.map(\.traits), before: ordinary, leastExcess: leastExcess),
      found.demands.allSatisfy({ $0.condition(terms) != nil })
    {
      let kept = requests.filter { $0.time > since }
      let own = kept.filter { found.matches($0.traits) }
      if !own.isEmpty {
        let share = Double(own.reduce(0) { $0 + Int($1.weight) }) / Double(kept.reduce(0) { $0 + Int($1.weight) })
        separation = found
        end()
        return (own, share)
      }
    }
    nextTry = seen + seen / 2
    if nextTry > Self.hopeless { end() }
    return ([], 0)
  }

  private func end() {
    isDecided = true
    requests = []
  }
}
