import Model

/// What an incident is called, in plain words: what, against what, from where.
struct IncidentTitle {
  let kind: IncidentKind
  let isBackground: Bool
  let hosts: [String]
  let sources: SourceTally
  let alerts: [Alert]

  /// At most `most` characters where the names allow it: a long host loses its front.
  var text: String {
    let whole = joined(target)
    // Half an address would be another one.
    guard whole.count > Self.most, hosts.count == 1, IPAddress(hosts[0]) == nil else { return whole }
    let kept = max(12, hosts[0].count - (whole.count - Self.most) - 1)
    return kept < hosts[0].count ? joined("\(preposition) …\(hosts[0].suffix(kept))") : whole
  }

  private static let most = 64

  private func joined(_ target: String) -> String {
    [deed, target, origin].filter { !$0.isEmpty }.joined(separator: " ")
  }

  private var deed: String {
    if isBackground {
      return switch kind.family {
      case .intrusion where kind == .exploitation: "Stray exploit attempts"
      case .automation: "Background robots"
      default: "Background scanning"
      }
    }
    // More than two classes are no help in a title.
    let classes = PayloadNames.list(of: alerts).filter(PayloadNames.isExploit)
    return switch kind {
    case .l7Flood: "Request flood"
    case .credentialStuffing: isDistributed ? "Credential stuffing" : "Password guessing"
    case .accountTakeover: "Account takeover"
    case .scanning: "Scanning"
    case .exploitation:
      classes.isEmpty || classes.count > 2
        ? "Exploit attempts" : "\(Words.list(classes, limit: 2).capitalizedFirst) attempts"
    case .scraping: "Scraping"
    case .apiAbuse: "API abuse"
    case .botAbuse: "Unwanted robots"
    case .carding: "Card testing"
    case .l3l4Flood: vector ?? "Packet flood"
    case .amplification: vector ?? "Reflected flood"
    case .portScan: vector ?? "Port scanning"
    case .dnsAbuse: vector ?? "DNS abuse"
    case .policyViolation: "Requests against policy"
    case .other: alerts.first?.title ?? "Suspicious traffic"
    }
  }

  /// Attacks below HTTP are known by their vector: what the largest alert of the kind is called, with the protocol that
  /// it is keyed by.
  private var vector: String? {
    let own = alerts.filter { $0.kind == kind }
    guard let main = own.max(by: { ($0.severity, $0.events, $1.id) < ($1.severity, $1.events, $0.id) }) else {
      return nil
    }
    let others = Set(own.map(\.title)).count - 1
    let name = main.key.first { $0.field == "packet.amplifier" }.map { "\($0.value.uppercased()) amplification" }
    return (name ?? main.title) + (others > 0 ? " and \(Words.count(others, "other vector"))" : "")
  }

  private var target: String {
    switch hosts.count {
    case 0: ""
    case 1: "\(preposition) \(hosts[0])"
    default: "\(preposition) \(Words.count(hosts.count, "host"))"
    }
  }

  private var preposition: String {
    switch kind {
    case .scanning, .scraping, .l7Flood: "of"
    case .portScan: vector == nil ? "of" : "on"
    default: isBackground && kind != .exploitation ? "of" : "on"
    }
  }

  private var origin: String {
    if sources.count == 1, let only = sources.top.first { return "from \(only.ip)" }
    guard sources.count > 0 else { return "" }
    return "from \(sources.estimated ? "about " : "")\(Words.count(sources.count, "address", "addresses"))"
  }

  private var isDistributed: Bool { sources.count >= 5 }
}

/// Payload classes as people say them.
enum PayloadNames {
  static func name(_ payloadClass: String) -> String {
    names[payloadClass] ?? payloadClass
  }

  /// The classes of these alerts, most frequent first; those that every scan shows only where there is nothing else.
  static func list(of alerts: [Alert]) -> [String] {
    var weights: [String: Int] = [:]
    for alert in alerts { for name in alert.classes { weights[self.name(name), default: 0] &+= alert.events } }
    let named = weights.sorted { $0.value != $1.value ? $0.value > $1.value : $0.key < $1.key }.map(\.key)
    let telling = named.filter { !common.contains($0) }
    return telling.isEmpty ? named : telling
  }

  /// What a scanner's signature alone says is no class of exploit.
  static func isExploit(_ name: String) -> Bool { !common.contains(name) }

  private static let common: Set<String> = ["scanner", "protocol attack"]

  private static let names = [
    "sqli": "SQL injection", "xss": "cross-site scripting", "rce": "command injection", "lfi": "path traversal",
    "rfi": "remote file inclusion", "php": "PHP injection", "java": "Java injection", "nodejs": "Node.js injection",
    "protocol": "protocol attack", "scanner": "scanner", "session_fixation": "session fixation",
    "data_leak": "data leak",
  ]
}

extension String {
  var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
