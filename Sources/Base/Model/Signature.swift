/// A signature rule as its author wrote it, its detection turned into a condition.
package struct Signature: Sendable {
  package var id: String
  package var title: String
  /// The name by which correlations may refer to it.
  package var name: String?
  package var severity: Severity
  /// ATT&CK technique ids, upper case.
  package var techniques: [String]
  package var description: String
  package var author: String
  package var references: [String]
  package var falsePositives: [String]
  package var condition: Condition
  /// False for a rule that only serves correlations.
  package var alerts: Bool
  package var file: String?

  package init(
    id: String, title: String, name: String? = nil, severity: Severity, techniques: [String] = [],
    description: String = "",
    author: String = "", references: [String] = [], falsePositives: [String] = [], condition: Condition,
    alerts: Bool = true, file: String? = nil
  ) {
    self.id = id
    self.title = title
    self.name = name
    self.severity = severity
    self.techniques = techniques
    self.description = description
    self.author = author
    self.references = references
    self.falsePositives = falsePositives
    self.condition = condition
    self.alerts = alerts
    self.file = file
  }
}

/// A Sigma correlation as its author wrote it, every name resolved.
///
/// Source: Sigma specification 2.1, correlation rules.
package struct SigmaCorrelation: Sendable {
  package enum Kind: String, Sendable, CaseIterable {
    case eventCount = "event_count"
    case valueCount = "value_count"
    case temporal
    case temporalOrdered = "temporal_ordered"
    case valueSum = "value_sum"
    case valueAverage = "value_avg"
    case valuePercentile = "value_percentile"
  }

  /// What is counted or awaited: a rule's events, or another correlation's alerts.
  package enum Step: Sendable {
    case rule(name: String, condition: Condition)
    /// Place in the same list of correlations.
    case correlation(Int)
  }

  /// One part of the group: the field to read for each step, which aliases may make differ.
  package struct GroupKey: Sendable, Equatable {
    package var name: String
    package var fields: [EventField]

    package init(name: String, fields: [EventField]) {
      self.name = name
      self.fields = fields
    }
  }

  /// One comparison of the counted number; all of them must hold.
  package struct Bound: Sendable, Equatable {
    package var relation: ConditionRelation
    package var number: Double

    package init(_ relation: ConditionRelation, _ number: Double) {
      self.relation = relation
      self.number = number
    }

    package func holds(_ value: Double) -> Bool {
      switch relation {
      case .less: value < number
      case .lessOrEqual: value <= number
      case .greater: value > number
      case .greaterOrEqual: value >= number
      case .notEqual: value != number
      default: value == number
      }
    }
  }

  package var id: String
  package var title: String
  package var name: String?
  package var kind: Kind
  package var steps: [Step]
  package var groupBy: [GroupKey]
  /// Nanoseconds.
  package var timespan: Int64
  /// Empty for `temporal` and `temporal_ordered` without a condition: every step must be there.
  package var bounds: [Bound]
  /// The field whose values are counted or added up, for each step.
  package var valueFields: [EventField]
  /// 0…100, for `value_percentile`.
  package var percentile: Double
  /// Whether what it is made of alerts by itself too.
  package var generates = false
  package var severity: Severity
  package var techniques: [String]
  package var description: String
  package var falsePositives: [String]
  package var file: String?
  package var place: SourcePlace

  package init(
    id: String, title: String, name: String?, kind: Kind, steps: [Step], groupBy: [GroupKey], timespan: Int64,
    bounds: [Bound], valueFields: [EventField], percentile: Double, severity: Severity, techniques: [String],
    description: String, falsePositives: [String], file: String?, place: SourcePlace
  ) {
    self.id = id
    self.title = title
    self.name = name
    self.kind = kind
    self.steps = steps
    self.groupBy = groupBy
    self.timespan = timespan
    self.bounds = bounds
    self.valueFields = valueFields
    self.percentile = percentile
    self.severity = severity
    self.techniques = techniques
    self.description = description
    self.falsePositives = falsePositives
    self.file = file
    self.place = place
  }
}
