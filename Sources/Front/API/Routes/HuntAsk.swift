import Archive
import Conditions
import Foundation
import Model
import Watch

/// A question over what is kept of a customer, out of a query or of a body.
struct HuntAsk {
  var condition: Condition?
  var sql: String?
  var span = TimeSpan()
  var wish: Hunt.Wish = .count
  var limit = 100
  /// What its sender calls it, to be able to stop it.
  var id: String?

  /// Out of a query. Errors: what cannot be understood.
  init(query call: Call) throws(Problem) {
    guard let text = call.request.query("q") else { throw .badRequest("'q' must hold a condition") }
    limit = try call.int("limit", default: 100, in: 1...10_000)
    let fields = call.request.query.filter { $0.name == "group_by" }.map(\.value)
    try fill(
      condition: text, since: call.request.query("since"), until: call.request.query("until"), groupBy: fields,
      distinct: call.request.query("distinct"), every: call.request.query("every"),
      counts: call.request.query("count") == "true")
  }

  /// Out of a JSON object. Errors: what cannot be understood.
  init(body: [UInt8]) throws(Problem) {
    guard let object = try? JSONSerialization.jsonObject(with: Data(body)) as? [String: Any] else {
      throw .badRequest("the body must be a JSON object with 'condition' or 'sql'")
    }
    let known = ["condition", "sql", "since", "until", "group_by", "distinct", "every", "count", "limit", "id"]
    for key in object.keys.sorted() where !known.contains(key) {
      let hint = nearestWord(to: key, in: known).map { "; did you mean '\($0)'?" } ?? ""
      throw .badRequest("there is no key '\(key.prefix(60))'\(hint)")
    }
    func text(_ key: String) throws(Problem) -> String? {
      guard let value = object[key] else { return nil }
      guard let text = value as? String else { throw .badRequest("'\(key)' must be text") }
      return text
    }
    sql = try text("sql")
    let condition = try text("condition")
    guard (sql == nil) != (condition == nil) else { throw .badRequest("the body must hold 'condition' or 'sql'") }
    id = try text("id")
    if let id, id.isEmpty || id.utf8.count > 64 { throw .badRequest("'id' must be 1 to 64 bytes") }
    if let value = object["limit"] {
      guard let number = value as? Int, (1...10_000).contains(number) else {
        throw .badRequest("'limit' must be a whole number from 1 to 10000")
      }
      limit = number
    }
    guard let fields = (object["group_by"] ?? [String]()) as? [String] else {
      throw .badRequest("'group_by' must be a list of fields")
    }
    try fill(
      condition: condition, since: text("since"), until: text("until"), groupBy: fields, distinct: text("distinct"),
      every: text("every"), counts: object["count"] as? Bool ?? false)
  }

  private mutating func fill(
    condition: String?, since: String?, until: String?, groupBy: [String], distinct: String?, every: String?,
    counts: Bool
  ) throws(Problem) {
    if let condition {
      do throws(ContentError) { self.condition = try Condition(parsing: condition) } catch {
        throw .badRequest("\(error)")
      }
    }
    let now = Int64(Date().timeIntervalSince1970 * 1e9)
    for (name, text) in [("since", since), ("until", until)] {
      guard let text else { continue }
      guard let instant = TimeWords.instant(text, now: now) else {
        throw .badRequest("'\(name)' must be a time such as 2h, yesterday 14:00 or 2026-11-28T09:00:00Z")
      }
      if name == "since" { span.since = instant } else { span.until = instant }
    }
    var grouping = Grouping()
    for name in groupBy { grouping.fields.append(try Self.field(name)) }
    if let distinct { grouping.distinct = try Self.field(distinct) }
    if let every {
      guard let step = TimeWords.span(every) else { throw .badRequest("'every' must be a span such as 1m or 1h") }
      grouping.step = step
    }
    wish = grouping != Grouping() ? .groups(grouping, limit: limit) : counts ? .count : .events(limit: limit)
  }

  private static func field(_ name: String) throws(Problem) -> EventField {
    if let field = EventField.named(name) { return field }
    let hint = nearestWord(to: name, in: EventField.allCases.map(\.name)).map { "; did you mean \($0)?" }
    throw .badRequest("no field is called '\(name.prefix(60))'\(hint ?? "")")
  }
}
