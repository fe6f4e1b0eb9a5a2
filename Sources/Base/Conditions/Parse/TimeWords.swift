import Model

/// A span of time that a question is about: from `since` on, before `until`.
package struct TimeSpan: Sendable, Equatable {
  package var since: Int64?
  package var until: Int64?

  package init(since: Int64? = nil, until: Int64? = nil) {
    self.since = since
    self.until = until
  }

  /// The span as a condition; true of everything where neither end is given.
  package var condition: Condition {
    var parts: [Condition] = []
    if let since { parts.append(.test(ConditionTest(.field(.time), .greaterOrEqual, .literal(.time(since))))) }
    if let until { parts.append(.test(ConditionTest(.field(.time), .less, .literal(.time(until))))) }
    return .and(parts)
  }
}

/// Instants and spans as people say them; all times are UTC.
package enum TimeWords {
  /// `2h`, `3 days ago`, `now`, `today`, `yesterday 14:00`, `monday`, `14:00`, `2026-11-28`, `2026-11-28 14:00`, or an
  /// instant of RFC 3339; nil for anything else. `now` is in nanoseconds since 1970.
  package static func instant(_ text: String, now: Int64) -> Int64? {
    var words = text.lowercased().split(separator: " ").map(String.init)
    if words.last == "ago" { words.removeLast() }
    guard let first = words.first else { return nil }
    if words == ["now"] { return now }
    if let span = span(words.joined()) {
      let (then, overflow) = now.subtractingReportingOverflow(span)
      return overflow ? nil : then
    }
    if words.count == 1, let exact = EventTime(parsing: Array(text.utf8)) { return exact.nanoseconds }
    let midnight = now - ((now % day) + day) % day
    if words.count == 1, let clock = clock(first) { return midnight + clock }
    guard words.count <= 2, let start = date(first, midnight) else { return nil }
    if words.count == 1 { return start }
    return clock(words[1]).map { start + $0 }
  }

  /// `30s`, `5m`, `2h`, `1d`, `2w`, also `90 minutes`; in nanoseconds, more than none.
  package static func span(_ text: String) -> Int64? {
    let text = text.lowercased().filter { $0 != " " }
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    guard let number = Int64(digits), number > 0, number <= 1_000_000,
      let unit = units.first(where: { $0.words.contains(String(text.dropFirst(digits.count))) })
    else { return nil }
    let (span, overflow) = number.multipliedReportingOverflow(by: unit.span)
    return overflow ? nil : span
  }

  private static let second: Int64 = 1_000_000_000
  private static let day = 86_400 * second
  private static let units: [(words: Set<String>, span: Int64)] = [
    (["s", "sec", "second", "seconds"], second), (["m", "min", "minute", "minutes"], 60 * second),
    (["h", "hour", "hours"], 3_600 * second), (["d", "day", "days"], day), (["w", "week", "weeks"], 7 * day),
  ]
  private static let weekdays = ["thursday", "friday", "saturday", "sunday", "monday", "tuesday", "wednesday"]

  /// The day's first moment; a weekday is the last one that was, today included.
  private static func date(_ word: String, _ midnight: Int64) -> Int64? {
    switch word {
    case "today": return midnight
    case "yesterday": return midnight - day
    default: break
    }
    // 1970 began on a Thursday.
    if word.count >= 3, let wanted = weekdays.firstIndex(where: { $0.hasPrefix(word) }) {
      let today = Int(((midnight / day) % 7 + 7) % 7)
      return midnight - Int64((today - wanted + 7) % 7) * day
    }
    return word.count == 10 ? EventTime(parsing: Array(word.utf8))?.nanoseconds : nil
  }

  /// `14:00`, `14:00:30`.
  private static func clock(_ word: String) -> Int64? {
    let parts = word.split(separator: ":", omittingEmptySubsequences: false)
    let limits: [Int64] = [24, 60, 60]
    guard parts.count == 2 || parts.count == 3 else { return nil }
    var seconds: Int64 = 0
    for (part, limit) in zip(parts, limits) {
      guard part.count <= 2, part.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int64(part), number < limit
      else {
        return nil
      }
      seconds = seconds * 60 + number
    }
    return (parts.count == 2 ? seconds * 60 : seconds) * second
  }
}
