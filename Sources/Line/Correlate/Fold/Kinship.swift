import Model

/// What makes two alerts near in time the same actor's.
enum Kinship {
  /// Sources of an alert that are few enough to be the actor itself rather than a sample of a swarm.
  static func sources(of alert: Alert, below limit: Int) -> [String] {
    let named = alert.key.filter { $0.field == "ip.src" }.map(\.value)
    if !named.isEmpty { return named }
    let known = alert.sources
    guard known.count < limit, known.top.count >= known.count else { return [] }
    return known.top.map(\.ip)
  }

  /// All keys of an alert. Equal keys within the gap join.
  static func keys(of alert: Alert, swarmSources: Int) -> [Key] {
    var keys = sources(of: alert, below: swarmSources).map(Key.address)
    for part in alert.key {
      switch part.field {
      case "cf.bot_management.ja4", "cf.bot_management.ja3_hash":
        keys.append(.trait(part, alert.kind.family, host(of: alert)))
      case "auth.account":
        keys.append(.trait(part, alert.kind.family, host(of: alert)))
      case "http.user_agent" where !part.value.isEmpty:
        keys.append(.trait(part, alert.kind.family, host(of: alert)))
      case "ip.src.asnum", "ip.src/24", "ip.src/48", "ip.src/64":
        keys.append(.trait(part, alert.kind.family, host(of: alert)))
      default: break
      }
    }
    return keys + neighbourhood(of: alert)
  }

  enum Key: Hashable {
    /// One address, whatever it does and wherever.
    case address(String)
    /// A detection's key beyond the address, for one kind of deed on one host.
    case trait(KeyPart, Family, String)
    /// Neighbours in a public network doing the very same.
    case neighbourhood(AddressNetwork, detection: String, String)

    var isAddress: Bool {
      if case .address = self { true } else { false }
    }
  }

  /// Neighbouring addresses are one actor only where networks mean a holder (not in private ranges, where every
  /// machine is somebody else's) and only when they do the same thing.
  private static func neighbourhood(of alert: Alert) -> [Key] {
    guard let text = alert.key.first(where: { $0.field == "ip.src" })?.value, let address = IPAddress(text),
      !privateRanges.contains(where: { $0.contains(address) })
    else { return [] }
    let network = AddressNetwork(address, bits: address.isV4 ? 24 : 48)
    return [.neighbourhood(network, detection: alert.detection, host(of: alert))]
  }

  private static func host(of alert: Alert) -> String { alert.hosts.count == 1 ? alert.hosts[0] : "" }

  /// Source: RFC 1918, RFC 6598, RFC 1122 (loopback), RFC 3927, RFC 4193, RFC 4291.
  private static let privateRanges = [
    "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "fc00::/7",
    "fe80::/10", "::1",
  ].compactMap { AddressNetwork($0) }
}
