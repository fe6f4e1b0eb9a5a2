import Content
import Model

/// The rules and correlations of one or many Sigma files.
///
/// Every problem of every file is reported at once. Source: Sigma specification 2.1.
package struct SigmaLibrary: Sendable {
  package private(set) var signatures: [Signature] = []
  package private(set) var correlations: [SigmaCorrelation] = []

  /// Reads files by name and text. `placeholders` gives the values of `%name%`.
  package init(
    _ files: [(name: String, text: String)], placeholders: [String: [String]] = [:]
  ) throws(ContentError) {
    var reader = SigmaReader(placeholders: placeholders)
    for file in files { reader.read(file.text, file: file.name) }
    reader.finish()
    if !reader.problems.isEmpty { throw ContentError(reader.problems) }
    signatures = reader.rules.map(\.signature)
    correlations = reader.correlations
  }
}

/// One rule while its file is read.
struct SigmaRule {
  var signature: Signature
  var node: ContentNode
}

/// Reads documents and keeps what refers to other documents until all are known.
struct SigmaReader {
  private(set) var rules: [SigmaRule] = []
  var correlations: [SigmaCorrelation] = []
  var problems: [ContentProblem] = []
  private var correlationDrafts: [ContentNode] = []
  private var filters: [ContentNode] = []
  private let placeholders: [String: [String]]

  init(placeholders: [String: [String]]) { self.placeholders = placeholders }

  mutating func read(_ text: String, file: String) {
    do throws(ContentError) {
      for document in try ContentNode.documents(of: text, file: file) {
        if document["correlation"] != nil {
          correlationDrafts.append(document)
        } else if document["filter"] != nil {
          filters.append(document)
        } else {
          readRule(document, file: file)
        }
      }
    } catch { problems += error.problems }
  }

  mutating func finish() {
    for filter in filters { apply(filter) }
    var reader = SigmaCorrelationReader(rules: rules.map(\.signature), drafts: correlationDrafts)
    correlations = reader.read()
    problems += reader.problems
    // A rule that a correlation uses alerts by itself only where that correlation says so.
    for place in rules.indices where reader.isSilenced(rules[place].signature) { rules[place].signature.alerts = false }
  }

  // MARK: Rules

  private mutating func readRule(_ document: ContentNode, file: String) {
    guard document.map != nil else { return problems.append(document.problem("expected a Sigma rule")) }
    if document["action"] != nil {
      return problems.append(document.problem("'action' belongs to Sigma 1: write whole documents"))
    }
    guard let title = document["title"]?.text, !title.isEmpty else {
      return problems.append(document.problem("key 'title' is missing"))
    }
    guard let source = document["logsource"], source.map != nil else {
      return problems.append(document.problem("key 'logsource' is missing"))
    }
    guard let detection = document["detection"], detection.map != nil else {
      return problems.append(document.problem("key 'detection' is missing"))
    }
    let scope = logsource(source)
    let condition = search(in: detection)
    let meta = SigmaMeta(document, &problems)
    let signature = Signature(
      id: document["id"]?.text ?? title, title: title, name: document["name"]?.text, severity: meta.severity,
      techniques: meta.techniques, description: document["description"]?.text ?? "",
      author: document["author"]?.text ?? "",
      references: meta.texts("references"), falsePositives: meta.texts("falsepositives"),
      condition: scope.map { .and([condition, $0]) } ?? condition, file: file)
    rules.append(SigmaRule(signature: signature, node: document))
  }

