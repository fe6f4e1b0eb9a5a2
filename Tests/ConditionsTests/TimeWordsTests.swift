import Model
import Testing

@testable import Conditions

/// Saturday, 28 November 2026, 18:30 UTC.
private let now: Int64 = 1_795_890_600_000_000_000

@Test(
  "times as people say them",
  arguments: [
    ("now", "2026-11-28T18:30:00Z"), ("2h", "2026-11-28T16:30:00Z"), ("90 minutes ago", "2026-11-28T17:00:00Z"),
    ("3 days", "2026-11-25T18:30:00Z"), ("today", "2026-11-28T00:00:00Z"), ("yesterday 14:00", "2026-11-27T14:00:00Z"),
    ("Monday", "2026-11-23T00:00:00Z"), ("sat 09:15", "2026-11-28T09:15:00Z"), ("07:30", "2026-11-28T07:30:00Z"),
    ("2026-11-01", "2026-11-01T00:00:00Z"), ("2026-11-01 06:00:30", "2026-11-01T06:00:30Z"),
    ("2026-11-01T06:00:00+02:00", "2026-11-01T04:00:00Z"),
  ])
func instants(words: String, expected: String) {
  #expect(TimeWords.instant(words, now: now).map(UTCTime.rfc3339) == expected)
}

@Test(
  "what is no time",
  arguments: [
    "", "soon", "0h", "2x", "25:00", "12:60", "yesterday noon", "2026-13-01", "-2h", "2h 3m x", "12:00 today",
  ])
func noInstants(words: String) { #expect(TimeWords.instant(words, now: now) == nil) }
