import Model

/// A customer as it stands: what pages and programs are shown, replaced as a whole.
package struct LiveView: Sendable {
  /// In the order of their urgency.
  package var incidents: [Incident] = []
  /// By id.
  package var alerts: [String: Alert] = [:]
  /// Which incident an alert belongs to.
  package var holders: [String: String] = [:]
  package var traffic = TrafficSummary()
  package var counts = LiveCounts()

  package init() {}
}

/// What happened to a customer's telemetry since the start.
package struct LiveCounts: Sendable, Equatable {
  package var deliveries = 0
  package var bytes = 0
  package var events = 0
  /// Lines that no format takes.
  package var rejected = 0
  package var alertsRaised = 0
  /// Those of them that somebody expected.
  package var alertsSuppressed = 0
  package var incidentsOpened = 0
  /// Facts that the journal has refused so far and that are tried again.
  package var factsWaiting = 0
  /// Seconds from a delivery's arrival to its durable alert: how many took at most `LatencyBuckets.bounds`.
  package var latency = LatencyBuckets()

  package init() {}
}

/// A histogram as Prometheus counts it.
package struct LatencyBuckets: Sendable, Equatable {
  package static let bounds = [0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]
  package private(set) var counts = [Int](repeating: 0, count: bounds.count + 1)
  package private(set) var sum = 0.0

  package init() {}

  mutating func add(seconds: Double) {
    counts[Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count] += 1
    sum += seconds
  }
}
