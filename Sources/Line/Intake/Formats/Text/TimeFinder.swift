import Model

/// Finds the time of a line of free text: the first thing near its beginning that spells one.
enum TimeFinder {
  /// How far into a line its time may begin.
  static let reach = 120

  /// The time, and where its spelling begins and ends; nil where none is spelled.
  static func find(
    _ text: UnsafeBufferPointer<UInt8>, _ clock: UnsafeMutablePointer<TimeParser>
  ) -> (time: Int64, start: Int, end: Int)? {
    let limit = min(text.count, reach)
    var at = 0
    while at < limit {
      let byte = text[at]
      if byte &- 0x30 < 10 || byte &- 0x41 < 26, at == 0 || !isWord(text[at - 1]) {
        let rest = UnsafeBufferPointer(rebasing: text[at...])
        if let (time, length) = spelled(rest, clock) { return (time, at, at + length) }
      }
      at += 1
    }
    return nil
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || byte == 0x2e || byte == 0x2d
  }

  private static func spelled(
    _ rest: UnsafeBufferPointer<UInt8>, _ clock: UnsafeMutablePointer<TimeParser>
  ) -> (time: Int64, length: Int)? {
    guard rest.count >= 8 else { return nil }
    if rest[0] &- 0x30 < 10 {
      if let found = american(rest) { return found }
      // A bare number is a time only where it has ten digits or more and nothing but a fraction behind.
      if isEpoch(rest) { return clock.pointee.prefix(of: rest, as: .epoch) }
      guard hasDate(rest) else { return nil }
    }
    return clock.pointee.prefix(of: rest, as: .auto)
  }

  private static func isEpoch(_ b: UnsafeBufferPointer<UInt8>) -> Bool {
    var digits = 0
    while digits < b.count, b[digits] &- 0x30 < 10 { digits += 1 }
    return (digits == 10 || digits == 13) && b[0] == 0x31
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
