import Conditions
import Content
import Foundation
import Model
import Watch

/// Reads `suppressions:`, `allow:` and `maintenance:`, which say what is expected, by whom, why and until when.
struct ExemptionReader {
  let customers: [String]
  private(set) var exemptions: [Exemption] = []
  private(set) var namedDetections: [ContentNode] = []
  private(set) var remarks: [String] = []

  init(customers: [String]) { self.customers = customers }

  mutating func read(_ outer: inout ContentReader) {
    let kinds: [(key: String, kind: Suppression.Kind)] = [
      ("suppressions", .suppression), ("allow", .allowed), ("maintenance", .maintenance),
    ]
    for (key, kind) in kinds {
      for node in outer.optional(key)?.list ?? [] { add(node, kind, &outer) }
    }
    // A bit each in a word: `Excuses`.
    for name in customers where exemptions.count(where: { $0.customers?.contains(name) ?? true }) > 64 {
      outer.complain(outer.node.problem("more than 64 exemptions speak of customer '\(name)'"))
    }
  }

  private mutating func add(_ node: ContentNode, _ kind: Suppression.Kind, _ outer: inout ContentReader) {
    var reader = ContentReader(node)
    let name = reader.requiredText("name")
    let owner = reader.requiredText("owner")
    let reason = reader.requiredText("reason")
    let isWindow = kind == .maintenance
    let from = isWindow ? time("from", isEnd: false, &reader) : nil
    let until = time(isWindow ? "until" : "expires", isEnd: true, &reader)
    let condition = condition(isNeeded: !isWindow, &reader)
    let named = reader.texts("customers")
    for customer in named where !customers.contains(customer) {
      reader.complain(
        node.problem("there is no customer '\(customer)'", suggestion: nearestWord(to: customer, in: customers)))
    }
    let detections = kind == .suppression ? reader.texts("detections") : []
    if let list = node["detections"], kind == .suppression { namedDetections += list.list ?? [list] }
    if let from, let until, from >= until { reader.complain(node.problem("'until' must be later than 'from'")) }
    let problems = reader.finish()
    outer.complain(problems)
    guard problems.isEmpty, let condition, let until else { return }
    if until < Int64(Date().timeIntervalSince1970 * 1e9) {
      remarks.append("\(kind.rawValue) '\(name)' is over since \(UTCTime.rfc3339(until))")
    }
    exemptions.append(
      Exemption(
        Suppression(kind: kind, name: name, owner: owner, reason: reason, until: until), condition: condition,
        from: from ?? .min, detections: detections.isEmpty ? nil : Set(detections),
        customers: named.isEmpty ? nil : Set(named)))
  }

  private func condition(isNeeded: Bool, _ reader: inout ContentReader) -> Condition? {
    guard let node = isNeeded ? reader.required("condition") : reader.optional("condition") else {
      return isNeeded ? nil : .and([])
    }
    guard let text = node.text else {
      reader.complain(node.problem("a condition must be text"))
      return nil
    }
    do throws(ContentError) {
      return try Condition(parsing: text, file: node.file, line: node.line)
    } catch {
      reader.complain(error.problems)
      return nil
    }
  }

  /// `2027-01-31` or `2027-01-31T06:00:00Z`; a day ends where its last second does.
  private func time(_ key: String, isEnd: Bool, _ reader: inout ContentReader) -> Int64? {
    guard reader.required(key) != nil, let text = reader.text(key) else { return nil }
    let isDay = text.count == 10
    if let date = ISO8601DateFormatter().date(from: isDay ? text + "T00:00:00Z" : text) {
      return Int64(date.timeIntervalSince1970 + (isDay && isEnd ? 86_400 : 0)) * 1_000_000_000
    }
    reader.complain(
      (reader.node[key] ?? reader.node).problem(
        "'\(key)' must be a day such as 2027-01-31 or a time such as 2027-01-31T06:00:00Z, not '\(text)'"))
    return nil
  }
}
