import Model

/// One alert as an OCSF Detection Finding.
///
/// Source: OCSF schema, class 2004 (`events/findings/detection_finding`), objects `finding_info`, `evidences`, `attack`;
/// times are epoch milliseconds. What OCSF has no place for stands under `unmapped`.
package struct OCSFFinding {
  let alert: Alert
  let version: String
  /// The incident that holds the alert, where there is one.
  let incident: String?

  package init(alert: Alert, version: String, incident: String?) {
    self.alert = alert
    self.version = version
    self.incident = incident
  }

  package var json: JSONValue {
    .sparse([
      ("activity_id", .int(1)), ("activity_name", .text("Create")),
      ("category_uid", .int(2)), ("category_name", .text("Findings")),
      ("class_uid", .int(2004)), ("class_name", .text("Detection Finding")),
      ("type_uid", .int(200_401)), ("type_name", .text("Detection Finding: Create")),
      ("time", .int(Self.milliseconds(alert.raisedAt))),
      ("severity_id", .int(alert.severity.rank + 1)), ("severity", .text(Self.caption(alert.severity.rawValue))),
      ("confidence_id", .int(confidence)), ("confidence", .text(Self.caption(alert.confidence.rawValue))),
      ("status_id", .int(alert.suppression == nil ? 1 : 3)),
      ("status", .text(alert.suppression == nil ? "New" : "Suppressed")),
      ("status_detail", alert.suppression.map { .text($0.words) } ?? .null),
      ("is_alert", .bool(true)),
      ("message", .text(alert.title)),
      ("count", .int(alert.events)),
      ("start_time", .int(Self.milliseconds(alert.firstSeen))),
      ("end_time", .int(Self.milliseconds(alert.lastSeen))),
      ("metadata", metadata),
      ("finding_info", info),
      ("evidences", .list(alert.evidence.map(OCSFEvidence.json))),
      (
        "resources",
        alert.hosts.isEmpty
          ? .null : .list(alert.hosts.map { .object([("name", .text($0)), ("type", .text("host"))]) })
      ),
      ("unmapped", unmapped),
    ])
  }

  private var metadata: JSONValue {
    .object([
      ("version", .text("1.6.0")),
      (
        "product",
        .object([("name", .text("Weir")), ("vendor_name", .text("Weir")), ("version", .text(version))])
      ),
      ("uid", .text(alert.id)),
      ("log_name", .text("weir.alerts")),
    ])
  }

  private var info: JSONValue {
    .sparse([
      ("uid", .text(alert.id)),
      ("title", .text(alert.title)),
      ("desc", .text(alert.reason)),
      ("types", .texts([alert.kind.rawValue])),
      ("created_time", .int(Self.milliseconds(alert.raisedAt))),
      ("first_seen_time", .int(Self.milliseconds(alert.firstSeen))),
      ("last_seen_time", .int(Self.milliseconds(alert.lastSeen))),
      (
        "analytic",
        .object([
          ("uid", .text(alert.detection)), ("name", .text(alert.title)),
          ("type_id", .int(alert.detection == "payload" ? 1 : 2)),
          ("type", .text(alert.detection == "payload" ? "Rule" : "Behavioral")),
        ])
      ),
      ("attacks", alert.techniques.isEmpty ? .null : .list(alert.techniques.map(Technique.ocsf))),
      ("related_events_count", .int(alert.events)),
    ])
  }

  private var unmapped: JSONValue {
    .sparse([
      ("weir.kind", .text(alert.kind.rawValue)),
      ("weir.phase", .text(alert.phase.rawValue)),
      ("weir.incident", .optional(incident)),
      ("weir.suppression", .optional(alert.suppression?.name)),
      ("weir.query", .text(alert.query)),
      ("weir.key", .list(alert.key.map { .object([("field", .text($0.field)), ("value", .text($0.value))]) })),
      ("weir.hosts", .texts(alert.hosts)),
      ("weir.targets", .texts(alert.targets)),
      ("weir.classes", .texts(alert.classes)),
      ("weir.succeeded", .int(alert.succeeded)),
      (
        "weir.sources",
        .object([
          ("count", .int(alert.sources.count)), ("estimated", .bool(alert.sources.estimated)),
          ("top", .list(alert.sources.top.map(\.json))),
        ])
      ),
    ])
  }

  private var confidence: Int {
    switch alert.confidence {
    case .low: 1
    case .medium: 2
    case .high: 3
    }
  }

  static func milliseconds(_ nanoseconds: Int64) -> Int { Int(nanoseconds / 1_000_000) }

  private static func caption(_ word: String) -> String { word.prefix(1).uppercased() + word.dropFirst() }
}

extension SourceCount {
  var json: JSONValue {
    .object([("ip", .text(ip)), ("events", .int(events)), ("asn", .optional(asn)), ("country", .optional(country))])
  }
}

/// One event shown as proof, as an OCSF evidence artifact.
enum OCSFEvidence {
  static func json(_ evidence: Evidence) -> JSONValue {
    .sparse([
      ("name", .optional(evidence.note)),
      ("src_endpoint", .object([("ip", .text(evidence.source))])),
      ("dst_endpoint", evidence.host.map { .object([("hostname", .text($0))]) } ?? .null),
      ("http_request", request(evidence)),
      ("http_response", evidence.status.map { .object([("code", .int($0))]) } ?? .null),
      (
        "data",
        .object([
          ("time", .time(evidence.time)), ("input", .text(evidence.input)), ("line", .int(evidence.line)),
          ("raw", .text(evidence.raw)),
        ])
      ),
    ])
  }

  private static func request(_ evidence: Evidence) -> JSONValue {
    guard evidence.method != nil || evidence.uri != nil else { return .null }
    let parts =
      evidence.uri?.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).map(String.init) ?? []
    let url = JSONValue.sparse([
      ("hostname", .optional(evidence.host)), ("url_string", .optional(evidence.uri)), ("path", .optional(parts.first)),
      ("query_string", .optional(parts.count > 1 ? parts[1] : nil)),
    ])
    return .sparse([
      ("http_method", .optional(evidence.method)), ("url", url), ("user_agent", .optional(evidence.userAgent)),
    ])
  }
}
