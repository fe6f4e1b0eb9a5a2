import Model

/// Alerts that have been found to belong together: one attacker, one swarm, or the background hum of a host.
struct Actor {
  /// Earliest first; never empty.
  var alerts: [Alert]
  /// Told as one although its members have nothing to do with each other.
  var isBackground = false

  var firstSeen: Int64 { alerts[0].firstSeen }
  var lastSeen: Int64 { alerts.reduce(Int64.min) { max($0, $1.lastSeen) } }
  var families: Set<Family> { Set(alerts.map(\.kind.family)) }
  var severity: Severity { alerts.map(\.severity).max() ?? .informational }
  /// What it is about, or nil where it is about several things: an intruder who asks for many pages is no scraper.
  var mainFamily: Family? {
    let families = families
    let telling = families.subtracting([.automation, .other])
    return telling.count == 1 ? telling.first : telling.isEmpty && families.count == 1 ? families.first : nil
  }
  /// The host aimed at: empty where no log names it, nil where there are several. Where one log names the host and
  /// another does not, it is that host.
  var onlyHost: String? {
    let hosts = Set(alerts.flatMap(\.hosts))
    return hosts.count <= 1 ? hosts.first ?? "" : nil
  }

  /// Many detections speak of it: worth a telling of its own unless others do the very same at the same time.
  var hasOwnStory: Bool { Set(alerts.map(\.detection)).count >= Self.ownStory }
  /// No source: what a payload campaign raises without being more than that.
  static let ownStory = 5

  /// A stray request or two of one address, without a takeover: what any public host sees, whatever it answered.
  var isStray: Bool {
    severity < .critical && families == [.intrusion]
      && alerts.allSatisfy { $0.events <= Self.strayEvents && $0.sources.count <= 1 && $0.phase != .takeover }
      && Set(alerts.map(\.detection)).count == 1
  }

  /// No source: fewer than anybody needs who works on a host on purpose.
  private static let strayEvents = 3

  /// One actor of several; order of the parts does not matter.
  static func joined(_ actors: [Actor], isBackground: Bool = false) -> Actor {
    let alerts = actors.flatMap(\.alerts).sorted { ($0.firstSeen, $0.id) < ($1.firstSeen, $1.id) }
    return Actor(alerts: alerts, isBackground: isBackground || actors.contains(where: \.isBackground))
  }

  /// Order of actors wherever several are walked through.
  static func isEarlier(_ a: Actor, _ b: Actor) -> Bool {
    (a.firstSeen, a.alerts[0].id) < (b.firstSeen, b.alerts[0].id)
  }
}

/// Kinds that one and the same undertaking shows; different families beside each other are different stories unless
/// one and the same source does both.
enum Family: Hashable, Comparable {
  case flood, credentials, intrusion, automation, carding, dns, other
}

extension IncidentKind {
  var family: Family {
    switch self {
    case .l7Flood, .l3l4Flood, .amplification: .flood
    case .credentialStuffing, .accountTakeover: .credentials
    case .scanning, .exploitation, .portScan, .policyViolation: .intrusion
    case .scraping, .apiAbuse, .botAbuse: .automation
    case .carding: .carding
    case .dnsAbuse: .dns
    case .other: .other
    }
  }
}
