import Model

/// What alerts say about success, as far as a log can show it.
struct Outcome {
  /// Payloads that were answered 2xx, and log-ins that worked after failures.
  var payloadsAnswered = 0
  var accountsEntered = 0

  init(_ alerts: [Alert]) {
    for alert in alerts where alert.confidence >= .medium {
      if alert.phase == .takeover || alert.kind == .accountTakeover {
        accountsEntered += max(alert.succeeded, 1)
      } else if alert.phase == .exploitation, alert.succeeded > 0 {
        payloadsAnswered += alert.succeeded
      }
    }
  }

  var gotThrough: Bool { payloadsAnswered > 0 || accountsEntered > 0 }
}
