/// Days and seconds of the Gregorian calendar, without time zones or leap seconds.
package enum CivilTime {
  /// Days from 1 January 1970 to a date; months 1…12.
  ///
  /// Source: the algorithm `days_from_civil` of Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
  @inline(__always) package static func days(year: Int, month: Int, day: Int) -> Int {
    let year = month <= 2 ? year - 1 : year
    let era = (year >= 0 ? year : year - 399) / 400
    let yearOfEra = year - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  /// Seconds since 1970 of a date and time of day, or nil when there is no such moment. A leap second is accepted.
  package static func seconds(
    _ year: Int, _ month: Int, _ day: Int, _ hour: Int, _ minute: Int, _ second: Int
  ) -> Int64? {
    guard 1...12 ~= month, 1...31 ~= day, 0...24 ~= hour, 0...59 ~= minute, 0...60 ~= second, 1...9999 ~= year else {
      return nil
    }
    // 30 February would come out as a day in March.
    guard day <= 28 || day <= lastDay(of: month, year) else { return nil }
    return Int64(days(year: year, month: month, day: day) * 86_400 + hour * 3600 + minute * 60 + second)
  }

  private static func lastDay(of month: Int, _ year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}
