import Model
import Net
import Reports

extension Route {
  static let alerts: [Route] = [
    Route(
      path: "/api/v1/customers/{customer}/alerts", id: "alerts",
      sentence: "A customer's alerts as OCSF Detection Findings (class 2004), the latest first.", permission: .read,
      query: [Parameter(name: "incident", sentence: "only those of this incident")]
        + Parameter.page, problems: [400]
    ) { call, _ throws(Problem) in
      let view = try call.view()
      let incident = call.request.query("incident")
      let wanted = view.alerts.values.filter { incident == nil || view.holders[$0.id] == incident }
        .sorted { ($0.raisedAt, $0.id) > ($1.raisedAt, $1.id) }
      return try page(wanted, call) { alert in
        OCSFFinding(alert: alert, version: call.server.settings.version, incident: view.holders[alert.id]).json
      }
    },
    Route(
      path: "/api/v1/customers/{customer}/alerts/{alert}", id: "alert", sentence: "One alert with its evidence.",
      permission: .read
    ) { call, _ throws(Problem) in
      guard let view = call.server.floor.view(of: call.customer), let alert = view.alerts[call.values["alert"] ?? ""]
      else { throw .notFound("there is no such alert") }
      let finding = OCSFFinding(
        alert: alert, version: call.server.settings.version, incident: view.holders[alert.id])
      return HTTPResponse(type: "application/json", finding.json.compact)
    },
  ]
}
