import Model

/// One attack for which a mitigation is wanted.
package struct AttackCase: Sendable {
  package var id: String
  package var title: String
  /// Selects the attack's events.
  package var condition: Condition
  /// Its canonical text.
  package var text: String
  /// Hosts that were attacked; the baseline is the other traffic of the same hosts. Empty: of all.
  package var hosts: [String]
  /// First and last event (ns since 1970 UTC); nil where nobody said.
  package var span: ClosedRange<Int64>?

  package init(
    id: String, title: String, condition: Condition, text: String, hosts: [String] = [],
    span: ClosedRange<Int64>? = nil
  ) {
    self.id = id
    self.title = title
    self.condition = condition
    self.text = text
    self.hosts = hosts
    self.span = span
  }
}

/// Bounds and rules of drafting, with defaults.
package struct MitigateSettings: Sendable {
  /// Rows kept for contrast and drafting, both cohorts together.
  package var rowLimit = 200_000
  /// Events kept for the replay of one rate limit.
  package var traceLimit = 40_000
  /// Share of the baseline that a blocking rule may touch, and the share beyond which nothing is recommended.
  package var blockShare = 0.001
  package var limitShare = 0.01
  /// Attacks drafted for at most, the most urgent first.
  package var caseLimit = 24

  package init() {}
}
