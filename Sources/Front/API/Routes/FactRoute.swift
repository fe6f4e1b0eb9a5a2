import Model
import Net
import Records
import Reports

extension Route {
  static let facts = Route(
    path: "/api/v1/customers/{customer}/facts", id: "facts",
    sentence: "The journal's facts about a customer, in order, as NDJSON.", permission: .journal,
    query: [
      Parameter(name: "after", sentence: "only those behind this sequence", isInteger: true),
      Parameter(name: "kind", sentence: "only kinds that begin so"),
      Parameter(name: "limit", sentence: "at most so many, 100 unless told", isInteger: true),
    ], answer: Answer(status: 200, type: "application/x-ndjson", sentence: "one fact a line"), problems: [400, 503]
  ) { call, _ throws(Problem) in
    let after = try call.int("after", default: 0, in: 0...Int.max)
    let limit = try call.int("limit", default: 100, in: 1...1_000)
    do throws(WorldError) {
      let facts = try call.server.floor.journal.facts(
        after: Int64(after), customer: call.customer, kind: call.request.query("kind"), limit: limit)
      let lines = facts.map { fact in
        JSONValue.object([
          ("sequence", .int(Int(fact.sequence))), ("time", .time(fact.time)), ("actor", .text(fact.actor)),
          ("kind", .text(fact.kind)), ("hash", .text(fact.hash.description)), ("body", .text(fact.body)),
        ]).compact + "\n"
      }
      return HTTPResponse(type: "application/x-ndjson", lines.joined())
    } catch {
      throw .later(503, "\(error)", seconds: 10)
    }
  }
}
