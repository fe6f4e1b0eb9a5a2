import Model

/// Finds the time of a line of free text: the first thing near its beginning that spells one, else what stands behind a key
/// that ends in `time=`.
enum TimeFinder {
  /// How far into a line its time may begin.
  static let reach = 120
  /// How far it is looked for behind a key.
  private static let keyReach = 2_000
  /// 1990: no log that is read here is older, but versions and counters look like times that are.
  private static let earliest: Int64 = 631_152_000_000_000_000

  /// The time, and where its spelling begins and ends; nil where none is spelled.
  static func find(
    _ text: UnsafeBufferPointer<UInt8>, _ clock: UnsafeMutablePointer<TimeParser>
  ) -> (time: Int64, start: Int, end: Int)? {
    let limit = min(text.count, reach)
    var at = 0
    while at < limit {
      let byte = text[at]
      if byte &- 0x30 < 10 || byte &- 0x41 < 26, at == 0 || !isWord(text[at - 1]) || endsColour(text, at),
        let found = found(text, at, clock)
      {
        return found
      }
      at += 1
    }
    return keyed(text, clock)
  }

  private static func found(
    _ text: UnsafeBufferPointer<UInt8>, _ at: Int, _ clock: UnsafeMutablePointer<TimeParser>
  ) -> (time: Int64, start: Int, end: Int)? {
    let rest = UnsafeBufferPointer(rebasing: text[at...])
    // A bare number in quotes is anything: `logid="1234567890"`.
    let isQuoted = at > 0 && text[at - 1] == 0x22
    guard let (time, length) = spelled(rest, clock, takesNumbers: !isQuoted), time >= earliest else { return nil }
    return (time, at, at + length)
  }

  /// `eventtime=1728938802315326151`, `UNIFIutcTime=2025-09-04T08:32:58.445Z` further behind.
  private static func keyed(
    _ text: UnsafeBufferPointer<UInt8>, _ clock: UnsafeMutablePointer<TimeParser>
  ) -> (time: Int64, start: Int, end: Int)? {
    var at = 0
    let limit = min(text.count, keyReach) - 5
    while at < limit {
      if text[at] == 0x69, text[at + 1] == 0x6d, text[at + 2] == 0x65, text[at + 3] == 0x3d, text[at + 4] &- 0x30 < 10,
        let found = found(text, at + 4, clock)
      {
        return found
      }
      at += 1
    }
    return nil
  }

  /// Whether a terminal's colour ends just before: `\u{1b}[39m`, or the same with the escape written out.
  private static func endsColour(_ text: UnsafeBufferPointer<UInt8>, _ at: Int) -> Bool {
    guard at > 2, text[at - 1] == 0x6d else { return false }
    var back = at - 2
    while back > 0, at - back < 14, text[back] &- 0x30 < 10 || text[back] == 0x3b { back -= 1 }
    return text[back] == 0x5b
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || byte == 0x2e || byte == 0x2d
  }

  private static func spelled(
    _ rest: UnsafeBufferPointer<UInt8>, _ clock: UnsafeMutablePointer<TimeParser>, takesNumbers: Bool
  ) -> (time: Int64, length: Int)? {
    guard rest.count >= 8 else { return nil }
    if rest[0] &- 0x30 < 10 {
      if let found = american(rest) { return found }
      // A bare number is a time only where it has ten digits or more and nothing but a fraction behind.
      if takesNumbers, isEpoch(rest) { return clock.pointee.prefix(of: rest, as: .epoch) }
      guard hasDate(rest) else { return nil }
    }
    return clock.pointee.prefix(of: rest, as: .auto)
  }

  private static func isEpoch(_ b: UnsafeBufferPointer<UInt8>) -> Bool {
    var digits = 0
    while digits < b.count, b[digits] &- 0x30 < 10 { digits += 1 }
    return [10, 13, 16, 19].contains(digits) && b[0] == 0x31
  }

  /// Digits with a date's separators near; keeps bare clocks and counters out.
  private static func hasDate(_ b: UnsafeBufferPointer<UInt8>) -> Bool {
    for i in 1..<5 where b[i] == 0x2d || b[i] == 0x2f || b[i] == 0x20 || b[i] == 0x2e {
      return b[i] != 0x20 || i + 1 < b.count && b[i + 1] &- 0x41 < 26
    }
    return false
  }

  /// `08/02/2023, 7:32:47 PM`, `01/25/22 16:08:02.393`: month, day and year as Americans write them.
  private static func american(_ b: UnsafeBufferPointer<UInt8>) -> (time: Int64, length: Int)? {
    guard let base = b.baseAddress else { return nil }
    var scan = TimeScan(at: base, end: base + b.count)
    guard let month = scan.number(upTo: 2), scan.skip("/"), let day = scan.number(upTo: 2), scan.skip("/"),
      let year = scan.number(upTo: 4), year < 100 || year > 1900
    else { return nil }
    guard scan.skip("-") || (scan.skip(",") || true) && scan.skipSpaces(), var hour = scan.number(upTo: 2),
      scan.skip(":"), let minute = scan.digits(2),
      scan.skip(":"), let second = scan.digits(2)
    else { return nil }
    let fraction = scan.fraction()
    if let isAfternoon = halfOfDay(&scan) {
      guard 1...12 ~= hour else { return nil }
      hour = hour % 12 + (isAfternoon ? 12 : 0)
    }
    // A month above twelve: the day was meant to come first.
    let swapped = month > 12
    guard
      let seconds = CivilTime.seconds(
        year < 100 ? 2000 + year : year, swapped ? day : month, swapped ? month : day, hour, minute, second)
    else { return nil }
    return (seconds * 1_000_000_000 + fraction, scan.at - base)
  }

  private static func halfOfDay(_ scan: inout TimeScan) -> Bool? {
    let start = scan.at
    _ = scan.skipSpaces()
    if scan.end - scan.at >= 2, scan.at[1] | 0x20 == 0x6d {
      let letter = scan.at[0] | 0x20
      if letter == 0x61 || letter == 0x70 {
        scan.at += 2
        return letter == 0x70
      }
    }
    scan.at = start
    return nil
  }
}
