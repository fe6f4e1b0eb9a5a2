import Content
import Model

/// Reads correlation documents once all rules are known.
struct SigmaCorrelationReader {
  let rules: [Signature]
  let drafts: [ContentNode]
  private(set) var problems: [ContentProblem] = []
  /// Rules that a correlation uses, and whether one of those lets them alert by themselves.
  private var used: [String: Bool] = [:]

  init(rules: [Signature], drafts: [ContentNode]) {
    self.rules = rules
    self.drafts = drafts
  }

  func isSilenced(_ rule: Signature) -> Bool { used[rule.id] == false }

  mutating func read() -> [SigmaCorrelation] {
    let correlations = drafts.map { read($0) }
    for (place, correlation) in correlations.enumerated() where leads(place, to: place, correlations, []) {
      problems.append(drafts[place].problem("the correlation '\(correlation.title)' refers back to itself"))
    }
    return correlations
  }

  private func leads(_ from: Int, to target: Int, _ all: [SigmaCorrelation], _ seen: Set<Int>) -> Bool {
    all[from].steps.contains { step in
      guard case .correlation(let next) = step, !seen.contains(next) else { return false }
      return next == target || leads(next, to: target, all, seen.union([next]))
    }
  }

  private mutating func read(_ document: ContentNode) -> SigmaCorrelation {
    var reader = ContentReader(document["correlation"] ?? document)
    let kind = reader.required("type") == nil ? nil : reader.word("type", as: SigmaCorrelation.Kind.self)
    let names = reader.required("rules").map { $0.list ?? [$0] } ?? []
    let groupNames = reader.optional("group-by").map { $0.list ?? [$0] } ?? []
    if reader.required("timespan") == nil { reader.complain([]) }
    let timespan = reader.span("timespan") ?? 1_000_000_000
    let conditionNode = reader.optional("condition")
    let aliases = reader.optional("aliases")
    let generate = reader.bool("generate") ?? document["generate"]?.bool ?? false
    problems += reader.finish()

    let steps = names.compactMap { step($0, generate: generate) }
    let stepNames = names.map { $0.text ?? "" }
    let groups = groupNames.map { group($0, stepNames, aliases) }
    let meta = SigmaMeta(document, &problems)
    let title = document["title"]?.text ?? ""
    if title.isEmpty { problems.append(document.problem("key 'title' is missing")) }
    var correlation = SigmaCorrelation(
      id: document["id"]?.text ?? title, title: title, name: document["name"]?.text, kind: kind ?? .eventCount,
      steps: steps,
      groupBy: groups, timespan: timespan, bounds: [], valueFields: [], percentile: 50, severity: meta.severity,
      techniques: meta.techniques, description: document["description"]?.text ?? "",
      falsePositives: meta.texts("falsepositives"), file: document.file, place: document.sourcePlace)
    correlation.generates = generate
    readCondition(conditionNode, stepNames, aliases, &correlation, document)
    return correlation
  }

  private mutating func step(_ node: ContentNode, generate: Bool) -> SigmaCorrelation.Step? {
    let name = node.text ?? ""
    if let rule = rules.first(where: { $0.answers(to: name) }) {
      used[rule.id] = (used[rule.id] ?? false) || generate
      return .rule(name: rule.name ?? rule.id, condition: rule.condition)
    }
    let isNamed = { (draft: ContentNode) in draft["name"]?.text == name || draft["id"]?.text == name }
    if let place = drafts.firstIndex(where: isNamed) { return .correlation(place) }
    let known = rules.map { $0.name ?? $0.id } + drafts.compactMap { $0["name"]?.text ?? $0["id"]?.text }
    problems.append(node.problem("there is no rule '\(name)'", suggestion: nearestWord(to: name, in: known)))
    return nil
  }

  /// The field that `name` means for each step.
  private mutating func columns(_ node: ContentNode, _ steps: [String], _ aliases: ContentNode?) -> [EventField] {
    let name = node.text ?? ""
    let alias = aliases?[name]
    return steps.map { step in
      let own = alias?[step]
      let field = own?.text ?? name
      if let column = SigmaField.column(field) { return column }
      problems.append(
        (own ?? node).problem(
          "there is no field '\(field)' to group or count by", suggestion: nearestWord(to: field, in: SigmaField.names))
      )
      return .ipSource
    }
  }

  private mutating func group(_ node: ContentNode, _ steps: [String], _ aliases: ContentNode?)
    -> SigmaCorrelation.GroupKey
  {
    SigmaCorrelation.GroupKey(name: node.text ?? "", fields: columns(node, steps, aliases))
  }

  private mutating func readCondition(
    _ node: ContentNode?, _ steps: [String], _ aliases: ContentNode?, _ correlation: inout SigmaCorrelation,
    _ document: ContentNode
  ) {
    let isTemporal = correlation.kind == .temporal || correlation.kind == .temporalOrdered
    guard let node else {
      if !isTemporal { problems.append(document.problem("key 'condition' of the correlation is missing")) }
      return
    }
    guard let entries = node.map else {
      return problems.append(node.problem("the condition of a correlation is a map"))
    }
    let relations: [String: ConditionRelation] = [
      "gt": .greater, "gte": .greaterOrEqual, "lt": .less, "lte": .lessOrEqual, "eq": .equal, "neq": .notEqual,
    ]
    for (key, value) in entries {
      let word = key.text ?? ""
      if let relation = relations[word] {
        guard let number = value.double else { problems.append(value.problem("expected a number")); continue }
        correlation.bounds.append(.init(relation, number))
      } else if word == "field" {
        // Several fields stand for their values together; one is what the windows count.
        let fields = value.list ?? [value]
        if fields.count != 1 { problems.append(value.problem("name one field")) }
        if let field = fields.first { correlation.valueFields = columns(field, steps, aliases) }
      } else if word == "percentile" {
        if let percentile = value.double, (0...100).contains(percentile) {
          correlation.percentile = percentile
        } else {
          problems.append(value.problem("'percentile' is a number from 0 to 100"))
        }
      } else {
        problems.append(
          key.problem(
            "unknown key '\(word)'",
            suggestion: nearestWord(to: word, in: relations.keys.sorted() + ["field", "percentile"])))
      }
    }
    if correlation.bounds.isEmpty, !isTemporal {
      problems.append(node.problem("one of gt, gte, lt, lte, eq, neq is missing"))
    }
    let countsEvents = correlation.kind == .eventCount || isTemporal
    if !countsEvents, correlation.valueFields.isEmpty { problems.append(node.problem("key 'field' is missing")) }
  }
}
