/// The fields of an event: THE list. Filters, decoders, archive, API, console and the reference page follow from it.
///
/// Names follow the Cloudflare Rules language where it has one, because that is what analysts type and what gets
/// deployed. A new field is one case here and one row in `spec`.
package enum EventField: UInt8, CaseIterable, Sendable {
  // What kind of event, and when.
  case time, eventClass, weight
  // The client.
  case ipSource, sourcePort, sourceASN, sourceASName, sourceCountry, sourceCity, sourceClass, deviceType
  // The request.
  case method, scheme, host, uri, path, query, version, userAgent, referer, cookie, forwardedFor, contentType, headers
  case body, requestBytes, account
  // The answer.
  case status, responseBytes, responseBodyBytes, responseType, duration
  // The way through the edge.
  case serverIP, serverName, ray, colo, zone, cacheStatus, originStatus, originDuration, clientRTT
  // TLS and client fingerprints.
  case tlsVersion, tlsCipher, ja3, ja4
  // What the vendor's own bot and attack engines said.
  case botScore, botSource, botTags, verifiedBot, wafScore, wafSQLi, wafXSS, wafRCE, leakedCredentials
  // What a security product did: one match (`security` events) or all matches of a request.
  case action, actions, ruleID, ruleIDs, ruleName, ruleRef, securitySource, securitySources, ruleMessage, ruleScore
  // Who logged in, where it is logged.
  case authOutcome, service, message, logLevel
  // Layers 3 and 4: a packet, or a flow of them.
  case ipDestination, ipProtocol, ipProtocolNumber, destinationPort, udpSourcePort, udpDestinationPort, tcpFlags
  case tcpWindow, ipLength, ipTTL, ipFragmentOffset, ipMoreFragments, ipv6Extensions, tunnel, tunnelSource
  case tunnelDestination, icmpType, icmpCode, payloadBytes, amplifier, etherType
  case flowPackets, flowBytes, flowStart, flowEnd, exporter
  // What a packet's payload says: DNS, and the client's hello of TLS.
  case dnsName, dnsDomain, dnsType, dnsCode, dnsIsResponse, dnsAnswers, tlsName, tlsALPN, tlsAlert
  // What a BGP neighbour said of a prefix.
  case routeKind, routePrefix, routeOrigin, routePath, routeValidity
  // Filled by Enrich.
  case agentClass, robot, pathNormal, queryNormal, addressLists
  // Filled by Inspect.
  case payloadVerdict, payloadScore, payloadClasses, payloadRules, crsScore, sigmaRules
}

/// How a field's cells are to be read.
package enum FieldType: Sendable, Equatable {
  /// Text, as offset and length in the batch's arena.
  case text
  /// A JSON array kept as the text it came in.
  case list
  /// A JSON object kept as the text it came in.
  case map
  case int
  case bool
  case ip
  /// Nanoseconds since 1970, UTC.
  case time
  /// One of a few words, kept as its place in the list.
  case keyword([String])
}

/// What the one list says about a field.
package struct FieldSpec: Sendable {
  /// The name in the condition language.
  package let name: String
  package let type: FieldType
  package var unit: String? = nil
  /// Other names accepted in conditions (deprecated synonyms).
  package var aliases: [String] = []
  /// Sigma's names for `webserver` and `proxy`.
  package var sigma: [String] = []
  /// Cloudflare Logpush keys, newest first.
  package var logpush: [String] = []
  package var ocsf: String? = nil
  /// One sentence for the reference page.
  package let sentence: String
}

extension EventField {
  package static let eventClasses = ["http", "security", "dns", "flow", "tls", "host", "route"]
  package static let agentClasses = ["browser", "robot", "tool", "empty", "impossible", "other"]
  package static let robotStates = ["verified", "impostor", "claimed"]
  package static let routeKinds = ["announce", "withdraw", "table"]
  package static let routeValidities = ["valid", "invalid", "unknown", "own"]
  package static let protocols = [
    "icmp", "igmp", "ipip", "tcp", "udp", "ipv6", "gre", "esp", "ah", "icmpv6", "ospf", "pim", "sctp", "other",
  ]
  package static let amplifiers = [
    "dns", "ntp", "snmp", "ssdp", "memcached", "cldap", "chargen", "ike", "bacnet", "steam", "rpcbind", "netbios",
    "mdns", "sip", "coap", "ws-discovery", "ripv1", "qotd", "tftp", "l2tp", "mssql", "quake", "ard",
  ]
  package static let tunnels = ["gre", "ipip", "vxlan", "geneve", "erspan", "mpls"]
  package static let authOutcomes = ["failure", "success"]
  package static let verdicts = ["clean", "attack"]

  /// The field that answers to `name` in a condition, or nil.
  package static func named(_ name: String) -> EventField? { byName[name] }

  private static let byName: [String: EventField] = {
    var names: [String: EventField] = [:]
    for field in allCases {
      names[field.spec.name] = field
      for alias in field.spec.aliases { names[alias] = field }
    }
    return names
  }()

  package var name: String { spec.name }

  /// The raw value without the call across modules that its accessor costs: the cases are numbered from 0 as they stand.
  @inlinable package var place: Int { Int(unsafeBitCast(self, to: UInt8.self)) }
}
