import Model

extension ReportFile {
  /// `alerts.ndjson`: every alert as an OCSF Detection Finding, one a line, earliest first.
  static let alerts = ReportFile(name: "alerts.ndjson") { result in
    var holders: [String: String] = [:]
    for incident in result.incidents { for alert in incident.alerts { holders[alert] = incident.id } }
    let ordered = result.alerts.sorted { ($0.raisedAt, $0.id) < ($1.raisedAt, $1.id) }
    return ordered.reduce(into: "") { text, alert in
      text += OCSFFinding(alert: alert, version: result.run.version, incident: holders[alert.id]).json.compact + "\n"
    }
  }
}
