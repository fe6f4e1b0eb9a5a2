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

  /// `others` are all correlations, to which steps refer by place.
  ///
  /// Errors: `ContentError` at a correlation that asks for what windows do not count.
  package init(correlation: SigmaCorrelation, among others: [SigmaCorrelation] = []) throws(ContentError) {
    let reading = CorrelationReading(correlation, among: others)
    let window = reading.window()
    let feeds = reading.feeds()
    let key = reading.key()
    if !reading.problems.isEmpty { throw ContentError(reading.problems) }
    self.init(
      sigma: correlation.id, title: correlation.title, description: correlation.description,
      severity: correlation.severity, techniques: correlation.techniques, falsePositives: correlation.falsePositives,
      condition: window.kind == .steps ? .or(reading.conditions) : .or(reading.ownConditions), key: key,
      window: window)
    fedBy = feeds
    stepKeys = reading.stepKeys()
    stepValues = reading.stepValues()
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
  private let others: [SigmaCorrelation]
  private(set) var problems: [ContentProblem] = []

  init(_ correlation: SigmaCorrelation, among others: [SigmaCorrelation]) {
    self.correlation = correlation
    self.others = others
  }

  private func complain(_ message: String) {
    let place = correlation.place
    problems.append(
      ContentProblem(
        file: correlation.file, line: place.line, column: place.column, message: "\(correlation.title): \(message)"))
  }

  /// What each step looks at; of another correlation, what that one looks at.
  lazy var conditions: [Condition] = correlation.steps.map { condition(of: $0, depth: 0) }

  /// The steps that are rules.
  var ownConditions: [Condition] {
    correlation.steps.compactMap { if case .rule(_, let condition) = $0 { condition } else { nil } }
  }

  func feeds() -> [Feed] {
    correlation.steps.enumerated().compactMap { place, step in
      guard case .correlation(let inner) = step, others.indices.contains(inner) else { return nil }
      if CorrelationReading(others[inner], among: others).needsWholeSpan {
        complain("'\(others[inner].title)' is judged when its span is over, when no event of its group is at hand")
      }
      return Feed(step: place, id: "sigma-\(others[inner].id)")
    }
  }

  private func condition(of step: SigmaCorrelation.Step, depth: Int) -> Condition {
    switch step {
    case .rule(_, let condition): return condition
    case .correlation(let place):
      guard others.indices.contains(place), depth < others.count else { return .or([]) }
      return .or(others[place].steps.map { condition(of: $0, depth: depth + 1) })
    }
  }

  /// The group as the first rule names it.
  func key() -> [KeyField] {
    correlation.groupBy.compactMap { group in
      let kinds = Set(group.fields.map(\.conditionType))
      guard let field = group.fields.first, kinds.count == 1 else {
        complain("'\(group.name)' must be of one type for every rule")
        return nil
      }
      return KeyField(field)
    }
  }

  /// How each rule names the group, where aliases make them differ.
  func stepKeys() -> [StepKey] {
    let differs = correlation.groupBy.contains { Set($0.fields).count > 1 }
    guard differs else { return [] }
    return conditions.indices.map { step in
      StepKey(
        condition: conditions[step],
        key: correlation.groupBy.map { KeyField($0.fields.indices.contains(step) ? $0.fields[step] : $0.fields[0]) })
    }
  }

  /// How each rule names what is counted, where aliases make them differ.
  func stepValues() -> [StepKey] {
    guard Set(correlation.valueFields).count > 1 else { return [] }
    return zip(conditions, correlation.valueFields).map { StepKey(condition: $0, key: [KeyField($1)]) }
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
    case .eventCount where needsWholeSpan, .valueCount where needsWholeSpan, .valueSum where needsWholeSpan,
      .valueAverage where needsWholeSpan, .valuePercentile where needsWholeSpan:
      window.kind = .bounded
      window.reckoning = Reckoning(correlation.kind, correlation.bounds, percentile: correlation.percentile)
      if correlation.kind != .eventCount { window.of = values() }
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

  /// Whether an upper bound can only be judged when the span is over. A count passes every number on its way: at the
  /// moment it reaches the lower bound, upper bounds above that hold too. Without a lower bound any group's first event
  /// would do, and sums leap.
  private var needsWholeSpan: Bool {
    let isCount = correlation.kind == .eventCount || correlation.kind == .valueCount
    let uppers = correlation.bounds.filter { [.less, .lessOrEqual, .notEqual].contains($0.relation) }
    return !uppers.isEmpty && (!isCount || lowest == 0)
  }

  /// The number that the lower bounds ask for; 0 without any.
  private var lowest: Double {
    var lowest = 0.0
    for bound in correlation.bounds {
      switch bound.relation {
      case .greater: lowest = max(lowest, bound.number.rounded(.down) + 1)
      case .greaterOrEqual, .equal: lowest = max(lowest, bound.number)
      default: break
      }
    }
    return lowest
  }

  /// The number that must be reached.
  private func least() -> Double {
    let least = lowest
    for bound in correlation.bounds where [.less, .lessOrEqual, .notEqual].contains(bound.relation) {
      if !bound.holds(least) {
        complain("no number reaches the lower bound and stays within \(bound.number)")
      }
    }
    if !(0...1e15).contains(least) { complain("\(least) is out of reach") }
    return min(max(least, 0), 1e15)
  }

  private func values() -> [KeyField] {
    if Set(correlation.valueFields.map(\.conditionType)).count > 1 {
      complain("the counted field must be of one type for every rule")
    }
    return correlation.valueFields.first.map { [KeyField($0)] } ?? []
  }
}
