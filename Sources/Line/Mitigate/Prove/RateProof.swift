import Model

/// What a chosen rate limit does to both cohorts, followed request by request over time.
///
/// Where traces were thinned by client, the counts stand for as many times as many.
struct RateProof {
  /// Good cohorts that are followed.
  static let cohortLimit = 16
  private static let clientLimit = 10_000

  private(set) var caught = 0
  private(set) var attackers = 0
  private(set) var hurt = 0
  private(set) var outside = 0
  /// The same threshold counted in a sliding window.
  private(set) var slidingCaught = 0
  private(set) var slidingHurt = 0
  /// Stopped honest clients by hash, and when first.
  private(set) var clients: [UInt64: Int64] = [:]
  private(set) var countries: [String: Int] = [:]
  private(set) var hosts: [String: Int] = [:]
  private(set) var cohorts: [Int]
  private(set) var slots: [(caught: Int, hurt: Int)]

  init(attack: RateTrace, baseline: RateTrace, found: RateChoice.Found, window: ProofWindow, cohorts count: Int) {
    cohorts = Array(repeating: 0, count: min(count, Self.cohortLimit))
    slots = Array(repeating: (0, 0), count: ProofWindow.slotCount)
    let (upAttack, up) = (1 << Int(attack.thinning), 1 << Int(baseline.thinning))
    let replay = RateReplay(requests: found.requests, period: found.period, timeout: found.timeout, window: .fixed)
    let attacked = replay.run(attack.clients) { hit in
      if let slot = window.slot(of: hit.time) { slots[slot].caught += upAttack }
    }
    (caught, attackers) = (attacked.stopped * upAttack, attacked.clients * upAttack)
    let honest = replay.run(baseline.clients) { hit in
      if let slot = window.slot(of: hit.time) { slots[slot].hurt += up }
      if !window.attack.contains(hit.time) { outside += up }
      if clients.count < Self.clientLimit { clients[hit.client] = min(clients[hit.client] ?? hit.time, hit.time) }
      if hit.country != 0 {
        let name = String(decoding: [UInt8(hit.country >> 8), UInt8(hit.country & 0xff)], as: UTF8.self)
        countries[name, default: 0] += up
      }
      if hit.host != 0 { hosts[baseline.hosts[Int(hit.host) - 1], default: 0] += up }
      for number in cohorts.indices where hit.cohorts >> UInt16(number) & 1 == 1 { cohorts[number] += up }
    }
    hurt = honest.stopped * up
    (slidingCaught, slidingHurt) = (found.slidingAttack.stopped * upAttack, found.slidingBaseline.stopped * up)
  }
}
