/// What really happened in made-up traffic.
package struct SampleTruth: Sendable, Codable {
  package var seed: UInt64
  package var events = 0
  /// First and last event, ns since 1970 UTC.
  package var firstSeen: Int64 = .max
  package var lastSeen: Int64 = .min
  package var attacks: [SampleAttack]

  package var attackEvents: Int { attacks.reduce(0) { $0 + $1.events } }

  package init(seed: UInt64, attacks: [SampleAttack]) {
    self.seed = seed
    self.attacks = attacks
  }
}

/// One attack: who did what, when.
package struct SampleAttack: Sendable, Codable {
  /// The byte that marks its lines in the label file; honest lines have `-`.
  package let label: String
  package let name: String
  /// One of the words of `incidents.json`.
  package let kind: String
  package var events = 0
  package var firstSeen: Int64 = .max
  package var lastSeen: Int64 = .min
  package var sources: [String] = []

  package init(label: String, name: String, kind: String) {
    self.label = label
    self.name = name
    self.kind = kind
  }
}
