import Model

/// One way to look at an event that a rule can name: a field's value, its prefix, its class, or whether it is there.
///
/// Reading gives bytes (`FacetReader`), saying gives a condition (`Facet+Condition`); a new facet is one case, one row
/// here and its bytes there.
package enum Facet: Int, CaseIterable, Sendable {
  case method, host, version, path, pathTop, pathTwo, pathExtension
  case queryPresence, queryFirstKey, queryShape, query
  case agent, agentFamily, referer, cookie, contentType
  case country, asn, network, address
  case ja3, ja4, tlsVersion, botScore, wafScore, verifiedBot
  case requestBytes
  // Packets and flows.
  case ipProtocol, destination, amplifier, destinationPort, sourcePort, udpDestinationPort, udpSourcePort
  case tcpFlags, tcpWindow, ipLength, ipTTL, fragment, extensions, icmpType, dnsType, dnsDomain
  // What a rule at the edge cannot know when the request comes, or no platform can be told: for the analyst's eye.
  case status, responseBytes, agentClass, payload, colo, service, etherType

  /// What a person calls it.
  package var name: String { sheet.name }
  /// How hard it is to change for an attacker: 0 for free, 1 not without giving up the attack.
  var stability: Double { sheet.stability }
  /// Whether a rule may name it.
  var isDraftable: Bool { rawValue < Facet.status.rawValue }
  /// The columns that must be filled.
  package var fields: [EventField] { sheet.fields }

  /// Facets of the same family say the same in different widths: a conjunction needs one of them only.
  var family: Int { sheet.family.rawValue }

  /// Whether it says only whom the attack is aimed at: a rule of nothing else would finish the attacker's work.
  var isTarget: Bool { self == .host || self == .destination }

  /// The value that says it is not there; nil where absence is no value.
  var missing: [UInt8]? {
    switch self {
    case .referer, .cookie, .queryPresence, .fragment: [UInt8(ascii: "n")]
    case .agent, .agentFamily: []
    default: nil
    }
  }

  /// Whether it is a packet's shape rather than its purpose.
  var isIncidental: Bool { [.ipLength, .ipTTL, .tcpWindow].contains(self) }

  /// Whether several values of it make one thing to say; a list of lengths or of times to live is chance.
  var isListable: Bool {
    switch self {
    case .ipLength, .ipTTL, .tcpWindow, .sourcePort, .requestBytes, .botScore, .wafScore, .version: false
    default: true
    }
  }

  /// Whether a value can be drafted: a client's port is a new one for each connection, and every browser begins with
  /// the same word.
  func isStable(_ value: [UInt8]) -> Bool {
    switch self {
    case .sourcePort: (1...1023).contains(Self.number(value))
    case .agentFamily: value != Array("Mozilla".utf8)
    default: true
    }
  }

  private enum Family: Int {
    case method, host, version, path, query, agent, referer, cookie, type, place, tls, bot, waf, size, answer
    case transport, target, service, port, flags, window, length, ttl, fragment, message, dns, name
  }

  private var sheet: (name: String, stability: Double, fields: [EventField], family: Family) {
    switch self {
    case .method: ("method", 0.9, [.method], .method)
    case .host: ("host", 0.95, [.host], .host)
    case .version: ("HTTP version", 0.5, [.version], .version)
    case .path: ("path", 0.8, [.path], .path)
    case .pathTop: ("path prefix", 0.9, [.path], .path)
    case .pathTwo: ("longer path prefix", 0.85, [.path], .path)
    case .pathExtension: ("path ending", 0.8, [.path], .path)
    case .queryPresence: ("query", 0.7, [.query], .query)
    case .queryFirstKey: ("first query key", 0.65, [.query], .query)
    case .queryShape: ("query keys", 0.7, [.query], .query)
    case .query: ("query text", 0.2, [.query], .query)
    case .agent: ("user agent", 0.4, [.userAgent], .agent)
    case .agentFamily: ("user agent family", 0.5, [.userAgent], .agent)
    case .referer: ("referer", 0.45, [.referer], .referer)
    case .cookie: ("cookie", 0.5, [.cookie], .cookie)
    case .contentType: ("content type", 0.5, [.contentType], .type)
    case .country: ("country", 0.5, [.sourceCountry], .place)
    case .asn: ("network operator", 0.5, [.sourceASN], .place)
    case .network: ("network", 0.3, [.ipSource], .place)
    case .address: ("address", 0.15, [.ipSource], .place)
    case .ja3: ("JA3", 0.75, [.ja3], .tls)
    case .ja4: ("JA4", 0.85, [.ja4], .tls)
    case .tlsVersion: ("TLS version", 0.5, [.tlsVersion], .tls)
    case .botScore: ("bot score", 0.7, [.botScore], .bot)
    case .wafScore: ("attack score", 0.8, [.wafScore], .waf)
    case .verifiedBot: ("verified robot", 0.7, [.verifiedBot], .bot)
    case .requestBytes: ("request size", 0.4, [.requestBytes], .size)
    case .ipProtocol: ("protocol", 0.9, [.ipProtocol], .transport)
    case .destination: ("destination", 0.95, [.ipDestination], .target)
    case .amplifier: ("reflecting service", 0.95, [.amplifier], .service)
    case .destinationPort: ("TCP port", 0.9, [.destinationPort], .port)
    case .udpDestinationPort: ("UDP port", 0.9, [.udpDestinationPort], .port)
    case .sourcePort: ("TCP source port", 0.6, [.sourcePort], .service)
    case .udpSourcePort: ("UDP source port", 0.8, [.udpSourcePort], .service)
    case .tcpFlags: ("TCP flags", 0.8, [.tcpFlags], .flags)
    case .tcpWindow: ("TCP window", 0.5, [.tcpWindow], .window)
    case .ipLength: ("packet length", 0.3, [.ipLength], .length)
    case .ipTTL: ("TTL", 0.2, [.ipTTL], .ttl)
    case .fragment: ("fragment", 0.8, [.ipFragmentOffset], .fragment)
    case .extensions: ("IPv6 extension headers", 0.8, [.ipv6Extensions], .fragment)
    case .icmpType: ("ICMP type", 0.8, [.icmpType], .message)
    case .dnsType: ("DNS record type", 0.8, [.dnsType], .dns)
    case .dnsDomain: ("DNS domain", 0.7, [.dnsDomain], .name)
    case .status: ("status", 0.5, [.status], .answer)
    case .responseBytes: ("answer size", 0.3, [.responseBytes], .answer)
    case .agentClass: ("kind of user agent", 0.4, [.agentClass], .agent)
    case .payload: ("payload verdict", 0.9, [.payloadVerdict], .waf)
    case .colo: ("data centre", 0.2, [.colo], .place)
    case .service: ("program", 0.2, [.service], .answer)
    case .etherType: ("ether type", 0.2, [.etherType], .transport)
    }
  }

  /// Classes of numbers, each a range that a rule can name.
  var ranges: [ClosedRange<Int64>] {
    switch self {
    case .botScore: [1...1, 2...29, 30...99]
    case .wafScore: [1...20, 21...50, 51...80, 81...99]
    case .requestBytes, .responseBytes: Self.sizes
    default: []
    }
  }

  /// Four times as wide each.
  private static let sizes: [ClosedRange<Int64>] =
    [0...63] + (0..<12).map { (step: Int64) in (64 << (2 * step))...((256 << (2 * step)) - 1) }
}
