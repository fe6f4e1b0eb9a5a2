/// What somebody is here to do.
package enum Role: String, Sendable, CaseIterable, Codable {
  case analyst, lead, hunter, customer, machine

  /// What the role may do, with the customers it may do it for.
  package var permissions: Set<Permission> {
    switch self {
    case .lead: [.read, .hunt, .journal, .metrics, .ingest]
    case .analyst: [.read, .hunt, .journal, .metrics]
    case .hunter: [.read, .hunt, .metrics]
    case .customer: [.read]
    case .machine: [.ingest, .metrics]
    }
  }
}

/// One kind of thing that a request may want.
package enum Permission: String, Sendable {
  case read, hunt, journal, metrics, ingest
}
