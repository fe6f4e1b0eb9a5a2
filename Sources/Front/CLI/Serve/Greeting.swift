import Foundation
import Model
import Watch

/// What `weir serve` says when its doors are open, and the incidents as they come.
struct Greeting {
  private let plan: ServePlan
  private let station: ServeStation
  private let seconds: Double

  init(_ plan: ServePlan, _ station: ServeStation, seconds: Double) {
    self.plan = plan
    self.station = station
    self.seconds = seconds
  }

  func print() {
    let scheme = plan.configuration.certificate == nil ? "http" : "https"
    let address = "\(scheme)://\(station.endpoint)"
    var lines = ["Weir is watching \(Words.count(plan.settings.customers.count, "customer")). Ready after \(tenths) s."]
    lines.append("")
    lines.append("  console  \(address)/\(plan.word.map { "#token=\($0)" } ?? "")")
    if let word = plan.word { lines.append("  token    \(word)") }
    for customer in plan.settings.customers { lines.append("  push     POST \(address)/ingest/\(customer)") }
    for place in station.places { lines.append("  receive  \(place)") }
    lines.append(
      "  data     \(plan.settings.folder)\(plan.isPassing ? " (gone when this ends; --data DIR keeps it)" : "")")
    lines.append("")
    for remark in station.floor.remarks { lines.append("At the start: \(Escape.terminal(remark)).") }
    if plan.isDemo {
      lines.append("Nothing to watch was named, so a generated attack day is played, 200 times as fast.")
    }
    if !station.endpoint.isLocal, plan.configuration.certificate == nil {
      lines.append("Tokens travel unprotected: put a certificate into the configuration, or a proxy in front.")
    }
    Terminal.print(lines.joined(separator: "\n"))
    Terminal.flush()
    announce()
  }

  private var tenths: String { String(Double(Int(seconds * 10)) / 10) }

  /// One line for each incident as it opens.
  private func announce() {
    let floor = station.floor
    let told = Told()
    _ = floor.bell.listen { ring in
      guard ring.kind == "incident", told.isNew(ring.customer + "/" + ring.id),
        let incident = floor.view(of: ring.customer)?.incidents.first(where: { $0.id == ring.id })
      else { return }
      let clock = UTCTime(incident.firstSeen).clock
      let severity =
        incident.severity.rawValue + String(repeating: " ", count: max(0, 9 - incident.severity.rawValue.count))
      Terminal.print(
        "\(clock)  \(incident.priority.rawValue)  \(severity) \(Escape.terminal(incident.title, limit: 120))")
      Terminal.flush()
    }
  }
}

/// Incidents that were printed.
private final class Told: @unchecked Sendable {
  private let lock = NSLock()
  private var names: Set<String> = []
  func isNew(_ name: String) -> Bool { lock.withLock { names.insert(name).inserted } }
}
