import Watch

/// The floor's counters as Prometheus reads them.
///
/// Source: Prometheus text exposition format 0.0.4. Customers' names hold nothing that would need an escape.
enum MetricsText {
  private struct Metric: Sendable {
    let name: String
    let type: String
    let help: String
    let value: @Sendable (LiveView) -> Int
  }

  private static let metrics: [Metric] = [
    Metric(name: "weir_deliveries_total", type: "counter", help: "Deliveries looked at.") { $0.counts.deliveries },
    Metric(name: "weir_bytes_total", type: "counter", help: "Bytes of lines looked at.") { $0.counts.bytes },
    Metric(name: "weir_events_total", type: "counter", help: "Events decoded.") { $0.counts.events },
    Metric(name: "weir_lines_rejected_total", type: "counter", help: "Lines that no format takes.") {
      $0.counts.rejected
    },
    Metric(name: "weir_alerts_total", type: "counter", help: "Alerts raised.") { $0.counts.alertsRaised },
    Metric(name: "weir_alerts_suppressed_total", type: "counter", help: "Alerts raised that somebody expected.") {
      $0.counts.alertsSuppressed
    },
    Metric(name: "weir_incidents_total", type: "counter", help: "Incidents opened.") { $0.counts.incidentsOpened },
    Metric(name: "weir_facts_waiting", type: "gauge", help: "Facts that the journal has refused so far.") {
      $0.counts.factsWaiting
    },
  ]

  /// Metrics of the customers that the token is good for.
  static func text(of server: APIServer, for token: AccessToken?) -> String {
    let floor = server.floor
    let views = floor.customerNames.filter { token?.allows(.metrics, customer: $0) ?? false }
      .compactMap { name in floor.view(of: name).map { (name: name, view: $0) } }
    var out = ""
    for metric in metrics {
      out += head(metric.name, metric.type, metric.help)
      for (name, view) in views { out += "\(metric.name){customer=\"\(name)\"} \(metric.value(view))\n" }
    }
    out += head("weir_backlog_bytes", "gauge", "Bytes kept that wait for detection.")
    for (name, _) in views { out += "weir_backlog_bytes{customer=\"\(name)\"} \(floor.backlog(of: name))\n" }
    out += latency(views)
    let pushes = server.intake.counts
    out += head("weir_pushes_total", "counter", "Pushed deliveries by their end.")
    for (end, count) in [("kept", pushes.kept), ("duplicate", pushes.duplicates), ("refused", pushes.refused)] {
      out += "weir_pushes_total{end=\"\(end)\"} \(count)\n"
    }
    out += head("weir_received_total", "counter", "Messages of receivers by their end.")
    for count in server.settings.received() where views.contains(where: { $0.name == count.customer }) {
      out +=
        "weir_received_total{customer=\"\(count.customer)\",receiver=\"\(escaped(count.receiver))\",end=\"\(count.end)\"} "
        + "\(count.count)\n"
    }
    out += archive(views.map(\.name), floor)
    out += head("weir_reloads_total", "counter", "Configurations that were applied or refused while running.")
    out += "weir_reloads_total{end=\"applied\"} \(floor.reloads.applied)\n"
    out += "weir_reloads_total{end=\"refused\"} \(floor.reloads.refused)\n"
    out += head("weir_seasons_kept", "gauge", "Whether what is usual could be written the last time.")
    out += "weir_seasons_kept \(floor.keepsSeasons ? 1 : 0)\n"
    out += head("weir_listeners", "gauge", "Streams of changes that are open.")
    return out + "weir_listeners \(server.listeners.count)\n"
  }

  private static func archive(_ customers: [String], _ floor: WatchFloor) -> String {
    guard floor.hasArchive else { return "" }
    let metrics: [(name: String, type: String, help: String, value: (ArchiveCounts) -> Int)] = [
      ("weir_archive_events_total", "counter", "Events archived.", { $0.events }),
      ("weir_archive_bytes", "gauge", "Bytes of the archive.", { $0.bytes }),
      ("weir_archive_files", "gauge", "Files of the archive.", { $0.files }),
      (
        "weir_archive_missed_total", "counter", "Deliveries and segments gone before they were archived.", { $0.missed }
      ),
      ("weir_archive_failing", "gauge", "Whether the last attempt to archive failed.", { $0.failure == nil ? 0 : 1 }),
    ]
    return metrics.map { metric in
      head(metric.name, metric.type, metric.help)
        + customers.map { name in
          let counts = floor.archiveCounts(of: name) ?? ArchiveCounts()
          return "\(metric.name){customer=\"\(name)\"} \(metric.value(counts))\n"
        }.joined()
    }.joined()
  }

  private static func latency(_ views: [(name: String, view: LiveView)]) -> String {
    let name = "weir_alert_latency_seconds"
    var out = head(name, "histogram", "From a delivery's arrival to its durable alert.")
    for (customer, view) in views {
      var sum = 0
      for (bound, count) in zip(LatencyBuckets.bounds.map { "\($0)" } + ["+Inf"], view.counts.latency.counts) {
        sum += count
        out += "\(name)_bucket{customer=\"\(customer)\",le=\"\(bound)\"} \(sum)\n"
      }
      out += "\(name)_sum{customer=\"\(customer)\"} \(view.counts.latency.sum)\n"
      out += "\(name)_count{customer=\"\(customer)\"} \(sum)\n"
    }
    return out
  }

  /// Source: the text format's label values.
  private static func escaped(_ label: String) -> String {
    label.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
  }

  private static func head(_ name: String, _ type: String, _ help: String) -> String {
    "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
  }
}
