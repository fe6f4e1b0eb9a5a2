/// What to do about an attack, in no platform's words: drafted and proven here, compiled to each platform by its target.
package struct Mitigation: Sendable, Hashable {
  /// What becomes of the requests that are meant.
  package enum Action: String, Sendable, Hashable, CaseIterable {
    case block, challenge, log
  }

  package enum Rule: Sendable, Hashable {
    /// Every request that meets the condition.
    case filter(Condition)
    /// Requests beyond a rate.
    case rateLimit(RateLimit)
    /// Every request from these networks: the last resort, since attackers change addresses for free.
    case addresses([AddressNetwork])
  }

  /// Names the proposal in every artifact, so that a deployed rule is found again: `[a-z0-9-]`, at most 40 bytes.
  package var reference: String
  package var rule: Rule
  package var action: Action
  /// What it is for, in words; hostile text may stand in it.
  package var reason: String
  /// When it must be gone again (ns since 1970 UTC); nil for a rule that is to stay.
  package var expires: Int64?

  package init(reference: String, rule: Rule, action: Action, reason: String = "", expires: Int64? = nil) {
    self.reference = reference
    self.rule = rule
    self.action = action
    self.reason = reason
    self.expires = expires
  }
}

/// At most `requests` in `period` for each client, counted over those that meet `condition`.
package struct RateLimit: Sendable, Hashable {
  package var condition: Condition
  /// What makes a client: `ip.src`, or other fields together.
  package var characteristics: [EventField]
  package var requests: Int
  /// Seconds.
  package var period: Int
  /// Seconds that a client stays stopped once it was over; 0 where only the requests beyond the rate are.
  package var timeout: Int

  package init(condition: Condition, characteristics: [EventField], requests: Int, period: Int, timeout: Int) {
    self.condition = condition
    self.characteristics = characteristics
    self.requests = requests
    self.period = period
    self.timeout = timeout
  }
}
