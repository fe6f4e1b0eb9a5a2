import Model

/// First fold: alerts that share an address, a fingerprint, an account or a neighbourhood within the gap.
///
/// Cost: O(k log k) in the number of keys.
struct ActorFold {
  let alerts: [Alert]
  let settings: Correlator.Settings

  /// `alerts` in order of time and id.
  init(_ alerts: [Alert], settings: Correlator.Settings) {
    self.alerts = alerts
    self.settings = settings
  }

  func actors() -> [Actor] {
    var holders: [Kinship.Key: [Int]] = [:]
    for (index, alert) in alerts.enumerated() {
      for key in Set(Kinship.keys(of: alert, swarmSources: settings.swarmSources)) {
        holders[key, default: []].append(index)
      }
    }
    var sets = DisjointSets(count: alerts.count)
    for (key, members) in holders where members.count > 1 {
      let gap = (key.isAddress ? settings.addressGap : settings.gap).secondsInNanoseconds
      for run in Spans.runs(members.map { (alerts[$0].firstSeen, alerts[$0].lastSeen) }, gap: gap) {
        for member in run.dropFirst() { sets.join(members[run[0]], members[member]) }
      }
    }
    return sets.sets().map { Actor(alerts: $0.map { alerts[$0] }) }
  }
}
