import Archive
import Conditions
import Model
import Net
import Reports
import Watch

extension Route {
  /// Questions over what is kept of a customer.
  static let hunts: [Route] = [
    Route(
      path: "/api/v1/customers/{customer}/hunt", id: "hunt",
      sentence: "A question over what is kept of a customer: events that meet a condition, or how many, by what.",
      permission: .hunt,
      query: [
        Parameter(name: "q", sentence: "the condition, in the language of `weir hunt`", isRequired: true),
        Parameter(name: "since", sentence: "from then on: `2h`, `yesterday 14:00`, an RFC 3339 time"),
        Parameter(name: "until", sentence: "before then"),
        Parameter(name: "group_by", sentence: "count for each value of this field; may be given several times"),
        Parameter(name: "distinct", sentence: "count different values of this field, in each group"),
        Parameter(name: "every", sentence: "count by time, in slots of `1m`, `1h` and so on"),
        Parameter(name: "count", sentence: "`true`: only how many"),
        Parameter(name: "limit", sentence: "at most so many events or groups, 100 unless told", isInteger: true),
      ], problems: [400, 429, 503]
    ) { call, _ throws(Problem) in try answer(HuntAsk(query: call), call) },
    Route(
      method: "POST", path: "/api/v1/customers/{customer}/hunts", id: "ask",
      sentence: "The same, or a question in SQL over the customer's archive, that can be stopped while it runs.",
      permission: .hunt,
      body: (
        "application/json",
        "`{\"condition\":\"…\"}` or `{\"sql\":\"SELECT …\"}`, with `since`, `until`, `group_by` (a list), `distinct`, "
          + "`every`, `count`, `limit`, and an `id` under which it can be stopped"
      ), problems: [400, 409, 429, 503]
    ) { call, body throws(Problem) in
      try answer(HuntAsk(body: (body as? BoundedBody)?.bytes ?? []), call)
    },
    Route(
      method: "DELETE", path: "/api/v1/customers/{customer}/hunts/{hunt}", id: "stopHunt",
      sentence: "Stop a question that is under way; its sender is answered with what there was.", permission: .hunt,
      answer: Answer(status: 204, type: "", sentence: "it is being stopped")
    ) { call, _ throws(Problem) in
      guard call.server.running.stop(call.values["hunt"] ?? "", of: call.customer) else {
        throw .notFound("no such question is under way")
      }
      return HTTPResponse(status: 204)
    },
  ]

  private static func answer(_ ask: HuntAsk, _ call: Call) throws(Problem) -> HTTPResponse {
    let (server, customer) = (call.server, call.customer)
    guard server.hunts.take() else { throw .later(429, "other hunts are still under way", seconds: 5) }
    defer { server.hunts.give() }
    if let id = ask.id, !server.running.begin(id, of: customer) {
      throw Problem(status: 409, title: "Conflict", detail: "a question of this id is under way")
    }
    defer { if let id = ask.id { server.running.end(id, of: customer) } }
    let stopper = { (stop: @escaping @Sendable () -> Void) in
      if let id = ask.id { server.running.set(id, of: customer, stop: stop) }
    }
    let deadline = ContinuousClock.now + .seconds(server.settings.huntSeconds)
    var limits = QuestionLimits()
    limits.memory = server.settings.huntMemory
    do {
      if let sql = ask.sql {
        let question = SQLQuestion(sql, during: ask.span, limit: ask.limit)
        let (answer, isWhole) = try server.floor.answer(
          question, of: customer, limits: limits, until: deadline, stop: stopper)
        return response(answer, isWhole: isWhole)
      }
      var lines: [UInt8] = []
      let hunt = Hunt(ask.condition ?? .and([]), during: ask.span, wish: ask.wish, in: server.floor.assembly)
      let answer = try server.floor.hunt(hunt, of: customer, limits: limits, until: deadline, stop: stopper) {
        lines += $0
      }
      return response(answer, ask.wish, lines)
    } catch let error as ContentError {
      throw .badRequest("\(error)")
    } catch let error as ArchiveError where error.cause != .world {
      throw .badRequest("\(error)")
    } catch {
      throw .later(503, "\(error)", seconds: 10)
    }
  }

  /// The head of the answer, then the events as they are: each line is a JSON object already.
  private static func response(_ answer: Hunt.Answer, _ wish: Hunt.Wish, _ lines: [UInt8]) -> HTTPResponse {
    var body = Array("{\"events\":\(answer.events),\"complete\":\(!answer.isUnfinished && !answer.isCut)".utf8)
    if case .groups(let grouping, let limit) = wish {
      let names = (grouping.step == nil ? [] : [EventField.time.name]) + grouping.fields.map(\.name)
      let groups = answer.groups.prefix(limit).map { group in
        JSONValue.object(
          zip(names, group.values).map { ($0, .text($1)) } + [("events", .int(group.events))]
            + (group.distinct.map { [("distinct", .int($0))] } ?? []))
      }
      body += ",\"groups\":\(JSONValue.list(Array(groups)).compact)".utf8
    } else if !lines.isEmpty {
      body += ",\"items\":[".utf8
      body += lines.dropLast().map { $0 == 0x0A ? UInt8(ascii: ",") : $0 }
      body += "]".utf8
    }
    body.append(UInt8(ascii: "}"))
    return HTTPResponse(status: 200, headers: [("Content-Type", "application/json")], body: .bytes(body))
  }

  private static func response(_ answer: SQLAnswer, isWhole: Bool) -> HTTPResponse {
    let rows = answer.rows.map { row in JSONValue.list(row.map { $0.map { .text($0) } ?? .null }) }
    let body = JSONValue.object([
      ("columns", .texts(answer.columns)), ("rows", .list(rows)), ("complete", .bool(isWhole && !answer.isCut)),
    ])
    return HTTPResponse(type: "application/json", body.compact)
  }
}
