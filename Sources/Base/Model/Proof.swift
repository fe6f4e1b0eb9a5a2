/// What a mitigation would have done to the recorded traffic, counted over every event of it.
package struct Proof: Sendable, Codable, Equatable {
  /// Attack requests that it meets, and the addresses they came from.
  package var attack: Share
  package var sources: Share
  /// Requests of the baseline that it meets, and the clients they came from.
  package var baseline: Share
  package var clients: Share
  /// Baseline requests outside the time of the attack: what an attack that was only half recognised cannot spoil.
  package var outside: Share
  /// Attack requests that drafting did not see.
  package var unseen: Share
  package var countries: [NamedCount] = []
  package var hosts: [NamedCount] = []
  /// Named good cohorts: how many of their requests it meets.
  package var cohorts: [CohortShare] = []
  /// First event at which it would have acted (ns since 1970 UTC).
  package var firstFired: Int64?
  /// Over time, `slotSeconds` each from `start`.
  package var start: Int64 = 0
  package var slotSeconds = 1.0
  package var slots: [ProofSlot] = []
  /// Requests of the baseline that it meets, as they were logged; for a rate limit the clients that it stops.
  package var hurt: [Evidence] = []
  /// For a rate limit: attack and baseline requests that it stops where the target counts in a sliding window.
  package var sliding: [Share] = []

  package init(attack: Share, sources: Share, baseline: Share, clients: Share, outside: Share, unseen: Share) {
    self.attack = attack
    self.sources = sources
    self.baseline = baseline
    self.clients = clients
    self.outside = outside
    self.unseen = unseen
  }
}

/// A good cohort that was named, and how much of it a mitigation meets.
package struct CohortShare: Sendable, Codable, Equatable {
  package var name: String
  package var share: Share

  package init(name: String, share: Share) {
    self.name = name
    self.share = share
  }
}

/// Requests within one slot of a proof's time.
package struct ProofSlot: Sendable, Codable, Equatable {
  package var attack = 0
  package var caught = 0
  package var baseline = 0
  package var hurt = 0

  package init() {}
}
