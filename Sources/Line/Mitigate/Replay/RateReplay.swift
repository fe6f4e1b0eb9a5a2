import Model

/// A rate limit, counted over recorded requests as a target counts.
struct RateReplay: Sendable {
  enum Window: Sendable {
    /// Counts from zero in each period of the clock.
    case fixed
    /// The period so far and, in proportion, the one before it (Cloudflare's and nginx's neighbours' way).
    case sliding
  }

  let requests: Int
  /// Seconds.
  let period: Int
  let timeout: Int
  let window: Window

  struct Outcome: Sendable {
    var stopped = 0
    var clients = 0
    var firstFired: Int64?
  }

  /// What becomes of clients' requests, each client by itself; `onStop` is told of each one that is stopped.
  func run(_ clients: [ArraySlice<RateTrace.Hit>], onStop: (RateTrace.Hit) -> Void = { _ in }) -> Outcome {
    var outcome = Outcome()
    var last: UInt64?
    for hits in clients {
      let stopped = outcome.stopped
      run(hits, &outcome, onStop)
      // A client counts once, in however many data centres it was stopped.
      if outcome.stopped > stopped, hits[hits.startIndex].client != last {
        outcome.clients += 1
        last = hits[hits.startIndex].client
      }
    }
    return outcome
  }

  private func run(_ hits: ArraySlice<RateTrace.Hit>, _ outcome: inout Outcome, _ onStop: (RateTrace.Hit) -> Void) {
    let width = Int64(period) * 1_000_000_000
    var (slot, count, before) = (Int64.min, 0, 0)
    var stoppedUntil = Int64.min
    var stopped = 0
    for hit in hits {
      let own = hit.time.floored(by: width)
      if own != slot {
        before = slot != .min && own - 1 == slot ? count : 0
        (slot, count) = (own, 0)
      }
      if hit.time < stoppedUntil {
        stopped += 1
        onStop(hit)
        continue
      }
      count += 1
      guard isOver(count, before, into: Double(hit.time - own &* width) / Double(width)) else { continue }
      stopped += 1
      onStop(hit)
      outcome.firstFired = min(outcome.firstFired ?? hit.time, hit.time)
      stoppedUntil = hit.time.addingReportingOverflow(Int64(timeout) * 1_000_000_000).partialValue
    }
    outcome.stopped += stopped
  }

  private func isOver(_ count: Int, _ before: Int, into share: Double) -> Bool {
    switch window {
    case .fixed: count > requests
    case .sliding: Double(count) + Double(before) * (1 - share) > Double(requests)
    }
  }
}

extension Int64 {
  /// The whole number of `width` below; also before 1970.
  fileprivate func floored(by width: Int64) -> Int64 { self / width - (self % width < 0 ? 1 : 0) }
}