  /// What events a log source means beyond what the rule's fields say; unknown sources are problems.
  private mutating func logsource(_ node: ContentNode) -> Condition? {
    let known: [String: [String]] = [
      "category": ["webserver", "proxy", "firewall", "application", "waf"],
      "product": [
        "apache", "nginx", "iis", "cloudflare", "fastly", "varnish", "haproxy", "caddy", "traefik", "aws",
        "modsecurity",
        "coraza", "linux", "windows", "azure", "gcp",
      ],
      "service": [
        "apache", "nginx", "iis", "haproxy", "varnish", "cloudflare", "fastly", "waf", "alb", "cloudfront",
        "modsecurity", "access",
        "error", "http_requests", "firewall_events",
      ],
    ]
    for (key, words) in known.sorted(by: { $0.key < $1.key }) {
      guard let value = node[key], let text = value.text else { continue }
      // An operating system is fine where the category says that its web server is meant.
      let isHost = ["linux", "windows", "azure", "gcp"].contains(text)
      if !words.contains(text) || isHost && node["category"] == nil {
        let nearest = isHost ? nil : nearestWord(to: text, in: words)
        problems.append(value.problem("Weir reads no logs of \(key) '\(text)'", suggestion: nearest))
      }
    }
    if node["category"] == nil, node["product"] == nil, node["service"] == nil {
      problems.append(node.problem("a log source names a category, product or service"))
    }
    guard let category = node["category"]?.text, category == "webserver" || category == "proxy" else { return nil }
    let others = ConditionTest(
      .field(.eventClass), .isIn, .set(["dns", "flow", "tls", "host"].map { .text(ByteText($0)) }),
      place: node.sourcePlace)
    return .not(.test(others))
  }

  /// The condition of a `detection` or `filter` section.
  private mutating func search(in section: ContentNode) -> Condition {
    var detection = SigmaDetection(placeholders: placeholders)
    var searches: [(name: String, condition: Condition)] = []
    for entry in section.map ?? [] {
      guard let name = entry.key.text, !["condition", "timeframe", "rules"].contains(name) else { continue }
      searches.append((name, detection.identifier(entry.value)))
    }
    problems += detection.problems
    if let timeframe = section["timeframe"] {
      problems.append(timeframe.problem("'timeframe' belongs to Sigma 1: write a correlation"))
    }
    guard let node = section["condition"] else {
      problems.append(section.problem("key 'condition' is missing"))
      return .or([])
    }
    let texts = node.list ?? [node]
    let parts = texts.map { text -> Condition in
      do throws(SigmaExpression.Failure) {
        return try SigmaExpression.condition(text.text ?? "", searches: searches)
      } catch {
        var problem = text.problem(error.message, suggestion: error.suggestion)
        problem.column += error.offset
        problems.append(problem)
        return .or([])
      }
    }
    return .any(parts)
  }

  // MARK: Filters

  /// Adds a filter's condition to the rules that it names.
  private mutating func apply(_ document: ContentNode) {
    guard let filter = document["filter"], filter.map != nil else {
      return problems.append(document.problem("'filter' is a map"))
    }
    let condition = search(in: filter)
    guard let named = filter["rules"] else { return problems.append(filter.problem("key 'rules' is missing")) }
    if named.text == "any" {
      for place in rules.indices {
        rules[place].signature.condition = .and([rules[place].signature.condition, condition])
      }
      return
    }
    for node in named.list ?? [named] {
      let name = node.text ?? ""
      guard let place = rules.firstIndex(where: { $0.signature.answers(to: name) }) else {
        let names = rules.map { $0.signature.name ?? $0.signature.id }
        problems.append(node.problem("there is no rule '\(name)'", suggestion: nearestWord(to: name, in: names)))
        continue
      }
      rules[place].signature.condition = .and([rules[place].signature.condition, condition])
    }
  }
}

extension Signature {
  /// Correlations and filters name a rule by its name or its id.
  func answers(to reference: String) -> Bool { name == reference || id == reference }
}

/// What every kind of document says about itself.
struct SigmaMeta {
  private let document: ContentNode
  let severity: Severity
  /// `attack.t1110.004` as `T1110.004`.
  let techniques: [String]

  init(_ document: ContentNode, _ problems: inout [ContentProblem]) {
    self.document = document
    var severity = Severity.medium
    if let node = document["level"], let text = node.text {
      if let known = Severity(rawValue: text) {
        severity = known
      } else {
        let words = Severity.allCases.map(\.rawValue)
        problems.append(
          node.problem(
            "'\(text)' is not one of \(words.joined(separator: ", "))", suggestion: nearestWord(to: text, in: words)))
      }
    }
    self.severity = severity
    let tags = document["tags"]?.list?.compactMap(\.text) ?? []
    techniques = tags.filter { $0.hasPrefix("attack.t") && $0.dropFirst(8).first?.isNumber == true }
      .map { "T" + $0.dropFirst(8).uppercased() }
  }

  func texts(_ key: String) -> [String] {
    let node = document[key]
    return node?.list?.compactMap(\.text) ?? node?.text.map { [$0] } ?? []
  }
}
