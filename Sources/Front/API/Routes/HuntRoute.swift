import Archive
import Conditions
import Model
import Net
import Reports
import Watch

extension Route {
  static let hunt = Route(
    path: "/api/v1/customers/{customer}/hunt", id: "hunt",
    sentence: "A question over what is kept of a customer: events that meet a condition, or how many, by what.",
    permission: .hunt,
    query: [
      Parameter(name: "q", sentence: "the condition, in the language of `weir hunt`", isRequired: true),
      Parameter(name: "group_by", sentence: "count for each value of this field; may be given several times"),
      Parameter(name: "count", sentence: "`true`: only how many"),
      Parameter(name: "limit", sentence: "at most so many events or groups, 100 unless told", isInteger: true),
    ], problems: [400, 429]
  ) { call, _ throws(Problem) in
    let condition = try condition(call)
    let fields = try groups(call)
    let limit = try call.int("limit", default: 100, in: 1...10_000)
    let server = call.server
    guard server.hunts.take() else { throw .later(429, "other hunts are still under way", seconds: 5) }
    defer { server.hunts.give() }
    let wish: Hunt.Wish =
      !fields.isEmpty
      ? .groups(Grouping(fields), limit: limit) : call.request.query("count") == "true" ? .count : .events(limit: limit)
    var lines: [UInt8] = []
    let answer: Hunt.Answer
    do {
      let deadline = ContinuousClock.now + .seconds(server.settings.huntSeconds)
      answer = try Hunt(condition, wish: wish, in: server.floor.assembly)
        .run(server.floor.spool.segments(of: call.customer), until: deadline) { lines += $0 }
    } catch let error as ContentError {
      throw .badRequest("\(error)")
    } catch {
      throw .later(503, "\(error)", seconds: 10)
    }
    return response(answer, fields, limit, lines)
  }

  /// The head of the answer, then the events as they are: each line is a JSON object already.
  private static func response(_ answer: Hunt.Answer, _ fields: [EventField], _ limit: Int, _ lines: [UInt8])
    -> HTTPResponse
  {
    var body = Array("{\"events\":\(answer.events),\"complete\":\(!answer.isUnfinished && !answer.isCut)".utf8)
    if !fields.isEmpty {
      let groups = answer.groups.prefix(limit).map { group in
        JSONValue.object(zip(fields, group.values).map { ($0.name, .text($1)) } + [("events", .int(group.events))])
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

  private static func condition(_ call: Call) throws(Problem) -> Condition {
    guard let text = call.request.query("q") else { throw .badRequest("'q' must hold a condition") }
    do throws(ContentError) {
      return try Condition(parsing: text)
    } catch {
      throw .badRequest("\(error)")
    }
  }

  private static func groups(_ call: Call) throws(Problem) -> [EventField] {
    var fields: [EventField] = []
    for entry in call.request.query where entry.name == "group_by" {
      guard let field = EventField.named(entry.value) else {
        let hint = nearestWord(to: entry.value, in: EventField.allCases.map(\.name)).map { "; did you mean \($0)?" }
        throw .badRequest("no field is called '\(entry.value.prefix(60))'\(hint ?? "")")
      }
      fields.append(field)
    }
    return fields
  }
}
