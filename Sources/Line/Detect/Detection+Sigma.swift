import Conditions
import Model
import Windows

// Sigma rules and correlations, run as they are written.
extension Detection {
  /// One event that a Sigma rule matches suffices. The inspector has written the rule's title into `sigma.rules`.
  package init(signature: Signature) {
    let rules = ConditionValue(.each(ConditionValue(.field(.sigmaRules))))
    let named = ConditionTest(quantifier: .any, rules, .equal, .literal(.text(ByteText(signature.title))))
    self.init(
      sigma: signature.id, title: signature.title, description: signature.description, severity: signature.severity,
      techniques: signature.techniques, falsePositives: signature.falsePositives, condition: .test(named),
      key: [KeyField(.ipSource)],
      window: DetectionWindow(
        kind: .each, span: 60_000_000_000, slot: 7_500_000_000, of: [], marks: [], limits: WindowLimits()))
  }

  /// Errors: `ContentError` at a correlation that asks for what windows do not count.
  package init(correlation: SigmaCorrelation) throws(ContentError) {
    let reading = CorrelationReading(correlation)
    let window = reading.window()
    let key = reading.key()
    if !reading.problems.isEmpty { throw ContentError(reading.problems) }
    self.init(
      sigma: correlation.id, title: correlation.title, description: correlation.description,
      severity: correlation.severity, techniques: correlation.techniques, falsePositives: correlation.falsePositives,
      condition: .or(reading.conditions), key: key, window: window)
  }

  private init(
    sigma id: String, title: String, description: String, severity: Severity, techniques: [String],
    falsePositives: [String], condition: Condition, key: [KeyField], window: DetectionWindow
  ) {
    self.init(
      id: "sigma-\(id)", title: title, description: description, kind: Self.kind(techniques), severity: severity,
      severityIfSucceeded: nil, confidence: .medium, phase: Self.phase(Self.kind(techniques)), techniques: techniques,
      falsePositives: falsePositives, runbook: "signature", condition: condition, key: key, window: window,
      targets: .path, episode: max(window.span, 3_600_000_000_000), endsWhenCalm: false, keyLimit: 8_192)
  }

  /// What ATT&CK's technique says of the kind.
  private static func kind(_ techniques: [String]) -> IncidentKind {
    let kinds: [(prefix: String, kind: IncidentKind)] = [
      ("T1110", .credentialStuffing), ("T1078", .accountTakeover), ("T1595", .scanning), ("T1046", .portScan),
      ("T1498", .l3l4Flood), ("T1499", .l7Flood), ("T1190", .exploitation), ("T1505", .exploitation),
      ("T1059", .exploitation), ("T1203", .exploitation), ("T1068", .exploitation), ("T1071", .policyViolation),
    ]
    return kinds.first { entry in techniques.contains { $0.hasPrefix(entry.prefix) } }?.kind ?? .other
  }

  private static func phase(_ kind: IncidentKind) -> Phase {
    switch kind {
    case .scanning, .portScan: .reconnaissance
    case .credentialStuffing: .access
    case .exploitation: .exploitation
    case .accountTakeover: .takeover
    case .l7Flood, .l3l4Flood: .disruption
    default: .abuse
    }
  }
}

/// Reads a correlation as a window; collects what cannot be one.
private final class CorrelationReading {
  let correlation: SigmaCorrelation
  private(set) var problems: [ContentProblem] = []

  init(_ correlation: SigmaCorrelation) { self.correlation = correlation }

  private func complain(_ message: String) {
    let place = correlation.place
    problems.append(
      ContentProblem(
        file: correlation.file, line: place.line, column: place.column, message: "\(correlation.title): \(message)"))
  }

  lazy var conditions: [Condition] = correlation.steps.compactMap { step in
    if case .rule(_, let condition) = step { return condition }
    complain("correlations of correlations are not counted")
    return nil
  }

  func key() -> [KeyField] {
    correlation.groupBy.compactMap { group in
      if let field = group.fields.first, group.fields.allSatisfy({ $0 == field }) { return KeyField(field) }
      complain("'\(group.name)' must mean the same field for every rule")
      return nil
    }
  }

  func window() -> DetectionWindow {
    let span = max(8, correlation.timespan)
    var window = DetectionWindow(kind: kind, span: span, slot: span / 8, of: [], marks: [], limits: WindowLimits())
    switch correlation.kind {
    case .temporal, .temporalOrdered:
      window.marks = conditions
      window.limits.steps = conditions.count
      window.limits.ordered = correlation.kind == .temporalOrdered
      if conditions.count > 8 { complain("more than 8 rules in one sequence are not counted") }
      return window
    case .eventCount: window.limits.events = Int(least().rounded(.up))
    case .valueCount:
      window.limits.distinct = Int(least().rounded(.up))
      window.of = values()
    default:
      window.limits.value = least()
      window.limits.quantile = correlation.percentile / 100
      window.limits.isMean = correlation.kind == .valueAverage
      window.of = values()
    }
    return window
  }

  private var kind: WindowKind {
    switch correlation.kind {
    case .eventCount: .count
    case .valueCount: .distinct
    case .temporal, .temporalOrdered: .steps
    case .valueSum: .sum
    case .valueAverage: .mean
    case .valuePercentile: .quantile
    }
  }

  /// The number that must be reached. A count passes every number on its way, so at that moment upper bounds above it
  /// hold too; an upper bound alone would be true at the first event of every group.
  private func least() -> Double {
    var least = 0.0
    for bound in correlation.bounds {
      switch bound.relation {
      case .greater: least = max(least, bound.number.rounded(.down) + 1)
      case .greaterOrEqual, .equal: least = max(least, bound.number)
      default: break
      }
    }
    let isCount = correlation.kind == .eventCount || correlation.kind == .valueCount
    for bound in correlation.bounds where !isCount && isUpper(bound) {
      complain("lt, lte and neq are judged for counts only: a \(correlation.kind.rawValue) may leap over them")
    }
    for bound in correlation.bounds where !allows(least, bound) {
      complain("no number reaches the lower bound and stays within \(bound.number)")
    }
    if least == 0 { complain("lt, lte and neq alone are true at the first event: name a lower bound beside them") }
    if !(0...1e15).contains(least) { complain("\(least) is out of reach") }
    return min(max(least, 0), 1e15)
  }

  private func isUpper(_ bound: SigmaCorrelation.Bound) -> Bool {
    [.less, .lessOrEqual, .notEqual].contains(bound.relation)
  }

  private func allows(_ number: Double, _ bound: SigmaCorrelation.Bound) -> Bool {
    switch bound.relation {
    case .less: number < bound.number
    case .lessOrEqual: number <= bound.number
    case .notEqual: number != bound.number
    default: true
    }
  }

  private func values() -> [KeyField] {
    if let field = correlation.valueFields.first, correlation.valueFields.allSatisfy({ $0 == field }) {
      return [KeyField(field)]
    }
    complain("the counted field must be the same for every rule")
    return []
  }
}
