/// How much traffic is made, over which time, and what goes on in it.
package struct SampleSettings: Sendable {
  package var seed: UInt64 = 1
  /// About how many lines; the true number is in the truth and within a few percent.
  package var events = 2_000_000
  /// Start of the traffic (s since 1970 UTC): Monday 2 March 2026, 00:00.
  package var start: Int64 = 1_772_409_600
  /// Length of the traffic in seconds.
  package var seconds: Int64 = 86_400
  /// Households and phones that visit, the most frequent far more often than the rest.
  package var clients = 50_000
  /// Whether attacks happen; without them every alarm is false.
  package var attacks = true
  package var format = SampleFormat.combined
  /// After how many lines an unreadable one follows; 0 for never.
  package var brokenEvery = 0

  package init() {}
}

/// How a line is written.
package enum SampleFormat: String, Sendable, CaseIterable {
  /// nginx's and Apache's combined format.
  case combined
  /// Cloudflare Logpush `http_requests`: 48 fields, about 1.5 kB.
  case cloudflare
}
