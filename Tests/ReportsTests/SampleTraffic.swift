import Model

/// Two made-up hours at a made-up shop: ordinary visitors, a distributed password attack, one intruder who scans, injects
/// and gets in, scanners in the background, and a flood that has not ended. The same on every machine.
struct SampleTraffic {
  enum Doer: CaseIterable {
    case visitor, stuffer, scan, inject, enter, hum, flood
  }

  struct Event {
    let time: Int64
    let ip: String
    let doer: Doer
    let status: Int
  }

  static let start: Int64 = 1_778_760_000 * 1_000_000_000  // 14 May 2026, 12:00 UTC
  static let seconds = 7_200
  static let intruder = "203.0.113.77"

  let events: [Event]

  init() {
    var random = SplitMix(seed: 7)
    var events: [Event] = []
    func add(
      _ count: Int, _ doer: Doer, from first: Int, to last: Int, _ status: (UInt64) -> Int, _ ip: (UInt64) -> String
    ) {
      for _ in 0..<count {
        let at =
          Int64(first) * 1_000_000_000 + Int64(random.next() % UInt64(last - first)) * 1_000_000_000
          + Int64(random.next() % 1_000) * 1_000_000
        events.append(Event(time: Self.start + at, ip: ip(random.next()), doer: doer, status: status(random.next())))
      }
    }
    for quarter in 0..<8 {
      add(
        1_400 + 140 * (quarter % 5), .visitor, from: quarter * 900, to: quarter * 900 + 900,
        { $0 % 50 == 0 ? 404 : 200 }
      ) {
        "192.0.2.\($0 % 250)"
      }
    }
    for wave in 0..<7 {
      add(160 + 320 * (3 - abs(3 - wave)), .stuffer, from: 1_200 + wave * 240, to: 1_440 + wave * 240, { _ in 401 }) {
        "198.51.\(100 + $0 % 5).\($0 / 7 % 241)"
      }
    }
    add(1_260, .scan, from: 3_900, to: 4_320, { $0 % 40 == 0 ? 200 : 404 }) { _ in Self.intruder }
    add(212, .inject, from: 4_260, to: 4_740, { $0 % 9 == 0 ? 200 : $0 % 4 == 0 ? 500 : 403 }) { _ in Self.intruder }
    add(64, .enter, from: 4_800, to: 4_980, { $0 % 16 == 0 ? 302 : 401 }) { _ in Self.intruder }
    add(410, .hum, from: 60, to: 7_100, { _ in 404 }) { "100.24.\($0 % 37).9" }
    add(9_200, .flood, from: 6_660, to: 7_198, { $0 % 3 == 0 ? 503 : 200 }) {
      "2001:db8:\(String($0 % 2_300, radix: 16))::1"
    }
    self.events = events.sorted { ($0.time, $0.ip) < ($1.time, $1.ip) }
  }

  /// What the detectors' traffic summary says of it.
  var summary: TrafficSummary {
    var summary = TrafficSummary()
    summary.events = events.count
    summary.firstSeen = events[0].time
    summary.lastSeen = events[events.count - 1].time
    summary.slotSeconds = 30
    summary.timeline = (0..<Self.seconds / 30).map {
      TrafficSlot(at: Self.start + Int64($0) * 30_000_000_000, events: 0)
    }
    for event in events {
      let slot = Int((event.time - Self.start) / 30_000_000_000)
      summary.timeline[slot].events += 1
      summary.timeline[slot].bytes += 4_000
      if event.status >= 500 { summary.timeline[slot].serverErrors += 1 }
      if (400..<500).contains(event.status) { summary.timeline[slot].clientErrors += 1 }
    }
    summary.sources = Self.tally(events)
    summary.sources.estimated = true
    summary.hosts = [NamedCount(name: "shop.example", count: events.count)]
    summary.paths = [("/search", 9_480), ("/login", 6_190), ("/", 4_420), ("/basket", 1_130), (Hostile.path, 3)]
      .map { NamedCount(name: $0.0, count: $0.1) }
    summary.userAgents = [
      ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36", 11_700), ("", 9_200),
      ("python-requests/2.31", 6_100), (Hostile.agent, 212),
    ]
    .map { NamedCount(name: $0.0, count: $0.1) }
    summary.statuses = Self.counts(events.map { String($0.status) })
    summary.methods = [NamedCount(name: "GET", count: events.count - 6_190), NamedCount(name: "POST", count: 6_190)]
    summary.countries = [("DE", 9_900), ("BR", 7_340), ("VN", 5_020)].map { NamedCount(name: $0.0, count: $0.1) }
    return summary
  }

  func of(_ doer: Doer, ip: String? = nil) -> [Event] {
    events.filter { $0.doer == doer && (ip == nil || $0.ip == ip) }
  }

  static func tally(_ events: [Event], kept: Int = 10) -> SourceTally {
    let counts = counts(events.map(\.ip))
    return SourceTally(
      count: counts.count,
      top: counts.prefix(kept).map {
        SourceCount(ip: $0.name, events: $0.count, asn: $0.name.hasPrefix("198") ? 64_500 : 64_511, country: "BR")
      })
  }

  private static func counts(_ names: [String]) -> [NamedCount] {
    names.reduce(into: [String: Int]()) { $0[$1, default: 0] += 1 }.map { NamedCount(name: $0.key, count: $0.value) }
      .sorted { $0.count != $1.count ? $0.count > $1.count : $0.name < $1.name }
  }
}

/// A small generator with a fixed course. Source: Steele, Lea and Flood 2014 (SplitMix64).
struct SplitMix {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
    return z ^ z >> 31
  }
}

/// Strings that try to become something else where they are shown.
enum Hostile {
  static let path = "/search?q=</code><script>alert(1)</script>|`x`[a](javascript:alert(2))\u{202e}moc.live"
  static let agent = "\u{1b}[31mred\u{1b}[0m \"><img src=x onerror=alert(3)> ' \u{0}\r\n# heading"
  static let all = [
    path, agent, "</style></script><!-- -->", "a\nb\r\n| c | d |\n---", "'; rm -rf / #", "$(reboot) `reboot` ${IFS}",
    "\u{feff}zero\u{200b}width\u{2028}line\u{e0041}tag", "Z̸̢̨̛a̶̡͓̐l̷̨̛͠g̵̢̛͝o̶̢̕", "www.example.com http://a.example/ x@y.example",
    "\\\"quoted\\\"", "\u{ffff}\u{0085}\u{9b}31m", "&lt;already&gt; &amp; &#x3c;", "1. list", "- list", "=====", "",
    String(repeating: "A", count: 3_000),
  ]
}
