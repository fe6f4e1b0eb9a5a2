import Foundation
import Testing

@testable import Model

@Test(
  "instants are written as RFC 3339 says, back to 1677 and on to 2262",
  arguments: [
    Int64.min, -1, 0, 1, 951_782_399_999_999_999, 951_782_400_000_000_000, 1_778_760_000_250_000_000, Int64.max,
  ])
func instants(nanoseconds: Int64) throws {
  let text = UTCTime.rfc3339(nanoseconds)
  let style = Date.ISO8601FormatStyle()
  let floored = Int(floor(Double(nanoseconds) / 1e9))
  let seconds = nanoseconds >= 0 ? Int(nanoseconds / 1_000_000_000) : floored
  #expect(text.prefix(19) == Date(timeIntervalSince1970: Double(seconds)).formatted(style).prefix(19))
  #expect(text.hasSuffix("Z"))
}

@Test("fractions of a second are written without useless zeros")
func fractions() {
  #expect(UTCTime.rfc3339(1_778_760_000_250_000_000) == "2026-05-14T12:00:00.25Z")
  #expect(UTCTime.rfc3339(1_778_760_000_000_000_001) == "2026-05-14T12:00:00.000000001Z")
  #expect(UTCTime(1_778_760_000_000_000_000).longDate == "14 May 2026")
}

@Test(
  "numbers are grouped and shortened for reading",
  arguments: [
    (0, "0", "0"), (999, "999", "999"), (1_000, "1,000", "1 k"), (48_211, "48,211", "48.2 k"),
    (999_999, "999,999", "1 M"), (1_284_332, "1,284,332", "1.3 M"), (-1_204, "-1,204", "-1204"),
  ])
func numbers(value: Int, grouped: String, short: String) {
  #expect(Words.number(value) == grouped)
  if value >= 0 { #expect(Words.short(value) == short) }
}

@Test(
  "spans are said as people say them",
  arguments: [
    (0.2, "under a second"), (1, "1 second"), (90, "90 seconds"), (125, "2 minutes"), (3_600, "1 hour"),
    (5_000, "83 minutes"),
    (7_199.5, "2 hours"), (12_000, "3 h 20 min"), (345_600, "4 days"),
  ])
func spans(seconds: Double, words: String) {
  #expect(Words.span(Int64(seconds * 1e9)) == words)
}

@Test(
  "shares have no more digits than are of use",
  arguments: [
    (0, 10, "0 %"), (1, 10, "10 %"), (1, 3, "33 %"), (1, 200, "0.5 %"), (1, 5_000, "< 0.1 %"), (10, 10, "100 %"),
    (99_999, 100_000, "> 99.9 %"), (3, 0, "0 %"),
  ])
func shares(part: Int, whole: Int, words: String) {
  #expect(Words.share(part, of: whole) == words)
}

@Test("lists end in and")
func lists() {
  #expect(Words.list([]) == "")
  #expect(Words.list(["a"]) == "a")
  #expect(Words.list(["a", "b"]) == "a and b")
  #expect(Words.list(["a", "b", "c"]) == "a, b and c")
  #expect(Words.list(["a", "b", "c", "d", "e"]) == "a, b, c and 2 more")
}

@Test("tallies of two workers add up to the tally of one")
func talliesMerge() {
  var (one, a, b) = (QueryTally(), QueryTally(), QueryTally())
  for index in 0..<40 {
    let time = Int64(index) * 7_000_000_000 % 40
    one.add(at: time, weight: index % 3, slot: index % 5, slotCount: 5)
    if index % 2 == 0 {
      a.add(at: time, weight: index % 3, slot: index % 5, slotCount: 5)
    } else {
      b.add(at: time, weight: index % 3, slot: index % 5, slotCount: 5)
    }
  }
  var empty = QueryTally()
  empty.merge(a)
  empty.merge(b)
  #expect(empty == one)
}
