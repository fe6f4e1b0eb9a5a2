/// A place in a text from which the parts of a time are taken one after another; each part is taken whole or not.
struct TimeScan {
  var at: UnsafePointer<UInt8>
  let end: UnsafePointer<UInt8>

  var left: Int { end - at }
  var isAtEnd: Bool { at == end }
  var startsWithLetter: Bool { at < end && (at[0] | 0x20) &- 0x61 < 26 }

  @inline(__always) mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard at < end, UInt32(at[0]) == character.value else { return false }
    at += 1
    return true
  }

  /// Skips at least one space.
  mutating func skipSpaces() -> Bool {
    let start = at
    while at < end, at[0] == 0x20 { at += 1 }
    return at > start
  }

  /// Exactly `count` digits.
  @inline(__always) mutating func digits(_ count: Int) -> Int? {
    guard left >= count else { return nil }
    var value = 0
    for i in 0..<count {
      let digit = at[i] &- 0x30
      guard digit < 10 else { return nil }
      value = value &* 10 &+ Int(digit)
    }
    at += count
    return value
  }

  /// One to `most` digits.
  mutating func number(upTo most: Int) -> Int? {
    var value = 0, count = 0
    while count < most, at + count < end, at[count] &- 0x30 < 10 {
      value = value * 10 + Int(at[count] &- 0x30)
      count += 1
    }
    guard count > 0 else { return nil }
    at += count
    return value
  }

  /// Up to 18 digits, a number that cannot overflow; 19 digits where they fit (nanoseconds since 1970).
  mutating func longNumber() -> Int64? {
    var value: Int64 = 0
    let start = at
    while at < end, at[0] &- 0x30 < 10 {
      let (product, over) = value.multipliedReportingOverflow(by: 10)
      let (sum, over2) = product.addingReportingOverflow(Int64(at[0] &- 0x30))
      if over || over2 { return nil }
      value = sum
      at += 1
    }
    return at > start ? value : nil
  }

  /// `13:55:36`.
  @inline(__always) mutating func clock() -> (hour: Int, minute: Int, second: Int)? {
    guard let hour = digits(2), skip(":"), let minute = digits(2), skip(":"), let second = digits(2) else { return nil }
    return (hour, minute, second)
  }

  mutating func clockAfterSpaces() -> (hour: Int, minute: Int, second: Int)? {
    _ = skipSpaces()
    return clock()
  }

  /// A point or comma and digits, as nanoseconds; 0 where there is none.
  @inline(__always) mutating func fraction() -> Int64 {
    guard left >= 2, at[0] == 0x2E || at[0] == 0x2C, at[1] &- 0x30 < 10 else { return 0 }
    at += 1
    var value: Int64 = 0
    var scale: Int64 = 100_000_000
    while at < end, at[0] &- 0x30 < 10 {
      value &+= Int64(at[0] &- 0x30) &* scale
      scale /= 10
      at += 1
    }
    return value
  }

  /// `Z`, `UTC`, `GMT`, `+0100`, `+01:00`, `+01`, after a space or not: seconds east of UTC; nil where there is none.
  @inline(__always) mutating func zone() -> Int? {
    let start = at
    _ = skip(" ")
    guard at < end else {
      at = start
      return nil
    }
    switch at[0] {
    case 0x5A, 0x7A:  // Z
      at += 1
      return 0
    case 0x2B, 0x2D:
      let sign = at[0] == 0x2B ? 1 : -1
      at += 1
      guard let hours = digits(2), hours <= 23 else { break }
      let colon = skip(":")
      guard let minutes = digits(2) else {
        if colon { break }
        return sign * hours * 3600
      }
      guard minutes <= 59 else { break }
      return sign * (hours * 3600 + minutes * 60)
    default:
      if left >= 3, (at[0], at[1], at[2]) == (0x55, 0x54, 0x43) || (at[0], at[1], at[2]) == (0x47, 0x4D, 0x54) {
        at += 3
        return 0
      }
    }
    at = start
    return nil
  }

  /// An English month, by its first three letters in any case: 1…12.
  @inline(__always) mutating func month() -> Int? {
    guard left >= 3 else { return nil }
    let key = UInt32(at[0] | 0x20) << 16 | UInt32(at[1] | 0x20) << 8 | UInt32(at[2] | 0x20)
    let month: Int
    switch key {
    case 0x6A616E: month = 1
    case 0x666562: month = 2
    case 0x6D6172: month = 3
    case 0x617072: month = 4
    case 0x6D6179: month = 5
    case 0x6A756E: month = 6
    case 0x6A756C: month = 7
    case 0x617567: month = 8
    case 0x736570: month = 9
    case 0x6F6374: month = 10
    case 0x6E6F76: month = 11
    case 0x646563: month = 12
    default: return nil
    }
    at += 3
    return month
  }

  /// Three to nine letters, as of a day's name.
  mutating func skipWeekday() -> Bool {
    var count = 0
    while at + count < end, (at[count] | 0x20) &- 0x61 < 26 { count += 1 }
    guard 3...9 ~= count else { return false }
    at += count
    return true
  }

  /// `2000 ` where a time of day follows.
  mutating func yearThenSpace() -> Int? {
    let start = at
    guard let year = digits(4), skip(" ") || skip(",") else {
      at = start
      return nil
    }
    _ = skipSpaces()
    return year
  }

  /// ` 2000` at the end of a word.
  mutating func spaceThenYear() -> Int? {
    let start = at
    guard skip(" "), let year = digits(4), at == end || !(at[0] &- 0x30 < 10 || at[0] == 0x2D || at[0] == 0x3A) else {
      at = start
      return nil
    }
    return year
  }

  /// What the first bytes look like.
  var likelySpelling: TimeSpelling {
    guard left >= 8 else { return .epoch }
    if startsWithLetter {
      var copy = self
      return copy.month() != nil && copy.skipSpaces() ? .syslog : .words
    }
    if left >= 19, at[4] == 0x2D || at[4] == 0x2F || at[4] == 0x2E, at[7] == at[4] { return .iso }
    if at[2] == 0x2F, left >= 12, at[11] == 0x3A { return .clf }
    for i in 0..<3 where at[i] == 0x20 || at[i] == 0x2D || at[i] == 0x2F { return .words }
    return .epoch
  }
}
