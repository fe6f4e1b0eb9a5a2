import Model
import Net
import Reports

extension Route {
  static let incidents: [Route] = [
    Route(
      path: "/api/v1/customers/{customer}/incidents", id: "incidents",
      sentence: "A customer's incidents, the most urgent first, without their stories.", permission: .read,
      query: [Parameter(name: "severity", sentence: "only this severity and worse")]
        + Parameter.page, problems: [400]
    ) { call, _ throws(Problem) in
      let view = try call.view()
      let least = try severity(call)
      let wanted = view.incidents.filter { $0.severity >= least }
      let expected = view.alerts.values.count { $0.suppression != nil }
      return try page(wanted, call, with: [("alerts_expected", .int(expected))]) { incident in
        brief(incident, isOngoing: incident.isOngoing(in: view.traffic))
      }
    },
    Route(
      path: "/api/v1/customers/{customer}/incidents/{incident}", id: "incident",
      sentence: "One incident with its story; each sentence's number is counted over what is kept.", permission: .read,
      problems: [503]
    ) { call, _ throws(Problem) in
      let server = call.server
      let found: Incident?
      do {
        found = try server.stories.incident(call.values["incident"] ?? "", of: call.customer)
      } catch {
        throw .later(503, "the story cannot be counted now: \(error)", seconds: 10)
      }
      guard let incident = found, let view = server.floor.view(of: call.customer) else {
        throw .notFound("there is no such incident")
      }
      let more: [(String, JSONValue)] = [
        ("ongoing", .bool(incident.isOngoing(in: view.traffic))),
        ("timeline", .list(incident.timeline.map(JSONValue.int))),
      ]
      guard case .object(let entries) = incident.json(nil) else { throw .notFound("there is no such incident") }
      return HTTPResponse(type: "application/json", JSONValue.object(entries + more).compact)
    },
  ]

  /// What a list shows of an incident.
  private static func brief(_ incident: Incident, isOngoing: Bool) -> JSONValue {
    .object([
      ("id", .text(incident.id)), ("title", .text(incident.title)), ("kind", .text(incident.kind.rawValue)),
      ("severity", .text(incident.severity.rawValue)), ("priority", .text(incident.priority.rawValue)),
      ("confidence", .text(incident.confidence.rawValue)), ("ongoing", .bool(isOngoing)),
      ("first_seen", .time(incident.firstSeen)), ("last_seen", .time(incident.lastSeen)),
      ("hosts", .texts(incident.hosts)), ("events", .int(incident.events)),
      ("sources", .int(incident.sources.count)), ("alerts", .int(incident.alerts.count)),
    ])
  }

  private static func severity(_ call: Call) throws(Problem) -> Severity {
    guard let word = call.request.query("severity") else { return .informational }
    if let severity = Severity(rawValue: word) { return severity }
    throw .badRequest("'severity' must be one of \(Severity.allCases.map(\.rawValue).joined(separator: ", "))")
  }

  /// A part of a list, with the place of the next part where there is one.
  static func page<Item>(
    _ items: [Item], _ call: Call, with more: [(String, JSONValue)] = [], _ json: (Item) -> JSONValue
  ) throws(Problem) -> HTTPResponse {
    let limit = try call.int("limit", default: 100, in: 1...1_000)
    let offset = try call.int("offset", default: 0, in: 0...1_000_000)
    let part = items.dropFirst(offset).prefix(limit)
    let next = offset + part.count
    let body = JSONValue.sparse(
      more + [
        ("items", .list(part.map(json))), ("total", .int(items.count)),
        ("next", next < items.count ? .int(next) : .null),
      ])
    return HTTPResponse(type: "application/json", body.compact)
  }
}
