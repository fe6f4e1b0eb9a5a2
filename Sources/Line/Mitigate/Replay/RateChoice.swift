import Model

/// Chooses a threshold from how fast honest clients are.
struct RateChoice {
  /// Periods that the platforms share, in seconds, and thresholds that a person would write.
  private static let periods = [10, 60, 600, 3600]
  private static let steps = [
    2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100, 120, 150, 200, 250, 300, 400, 500, 600, 800, 1_000,
    1_500, 2_000, 3_000, 5_000, 10_000,
  ]

  struct Found: Sendable {
    var requests: Int
    var period: Int
    var timeout: Int
    var attack: RateReplay.Outcome
    var baseline: RateReplay.Outcome
    /// The same threshold counted in a sliding window.
    var slidingAttack: RateReplay.Outcome
    var slidingBaseline: RateReplay.Outcome
  }

  /// Honest clients below which their own speed proves little, and what is then let through at least: a person who opens
  /// a few pages with all that belongs to them, or who tries one thing again and again.
  private static let leastClients = 100
  private static let leastOfAll = [10: 60, 60: 150, 600: 500, 3600: 1_500]
  private static let leastOfOne = [10: 5, 60: 10, 600: 20, 3600: 40]

  let attack: [ArraySlice<RateTrace.Hit>]
  let baseline: [ArraySlice<RateTrace.Hit>]
  /// Whether it counts one single thing that people ask for, not whatever they do.
  var isOneThing = true

  /// For the period that stops most, the lowest threshold that touches no more than `share` of the clients and of the
  /// requests of the baseline; nil where such a limit stops nothing to speak of.
  func best(share: Double) -> Found? {
    let requests = baseline.reduce(0) { $0 + $1.count }
    let clients = Set(baseline.map { $0[$0.startIndex].client }).count
    let found = Self.periods.compactMap { period -> Found? in
      let floor = (isOneThing ? Self.leastOfOne : Self.leastOfAll)[period] ?? 0
      for step in Self.steps where clients >= Self.leastClients || step >= floor {
        let replay = { window in RateReplay(requests: step, period: period, timeout: max(period, 60), window: window) }
        let honest = replay(.fixed).run(baseline)
        guard Double(honest.clients) <= share * Double(clients),
          Double(honest.stopped) <= share * Double(requests)
        else { continue }
        return Found(
          requests: step, period: period, timeout: max(period, 60), attack: replay(.fixed).run(attack),
          baseline: honest, slidingAttack: replay(.sliding).run(attack), slidingBaseline: replay(.sliding).run(baseline)
        )
      }
      return nil
    }
    // Where two periods stop nearly the same, the shorter one acts sooner.
    let most = found.map(\.attack.stopped).max() ?? 0
    return most == 0 ? nil : found.first { Double($0.attack.stopped) >= Double(most) * 0.97 }
  }
}
