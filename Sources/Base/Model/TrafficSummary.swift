/// What all traffic looked like, attack or not: the ground that an incident is seen against.
package struct TrafficSummary: Sendable, Codable, Equatable {
  package var events = 0
  package var firstSeen: Int64 = 0
  package var lastSeen: Int64 = 0
  /// Width of one slot of `timeline`, in seconds; chosen so that the whole fits some 300 slots.
  package var slotSeconds: Int = 1
  package var timeline: [TrafficSlot] = []
  package var sources = SourceTally(count: 0, top: [])
  package var hosts: [NamedCount] = []
  package var paths: [NamedCount] = []
  package var userAgents: [NamedCount] = []
  package var statuses: [NamedCount] = []
  package var methods: [NamedCount] = []
  package var countries: [NamedCount] = []
  package var networks: [NamedCount] = []

  package init() {}
}

/// Traffic within one slot of time.
package struct TrafficSlot: Sendable, Codable, Equatable {
  /// Start of the slot (ns since 1970 UTC).
  package var at: Int64
  package var events: Int
  /// Events that belong to an alert, so far as they were marked while they passed.
  package var attack: Int
  /// Answers 4xx and 5xx.
  package var clientErrors: Int
  package var serverErrors: Int
  package var bytes: Int

  package init(
    at: Int64, events: Int = 0, attack: Int = 0, clientErrors: Int = 0, serverErrors: Int = 0, bytes: Int = 0
  ) {
    self.at = at
    self.events = events
    self.attack = attack
    self.clientErrors = clientErrors
    self.serverErrors = serverErrors
    self.bytes = bytes
  }
}

package struct NamedCount: Sendable, Codable, Hashable {
  package var name: String
  package var count: Int

  package init(name: String, count: Int) {
    self.name = name
    self.count = count
  }
}
