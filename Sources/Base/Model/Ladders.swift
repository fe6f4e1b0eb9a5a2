/// What an incident is, in one word.
package enum IncidentKind: String, Sendable, Codable, CaseIterable {
  case l7Flood = "l7_flood"
  case credentialStuffing = "credential_stuffing"
  case accountTakeover = "account_takeover"
  case scanning, exploitation, scraping
  case apiAbuse = "api_abuse"
  case botAbuse = "bot_abuse"
  case carding
  case l3l4Flood = "l3l4_flood"
  case amplification
  case portScan = "port_scan"
  case dnsAbuse = "dns_abuse"
  case policyViolation = "policy_violation"
  case other
}

/// How bad it is. Source: the Sigma ladder (Sigma specification 2.1), which OCSF's `severity_id` 1…5 mirrors.
package enum Severity: String, Sendable, Codable, CaseIterable, Comparable {
  case informational, low, medium, high, critical

  package var rank: Int { Self.allCases.firstIndex(of: self)! }
  package static func < (a: Severity, b: Severity) -> Bool { a.rank < b.rank }
}

/// How soon somebody must act: P1 now, P4 in office hours.
package enum Priority: String, Sendable, Codable, CaseIterable {
  case p1 = "P1"
  case p2 = "P2"
  case p3 = "P3"
  case p4 = "P4"
}

package enum Confidence: String, Sendable, Codable, CaseIterable, Comparable {
  case low, medium, high

  package static func < (a: Confidence, b: Confidence) -> Bool {
    allCases.firstIndex(of: a)! < allCases.firstIndex(of: b)!
  }
}

/// Where in an attack's course an alert belongs; the order is the usual one.
package enum Phase: String, Sendable, Codable, CaseIterable, Comparable {
  case reconnaissance, access, exploitation, takeover, abuse, disruption

  package static func < (a: Phase, b: Phase) -> Bool {
    allCases.firstIndex(of: a)! < allCases.firstIndex(of: b)!
  }
}
