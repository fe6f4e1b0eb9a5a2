import Records
import Synchronization

/// Lets each token ask so many times a second, with a burst of four seconds' worth; a token bucket for each.
final class RateLimit: Sendable {
  private struct Bucket {
    var left: Double
    var since: ContinuousClock.Instant
  }

  private let perSecond: Double
  private let buckets = Mutex<[SHA256: Bucket]>([:])
  /// More tokens than are ever in use at once; a flood of others makes it forget, which is no loss: they are unknown.
  private static let memory = 10_000

  /// No limit where it is 0.
  init(perSecond: Int) { self.perSecond = Double(perSecond) }

  /// Whether this one may be answered now.
  func takes(_ token: AccessToken, at now: ContinuousClock.Instant = .now) -> Bool {
    guard perSecond > 0 else { return true }
    return buckets.withLock { buckets in
      if buckets.count >= Self.memory { buckets = [:] }
      var bucket = buckets[token.digest] ?? Bucket(left: perSecond * 4, since: now)
      bucket.left = min(perSecond * 4, bucket.left + (now - bucket.since) / .seconds(1) * perSecond)
      bucket.since = now
      defer { buckets[token.digest] = bucket }
      guard bucket.left >= 1 else { return false }
      bucket.left -= 1
      return true
    }
  }
}
