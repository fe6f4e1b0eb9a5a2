/// An instant as people and files write it, always UTC.
///
/// Source: RFC 3339; the calendar arithmetic is Howard Hinnant's "chrono-compatible low-level date algorithms", which
/// hold for every Int64 of nanoseconds (years 1677 to 2262).
package struct UTCTime: Sendable, Equatable {
  package var year, month, day, hour, minute, second, nanosecond: Int

  /// Splits nanoseconds since 1970 UTC; never traps.
  package init(_ nanoseconds: Int64) {
    let (seconds, rest) = Self.floored(nanoseconds, by: 1_000_000_000)
    let (days, ofDay) = Self.floored(seconds, by: 86_400)
    (year, month, day) = Self.civil(days: Int(days))
    (hour, minute, second) = (Int(ofDay) / 3_600, Int(ofDay) / 60 % 60, Int(ofDay) % 60)
    nanosecond = Int(rest)
  }

  /// Nanoseconds from one instant to another; held at the limits, since a log's times may lie 580 years apart.
  package static func span(from first: Int64, to last: Int64) -> Int64 {
    let (span, overflow) = last.subtractingReportingOverflow(first)
    return overflow ? (last > first ? .max : .min) : span
  }

  /// `2026-05-14T12:03:11.25Z`; a fraction only where there is one.
  package static func rfc3339(_ nanoseconds: Int64) -> String {
    let time = UTCTime(nanoseconds)
    return "\(time.isoDate)T\(time.clock)\(time.fraction)Z"
  }

  /// `2026-05-14`.
  package var isoDate: String { "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(day, 2))" }
  /// `12:03:11`.
  package var clock: String { "\(clockToMinute):\(Self.padded(second, 2))" }
  /// `12:03`.
  package var clockToMinute: String { "\(Self.padded(hour, 2)):\(Self.padded(minute, 2))" }
  /// `14 May 2026`.
  package var longDate: String { "\(day) \(Self.months[month - 1]) \(year)" }
  /// `14 May`.
  package var shortDate: String { "\(day) \(Self.months[month - 1].prefix(3))" }

  private var fraction: String {
    guard nanosecond > 0 else { return "" }
    var digits = Self.padded(nanosecond, 9)
    while digits.last == "0" { digits.removeLast() }
    return "." + digits
  }

  private static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
  ]

  private static func floored(_ value: Int64, by divisor: Int64) -> (Int64, Int64) {
    let rest = value % divisor
    return rest < 0 ? (value / divisor - 1, rest + divisor) : (value / divisor, rest)
  }

  /// Year, month and day of a number of days since 1970-01-01.
  private static func civil(days: Int) -> (Int, Int, Int) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let ofEra = shifted - era * 146_097
    let yearOfEra = (ofEra - ofEra / 1_460 + ofEra / 36_524 - ofEra / 146_096) / 365
    let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let march = (5 * ofYear + 2) / 153
    let month = march < 10 ? march + 3 : march - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, ofYear - (153 * march + 2) / 5 + 1)
  }

  private static func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
