/// An instant as conditions write it: RFC 3339 text in, RFC 3339 text in UTC out.
package struct EventTime: Equatable {
  /// Since 1970, UTC.
  package var nanoseconds: Int64

  init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  /// `2026-01-31`, `2026-01-31T09:30:00Z`, with a fraction and an offset where wanted; nil for anything else and for
  /// instants that 64 bits of nanoseconds do not reach (1677 to 2262).
  package init?(parsing bytes: [UInt8]) {
    var at = 0
    func number(_ digits: Int) -> Int64? {
      guard at + digits <= bytes.count else { return nil }
      var value: Int64 = 0
      for byte in bytes[at..<(at + digits)] {
        guard byte &- 0x30 < 10 else { return nil }
        value = value * 10 + Int64(byte - 0x30)
      }
      at += digits
      return value
    }
    func sign(_ signs: String) -> Bool {
      guard at < bytes.count, signs.utf8.contains(bytes[at]) else { return false }
      at += 1
      return true
    }
    guard let year = number(4), sign("-"), let month = number(2), sign("-"), let day = number(2),
      (1677...2262).contains(year), (1...12).contains(month), day >= 1, day <= Self.days(in: month, of: year)
    else { return nil }
    var seconds = Self.days(year: year, month: month, day: day) * 86_400
    var fraction: Int64 = 0
    if at < bytes.count {
      guard sign("Tt "), let hour = number(2), sign(":"), let minute = number(2), sign(":"), let second = number(2),
        hour < 24, minute < 60, second < 61
      else { return nil }
      seconds += hour * 3600 + minute * 60 + second
      if sign(".") {
        var scale: Int64 = 100_000_000
        let first = at
        while let digit = number(1) {
          fraction += digit * scale
          scale /= 10
        }
        if at == first { return nil }
      }
      if !sign("Zz") {
        let ahead = at < bytes.count && bytes[at] == UInt8(ascii: "+")
        guard sign("+-"), let hour = number(2), sign(":"), let minute = number(2), hour < 24, minute < 60 else {
          return nil
        }
        seconds -= (hour * 3600 + minute * 60) * (ahead ? 1 : -1)
      }
    }
    guard at == bytes.count else { return nil }
    guard let exact = Int64(exactly: Int128(seconds) * 1_000_000_000 + Int128(fraction)) else { return nil }
    nanoseconds = exact
  }

  var text: String {
    let seconds = Self.floored(nanoseconds, 1_000_000_000)
    let civil = CivilTime(seconds: seconds)
    let fraction = Self.within(nanoseconds, 1_000_000_000)
    var text = "\(civil.year)-\(Self.two(civil.month))-\(Self.two(civil.day))T"
    text += "\(Self.two(civil.hour)):\(Self.two(civil.minute)):\(Self.two(civil.second))"
    if fraction > 0 {
      var digits = String(String(1_000_000_000 + fraction).dropFirst())
      while digits.hasSuffix("0") { digits.removeLast() }
      text += "." + digits
    }
    return text + "Z"
  }

  private static func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }

  /// `a / b` rounded down, for any `a` and a `b` above zero.
  static func floored(_ a: Int64, _ b: Int64) -> Int64 { a % b < 0 ? a / b - 1 : a / b }

  /// What `floored` leaves over: 0 up to `b`.
  static func within(_ a: Int64, _ b: Int64) -> Int64 { a % b < 0 ? a % b + b : a % b }

  private static func days(in month: Int64, of year: Int64) -> Int64 {
    if month == 2 { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28 }
    return [4, 6, 9, 11].contains(month) ? 30 : 31
  }

  /// Days from 1970-01-01. Source: Howard Hinnant, "chrono-compatible low-level date algorithms".
  private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
    let year = month <= 2 ? year - 1 : year
    let era = floored(year, 400)
    let yearOfEra = year - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }
}

/// The parts of an instant in UTC.
struct CivilTime {
  var year: Int64
  var month: Int64
  var day: Int64
  var hour: Int64
  var minute: Int64
  var second: Int64
  /// From 1970-01-01.
  var days: Int64

  /// Source: Howard Hinnant, "chrono-compatible low-level date algorithms".
  init(seconds: Int64) {
    days = EventTime.floored(seconds, 86_400)
    let inDay = seconds - days * 86_400
    (hour, minute, second) = (inDay / 3600, inDay / 60 % 60, inDay % 60)
    let shifted = days + 719_468
    let era = EventTime.floored(shifted, 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }

  /// ISO 8601 week of the year, 1 to 53.
  var week: Int64 {
    // The week belongs to the year that its Thursday is in.
    let thursday = days - EventTime.within(days + 3, 7) + 3
    let firstOfYear = CivilTime(seconds: thursday * 86_400)
    var day = thursday
    let year = firstOfYear.year
    while CivilTime(seconds: (day - 7) * 86_400).year == year { day -= 7 }
    return (thursday - day) / 7 + 1
  }
}
