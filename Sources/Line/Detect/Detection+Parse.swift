import Conditions
import Content
import Model
import Windows

extension Detection {
  /// The keys of a detection file, in reading order.
  package init(parsing node: ContentNode) throws(ContentError) {
    var reader = ContentReader(node)
    id = reader.requiredText("id")
    title = reader.requiredText("title")
    description = reader.requiredText("description")
    kind = reader.word("kind", as: IncidentKind.self) ?? .other
    severity = reader.word("level", as: Severity.self) ?? .medium
    severityIfSucceeded = reader.word("level_if_succeeded", as: Severity.self)
    confidence = reader.word("confidence", as: Confidence.self) ?? .medium
    phase = reader.word("phase", as: Phase.self) ?? .abuse
    for key in ["kind", "level", "confidence", "phase"] { _ = reader.required(key) }
    techniques = Self.techniques(&reader)
    falsePositives = reader.texts("falsepositives")
    if falsePositives.isEmpty { _ = reader.required("falsepositives") }
    runbook = reader.requiredText("runbook")
    condition = Self.condition("condition", &reader) ?? .and([])
    key = Self.fields("key", &reader, bitsAllowed: true)
    if key.isEmpty { _ = reader.required("key") }
    window = WindowReader(node: reader.required("window"), judge: reader.optional("judge")).read(into: &reader)
    targets = Self.target(&reader)
    episode = reader.span("episode") ?? max(window.span, 600_000_000_000)
    endsWhenCalm = reader.bool("ends_when_calm") ?? false
    sourceIsVictim = reader.text("victim").map { $0 == "source" } ?? false
    if let word = reader.text("victim"), word != "source", word != "destination", let place = reader.optional("victim")
    {
      reader.complain(place.problem("'victim' must be source or destination, not '\(word)'"))
    }
    keyLimit = reader.int("keys", in: 16...4_000_000) ?? 8_192
    fires = Example.list("fires", &reader)
    quiet = Example.list("quiet", &reader)
    let problems = reader.finish()
    if !problems.isEmpty { throw ContentError(problems) }
  }

  /// Sigma's tags: `attack.t1110.004`.
  private static func techniques(_ reader: inout ContentReader) -> [String] {
    let tags = reader.texts("tags")
    if tags.isEmpty { _ = reader.required("tags") }
    return tags.compactMap { tag in
      let id = tag.hasPrefix("attack.t") ? tag.dropFirst(7).uppercased() : ""
      if id.wholeMatch(of: /T[0-9]{4}(\.[0-9]{3})?/) != nil { return id }
      if let place = reader.optional("tags") {
        reader.complain(place.problem("'\(tag)' is no ATT&CK tag such as attack.t1110.004"))
      }
      return nil
    }
  }

  static func condition(_ key: String, _ reader: inout ContentReader) -> Condition? {
    guard let node = reader.required(key) else { return nil }
    return condition(of: node, &reader)
  }

  static func condition(of node: ContentNode, _ reader: inout ContentReader) -> Condition? {
    guard let text = node.text else {
      reader.complain(node.problem("a condition must be text"))
      return nil
    }
    do {
      return try Condition(parsing: text, file: node.file, line: node.line)
    } catch {
      reader.complain(error.problems)
      return nil
    }
  }

  /// Names of fields; `ip.src/24` for a network.
  static func fields(_ key: String, _ reader: inout ContentReader, bitsAllowed: Bool) -> [KeyField] {
    let names = reader.texts(key)
    return names.compactMap { name in
      let parts = name.split(separator: "/", omittingEmptySubsequences: false)
      let bits = parts.count == 2 && bitsAllowed ? Int(parts[1]) : nil
      if let field = EventField.named(String(parts[0])),
        parts.count == 1 || (bits.map { (8...32).contains($0) } ?? false),
        bits == nil || field == .ipSource || field == .ipDestination
      {
        return KeyField(field, bits: bits)
      }
      if let place = reader.optional(key) {
        reader.complain(
          place.problem(
            "there is no field '\(name)'", suggestion: nearestWord(to: name, in: EventField.allCases.map(\.name))))
      }
      return nil
    }
  }

  private static func target(_ reader: inout ContentReader) -> EventField {
    guard let node = reader.optional("targets") else { return .path }
    if let field = node.text.flatMap(EventField.named) { return field }
    reader.complain(node.problem("there is no field '\(node.text ?? "")'"))
    return .path
  }
}
