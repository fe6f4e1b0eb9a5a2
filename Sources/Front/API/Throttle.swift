import Synchronization

/// Holds back an address from which too many wrong tokens came.
final class Throttle: Sendable {
  private struct Tries {
    var count: Int
    var since: ContinuousClock.Instant
  }

  private let tries = Mutex<[String: Tries]>([:])
  private let limit: Int
  private let period: Duration
  /// Addresses remembered; a flood of others makes it forget.
  private static let memory = 10_000

  init(limit: Int = 20, period: Duration = .seconds(60)) {
    self.limit = limit
    self.period = period
  }

  /// Whether the address must wait.
  func isHeld(_ client: String) -> Bool {
    tries.withLock { tries in
      guard let known = tries[client] else { return false }
      if ContinuousClock.now - known.since > period {
        tries[client] = nil
        return false
      }
      return known.count >= limit
    }
  }

  /// Counts a wrong token.
  func miss(_ client: String) {
    tries.withLock { tries in
      if tries.count >= Self.memory { tries = [:] }
      tries[client, default: Tries(count: 0, since: .now)].count += 1
    }
  }
}
