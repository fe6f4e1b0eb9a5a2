/// Why an alert needs nobody: all of its events are what somebody said to expect.
package struct Suppression: Sendable, Codable, Equatable {
  package enum Kind: String, Sendable, Codable, CaseIterable {
    case suppression
    case allowed
    case maintenance

    /// `suppressed by`, for a sentence.
    package var words: String {
      switch self {
      case .suppression: "suppressed by"
      case .allowed: "from sources allowed by"
      case .maintenance: "within the maintenance"
      }
    }
  }

  package var kind: Kind
  package var name: String
  package var owner: String
  package var reason: String
  /// Until when that holds (ns since 1970 UTC), by the time of the events.
  package var until: Int64

  package init(kind: Kind, name: String, owner: String, reason: String, until: Int64) {
    self.kind = kind
    self.name = name
    self.owner = owner
    self.reason = reason
    self.until = until
  }

  /// `suppressed by 'own scanner' until 2027-01-31T00:00:00Z (Ann: weekly scan)`.
  package var words: String { "\(kind.words) '\(name)' until \(UTCTime.rfc3339(until)) (\(owner): \(reason))" }
}
