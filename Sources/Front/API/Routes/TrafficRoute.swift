import Model
import Net
import Reports

extension Route {
  static let traffic = Route(
    path: "/api/v1/customers/{customer}/traffic", id: "traffic",
    sentence: "What a customer's traffic looks like: over time, and its most frequent values.", permission: .read
  ) { call, _ throws(Problem) in
    let traffic = try call.view().traffic
    let body = JSONValue.object([
      ("events", .int(traffic.events)), ("first_seen", .time(traffic.firstSeen)),
      ("last_seen", .time(traffic.lastSeen)),
      ("slot_seconds", .int(traffic.slotSeconds)),
      (
        "timeline",
        .list(
          traffic.timeline.map { slot in
            .object([
              ("at", .time(slot.at)), ("events", .int(slot.events)), ("attack", .int(slot.attack)),
              ("client_errors", .int(slot.clientErrors)), ("server_errors", .int(slot.serverErrors)),
            ])
          })
      ),
      ("sources", .int(traffic.sources.count)), ("hosts", named(traffic.hosts)), ("paths", named(traffic.paths)),
      ("user_agents", named(traffic.userAgents)), ("statuses", named(traffic.statuses)),
      ("countries", named(traffic.countries)), ("networks", named(traffic.networks)),
    ])
    return HTTPResponse(type: "application/json", body.compact)
  }

  private static func named(_ counts: [NamedCount]) -> JSONValue {
    .list(counts.prefix(20).map { .object([("name", .text($0.name)), ("events", .int($0.count))]) })
  }
}
