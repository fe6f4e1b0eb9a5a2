import Model

/// The alerts of one customer as they are known by now, each once.
///
/// An alert grows and its first event may turn out to be another; after a restart the same traffic is looked at again.
/// So it is not the id that makes an alert the same, but its detection and key at an overlapping time; the id it was
/// first told under stays.
struct AlertLedger {
  enum Change: Sendable, Equatable { case raised, changed, grown }

  /// Alerts whose last event is older than this, against the newest one, are no longer folded into incidents.
  static let memory: Int64 = 48 * 3_600 * 1_000_000_000
  /// More alerts are not kept; the oldest go first.
  static let limit = 20_000

  private(set) var alerts: [String: Alert] = [:]
  private var byKey: [Key: [String]] = [:]
  /// Events of each alert when a fact last told of it.
  private var told: [String: Int] = [:]
  /// Alerts from the journal of which the traffic looked at again has not shown as much yet.
  private var restored: Set<String> = []
  private var newest = Int64.min

  private struct Key: Hashable {
    let detection: String
    let parts: [KeyPart]
  }

  /// Takes an alert as a detection sees it; the alert as it is kept, and what that changed.
  ///
  /// `changed` is what somebody should be told again: another severity, an exemption that came or went, or twice as many
  /// events as when last told.
  mutating func take(_ alert: Alert) -> (alert: Alert, change: Change) {
    newest = max(newest, alert.lastSeen)
    let key = Key(detection: alert.detection, parts: alert.key)
    let same = byKey[key]?.last { id in alerts[id].map { Self.overlap($0, alert) } ?? false }
    guard let same, let known = alerts[same] else {
      alerts[alert.id] = alert
      byKey[key, default: []].append(alert.id)
      told[alert.id] = alert.events
      if alerts.count > Self.limit { forget(keeping: Self.limit * 9 / 10) }
      return (alert, .raised)
    }
    let kept = joined(known, alert)
    alerts[same] = kept
    let isNews =
      kept.severity != known.severity || kept.suppression != known.suppression
      || kept.events >= 2 * told[same, default: 1]
    guard isNews else { return (kept, .grown) }
    told[same] = kept.events
    return (kept, .changed)
  }

  /// Takes an alert from the journal, under its own id.
  mutating func restore(_ alert: Alert) {
    newest = max(newest, alert.lastSeen)
    if alerts.updateValue(alert, forKey: alert.id) == nil {
      byKey[Key(detection: alert.detection, parts: alert.key), default: []].append(alert.id)
    }
    told[alert.id] = alert.events
    restored.insert(alert.id)
  }

  /// Drops alerts that are too old.
  mutating func forgetOld() {
    guard newest > .min + Self.memory else { return }
    let oldest = newest - Self.memory
    guard alerts.values.contains(where: { $0.lastSeen < oldest }) else { return }
    keep(alerts.values.filter { $0.lastSeen >= oldest })
  }

  private mutating func forget(keeping count: Int) {
    keep(Array(alerts.values.sorted { ($0.lastSeen, $0.id) > ($1.lastSeen, $1.id) }.prefix(count)))
  }

  private mutating func keep(_ kept: [Alert]) {
    let ids = Set(kept.map(\.id))
    alerts = alerts.filter { ids.contains($0.key) }
    told = told.filter { ids.contains($0.key) }
    restored.formIntersection(ids)
    byKey = byKey.mapValues { $0.filter(ids.contains) }.filter { !$0.value.isEmpty }
  }

  private static func overlap(_ a: Alert, _ b: Alert) -> Bool {
    a.firstSeen <= b.lastSeen && b.firstSeen <= a.lastSeen
  }

  /// What is seen now speaks, under the name it was first told under; it may be less than before, where it turned out
  /// that ordinary traffic had been counted along. Only what the journal knew from traffic that is not looked at again
  /// stands until more has been seen.
  private mutating func joined(_ known: Alert, _ seen: Alert) -> Alert {
    var joined = seen
    if restored.contains(known.id) {
      if seen.events >= known.events { restored.remove(known.id) } else { joined = known }
      joined.firstSeen = min(known.firstSeen, seen.firstSeen)
      joined.lastSeen = max(known.lastSeen, seen.lastSeen)
    }
    joined.id = known.id
    joined.raisedAt = min(known.raisedAt, seen.raisedAt)
    joined.severity = max(known.severity, seen.severity)
    return joined
  }
}
