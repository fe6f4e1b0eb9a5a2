import Conditions
import Model

/// An alert whose episode has ended, in the form it keeps until the end of the run.
struct ClosedCase {
  let detection: Detection
  let key: [String]
  let first, last, raisedAt: Int64
  let events, succeeded: Int
  let sources: SourceTally
  let hosts, targets, classes: [String]
  let reason: String
  let peak: PacketPeak?
  /// Rules that excuse all of it, a bit each.
  let excuses: UInt64
  /// Further demands that set an attack apart from the traffic around it.
  let demands: [String]
  /// Whether all events told when they happened.
  let isTimed: Bool
  let evidence: [EvidenceRow]

  init(_ suspect: Suspect) {
    detection = suspect.detection
    key = suspect.key
    first = suspect.first
    last = suspect.last
    raisedAt = suspect.raisedAt ?? suspect.last
    events = suspect.events
    succeeded = min(suspect.succeeded, suspect.events)
    isTimed = suspect.isTimed
    demands = suspect.contrast?.conditions ?? []
    reason =
      suspect.reason + (suspect.contrast.map(Self.words) ?? "")
      + (suspect.rate.map { "; \($0.peak.words)" } ?? "")
    peak = suspect.rate?.peak
    excuses = suspect.excuses
    evidence = suspect.evidence
    sources = Self.sources(of: suspect)
    hosts = suspect.hosts.top(10).map { String(decoding: $0.text, as: UTF8.self) }
    targets = suspect.targets.top(20).map { String(decoding: $0.text, as: UTF8.self) }
    classes = Self.classes(suspect.classes.top(32).map { String(decoding: $0.text, as: UTF8.self) })
  }

  /// Where the key is itself an address, all events are its own, those before evidence was kept included.
  private static func sources(of suspect: Suspect) -> SourceTally {
    var tally = suspect.sources.tally(top: 64)
    if suspect.detection.key.contains(KeyField(.ipSource)), tally.count == 1 { tally.top[0].events = suspect.events }
    return tally
  }

  private static func words(_ contrast: AttackContrast) -> String {
    guard let separation = contrast.separation else { return "" }
    func percent(_ share: Double) -> Int { Int((share * 100).rounded()) }
    let others = if case .before = contrast.usual { "of those before did" } else { "of those that worked do" }
    return "; \(percent(separation.floodShare)) % of them bear what \(percent(separation.usualShare)) % \(others)"
  }

  /// Single words out of lists such as `["sqli","xss"]`.
  private static func classes(_ lists: [String]) -> [String] {
    var seen: [String] = []
    for list in lists {
      for word in list.split(whereSeparator: { !$0.isLetter && $0 != "_" }).map(String.init) where !seen.contains(word)
      {
        seen.append(word)
      }
    }
    return seen
  }

  func alert(inputs: [String]) -> Alert {
    let parts = zip(detection.key, key).filter { !$0.1.isEmpty }.map { KeyPart(field: $0.0.name, value: $0.1) }
    var severity = detection.severity
    if succeeded > 0, let raised = detection.severityIfSucceeded { severity = max(severity, raised) }
    let name = ([detection.id] + parts.map { "\($0.field)=\($0.value)" } + [String(first)]).joined(separator: "\u{1f}")
    let hash = Array(name.utf8).withUnsafeBufferPointer { byteHash($0, seed: 0) }
    var alert = Alert(
      id: "\(detection.id)-\(String(hash, radix: 16))", detection: detection.id, title: detection.title,
      kind: detection.kind, severity: severity, confidence: detection.confidence, phase: detection.phase,
      techniques: detection.techniques, key: parts, firstSeen: first, lastSeen: last, raisedAt: raisedAt,
      events: events,
      sources: sources, hosts: hosts, targets: targets, classes: classes, succeeded: succeeded, query: query,
      reason: reason, evidence: evidence.map { $0.evidence(inputs: inputs) })
    alert.peak = peak
    return alert
  }

  /// The detection's condition, the key, and the time from the first to the last event.
  private var query: String {
    var conditions = [detection.condition]
    if detection.window.kind == .sequence || detection.window.kind == .steps { conditions += detection.window.marks }
    var parts = [Condition.or(conditions).description]
    if detection.window.limits.countsPart { parts = [Condition.and(conditions + detection.window.marks).description] }
    if conditions.count > 1 || parts[0].contains(" or ") || parts[0].contains(" xor ") { parts[0] = "(\(parts[0]))" }
    if parts[0] == "true" { parts = [] }
    if detection.stepKeys.isEmpty {
      for (field, value) in zip(detection.key, key) where !value.isEmpty { parts.append(Self.test(field, value)) }
    } else {
      parts = ["(" + detection.stepKeys.map(named).joined(separator: " or ") + ")"]
    }
    // A flood on one path names it in its key already.
    parts += demands.filter { !parts.contains($0) }
    // A condition on the time selects nothing of what has none.
    guard isTimed else { return parts.joined(separator: " and ") }
    parts.append("event.time ge \"\(UTCTime.rfc3339(first))\"")
    parts.append("event.time le \"\(UTCTime.rfc3339(last))\"")
    return parts.joined(separator: " and ")
  }

  /// One kind of event with the group as it names it.
  private func named(_ step: StepKey) -> String {
    let tests = zip(step.key, key).filter { !$0.1.isEmpty }.map { Self.test($0.0, $0.1) }
    return "(" + (["(\(step.condition.description))"] + tests).joined(separator: " and ") + ")"
  }

  private static func test(_ field: KeyField, _ value: String) -> String {
    switch field.field.spec.type {
    case .ip: field.bits == nil ? "\(field.field.name) eq \(value)" : "\(field.field.name) in {\(value)}"
    case .int, .bool, .time: "\(field.field.name) eq \(value)"
    default: "\(field.field.name) eq \(quoted(value))"
    }
  }

  private static func quoted(_ value: String) -> String {
    var text = "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case _ where scalar.value < 0x20 || scalar.value == 0x7f:
        text += "\\x" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text + "\""
  }
}
