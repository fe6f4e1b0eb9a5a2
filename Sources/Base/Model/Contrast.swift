/// What distinguishes two cohorts of events: each value's share in the one and in the other.
package struct Contrast: Sendable, Codable, Equatable {
  /// Events of each cohort in the input, weights applied.
  package var attackEvents: Int
  package var baselineEvents: Int
  /// How many rows of each the shares were counted on; fewer than the events where the input was larger than memory.
  package var attackRows: Int
  package var baselineRows: Int
  /// By separating power, the strongest first.
  package var rows: [ContrastRow]

  package init(attackEvents: Int, baselineEvents: Int, attackRows: Int, baselineRows: Int, rows: [ContrastRow]) {
    self.attackEvents = attackEvents
    self.baselineEvents = baselineEvents
    self.attackRows = attackRows
    self.baselineRows = baselineRows
    self.rows = rows
  }
}

/// One value of one field, or two of two, in both cohorts.
package struct ContrastRow: Sendable, Codable, Equatable {
  /// What is looked at, `path prefix` say.
  package var field: String
  /// The value as bytes read as UTF-8. Hostile: escape wherever it is shown.
  package var value: String
  /// The condition that selects it.
  package var condition: String
  package var attack: Share
  package var baseline: Share
  /// How many times more frequent it is in the attack; held at 1,000,000 where the baseline has none.
  package var lift: Double
  /// Bits that knowing the value tells about the cohort, both cohorts weighing the same: 0 nothing, 1 everything.
  package var separation: Double

  package init(
    field: String, value: String, condition: String, attack: Share, baseline: Share, lift: Double, separation: Double
  ) {
    self.field = field
    self.value = value
    self.condition = condition
    self.attack = attack
    self.baseline = baseline
    self.lift = lift
    self.separation = separation
  }
}
