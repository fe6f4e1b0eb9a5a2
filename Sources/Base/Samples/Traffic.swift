import Glibc

/// A shop's traffic as it happens: everybody who is under way stands in the agenda, and acts when their time comes.
///
/// The same settings give the same lines. Costs some 0.3 µs an event beside the writing.
final class Traffic {
  let settings: SampleSettings
  var random: RandomSource
  var agenda: Agenda
  /// Path and query, and referrer, of the exchange that is being made.
  var path = ByteSink(capacity: 8192)
  var referrer = ByteSink(capacity: 8192)
  var truth: SampleTruth
  private let households: ZipfTable
  private var sources: [Set<UInt64>] = []
  private let output: SampleOutput

  /// Arrivals a second, averaged over the day.
  let arrivals: Double
  private let usualPace: Double
  let start: Int64
  let end: Int64

  /// Requests that one arrival leads to on average, robots and the viral link's readers shared out; measured.
  private static let requestsPerArrival = 21.2

  init(settings: SampleSettings, output: SampleOutput) {
    self.settings = settings
    self.output = output
    random = RandomSource(seed: settings.seed)
    start = settings.start * 1_000_000_000
    end = start + max(settings.seconds, 60) * 1_000_000_000
    agenda = Agenda(end: end)
    truth = SampleTruth(seed: settings.seed, attacks: [])
    households = ZipfTable(count: max(settings.clients, 1), exponent: 0.9)
    // Monitors, the partner and feed readers ask by the clock, whatever the shop's size.
    let seconds = Double(max(settings.seconds, 60))
    let byTheClock = seconds * (0.25 + Double(Self.feedReaders(settings)) / 2_250)
    let visited = max(Double(settings.events) * (settings.attacks ? 0.89 : 1) - byTheClock, 1)
    arrivals = visited / Self.requestsPerArrival / seconds
    // A piece of the day is busier or quieter than the whole: over the time that is told, the pace averages one.
    let slot = (end - start) / 48
    let samples = (0..<48).map { [start] in Self.dayShape(at: start + slot * $0) }
    usualPace = samples.reduce(0, +) / 48
  }

  static func feedReaders(_ settings: SampleSettings) -> Int { min(250, max(20, settings.events / 8_000)) }

  /// Makes everything and returns what is true about it.
  func run() throws -> SampleTruth {
    openTheShop()
    if settings.attacks { planAttacks() }
    while let step = agenda.next() {
      act(step)
      try output.flushIfFull()
    }
    try output.finish()
    for index in truth.attacks.indices where truth.attacks[index].events == 0 { truth.attacks[index].firstSeen = 0 }
    return truth
  }

  /// Arrivals a second at a time of day.
  func pace(at time: Int64) -> Double { arrivals * Self.dayShape(at: time) / usualPace }

  /// Quiet in the small hours, busiest in the evening; one on average over a day.
  private static func dayShape(at time: Int64) -> Double {
    let hour = Double(time / 1_000_000_000 % 86_400) / 3600
    return 1 + 0.6 * cos((hour - 19) / 24 * 2 * .pi)
  }

  private func act(_ step: Agenda.Step) {
    switch step.actor {
    case .arrivals: arrive(step)
    case .visitor: visit(step)
    case .appUser: useApp(step)
    case .viralReader: arriveByViralLink(step)
    case .robot: crawl(step)
    case .monitor: watch(step)
    case .feedReader: readFeed(step)
    case .partner: askForStock(step)
    case .downloader: download(step)
    case .payloads: tryPayload(step)
    case .slowStuffing: stuffSlowly(step)
    case .bruteForce: guessPasswords(step)
    case .flood: flood(step)
    case .scanner: scan(step)
    case .scraper: scrape(step)
    }
  }

  /// A household or a phone, frequent ones first.
  func someHousehold() -> Client { .household(households.draw(&random), salt: settings.seed) }

  /// A point of the time that is told, as a share of it.
  func moment(_ share: Double) -> Int64 { start + Int64(Double(end - start) * share) }

  /// Puts `page` into the path and makes the exchange that asks for it.
  func exchange(_ step: Agenda.Step, page: Page) -> Exchange {
    path.clear()
    path.putPath(page)
    var exchange = Exchange(time: step.time, client: step.client, traits: random.next())
    exchange.bytes = page.size
    exchange.contentType = page.contentType
    exchange.cacheable = page.cacheable
    exchange.isAPI = page.isAPI
    exchange.label = Int(step.label)
    return exchange
  }

  /// Writes the line and keeps the truth.
  func emit(_ exchange: Exchange) {
    truth.events += 1
    truth.firstSeen = min(truth.firstSeen, exchange.time)
    truth.lastSeen = max(truth.lastSeen, exchange.time)
    if exchange.label > 0 { mark(exchange) }
    output.write(exchange, path: path.bytes, referrer: referrer.bytes)
  }

  /// Adds an attack to the truth; the result is its label.
  func announce(_ name: String, kind: String) -> UInt8 {
    let letter = UInt8(ascii: "A") + UInt8(truth.attacks.count)
    truth.attacks.append(SampleAttack(label: String(UnicodeScalar(letter)), name: name, kind: kind))
    sources.append([])
    return UInt8(truth.attacks.count)
  }

  private func mark(_ exchange: Exchange) {
    let index = exchange.label - 1
    truth.attacks[index].events += 1
    truth.attacks[index].firstSeen = min(truth.attacks[index].firstSeen, exchange.time)
    truth.attacks[index].lastSeen = max(truth.attacks[index].lastSeen, exchange.time)
    let client = exchange.client
    let identity = client.v4 != 0 ? UInt64(client.v4) : 1 << 40 | UInt64(client.network) << 32 | UInt64(client.seed)
    guard sources[index].insert(identity).inserted else { return }
    var address = ByteSink(capacity: 64)
    address.putAddress(client)
    truth.attacks[index].sources.append(String(decoding: address.bytes, as: UTF8.self))
  }
}
