import Model

/// How a time is spelled.
package enum TimeSpelling: String, Sendable, CaseIterable {
  /// Found out from the text, one of the others.
  case auto
  /// `10/Oct/2000:13:55:36 -0700`, fraction and zone optional (Apache, nginx, HAProxy).
  case clf
  /// `2000-10-10T13:55:36.123Z` and its kin: space for T, `/` for `-`, comma for the point, zone optional.
  case iso
  /// `Oct 10 13:55:36` without a year (RFC 3164), a year behind the day or behind the time accepted.
  case syslog
  /// `Tue Oct 10 13:55:36.123 2000`, `Tue, 10 Oct 2000 13:55:36 GMT`, `10 Oct 2000 13:55:36 +0100`.
  case words
  /// Seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by size; a decimal fraction may follow.
  case epoch
}

/// Reads times as servers spell them, into nanoseconds since 1970 UTC.
///
/// Logs repeat the same second many times, so the last date and time of day met is remembered with its value. One
/// parser belongs to one thread. No function traps, whatever the bytes.
package struct TimeParser {
  /// The zone of spellings without one.
  package var zone: ClockZone
  /// The latest moment the input can speak of (its file's last change), seconds since 1970: a time without a year is
  /// put into the year that ends there.
  package var latest: Int64
  /// The year of times without one, when the user said so.
  package var defaultYear: Int?
  /// Whether a time without a year, or without a zone, was met.
  package private(set) var metNoYear = false
  package private(set) var metNoZone = false

  private var lastCLF = Remembered()
  private var lastISO = Remembered()
  /// The one before: records hold the start and the end of a request.
  private var earlierISO = Remembered()

  package init(zone: ClockZone = .utc, latest: Int64 = 4_102_444_800, defaultYear: Int? = nil) {
    self.zone = zone
    self.latest = latest
    self.defaultYear = defaultYear
  }

  /// Forgets which kinds were met, for the next input.
  package mutating func forgetMet() {
    metNoYear = false
    metNoZone = false
  }

  /// The time that all of `text` spells, or nil.
  package mutating func parse(_ text: UnsafeBufferPointer<UInt8>, as spelling: TimeSpelling) -> Int64? {
    guard let start = text.baseAddress else { return nil }
    var scan = TimeScan(at: start, end: start + text.count)
    guard let time = read(&scan, as: spelling), scan.isAtEnd else { return nil }
    return time
  }

  /// The time that `text` begins with, and how many bytes it takes.
  package mutating func prefix(
    of text: UnsafeBufferPointer<UInt8>, as spelling: TimeSpelling
  ) -> (time: Int64, length: Int)? {
    guard let start = text.baseAddress else { return nil }
    var scan = TimeScan(at: start, end: start + text.count)
    guard let time = read(&scan, as: spelling) else { return nil }
    return (time, scan.at - start)
  }

  private mutating func read(_ scan: inout TimeScan, as spelling: TimeSpelling) -> Int64? {
    switch spelling == .auto ? scan.likelySpelling : spelling {
    case .clf: clf(&scan)
    case .iso: iso(&scan)
    case .syslog: syslog(&scan)
    case .words: words(&scan)
    case .epoch, .auto: epoch(&scan)
    }
  }

  private mutating func clf(_ scan: inout TimeScan) -> Int64? {
    let start = scan.at
    guard scan.left >= 20 else { return nil }
    let seconds: Int64
    if let known = lastCLF.value(of: start, length: 20) {
      seconds = known
      scan.at = start + 20
    } else {
      guard let day = scan.digits(2), scan.skip("/"), let month = scan.month(), scan.skip("/"),
        let year = scan.digits(4), scan.skip(":"), let clock = scan.clock(),
        let found = CivilTime.seconds(year, month, day, clock.hour, clock.minute, clock.second)
      else { return nil }
      seconds = found
      lastCLF.remember(start, length: 20, seconds)
    }
    return finish(seconds, &scan)
  }

  private mutating func iso(_ scan: inout TimeScan) -> Int64? {
    let start = scan.at
    guard scan.left >= 19 else { return nil }
    let seconds: Int64
    if let known = lastISO.value(of: start, length: 19) ?? earlierISO.value(of: start, length: 19) {
      seconds = known
      scan.at = start + 19
    } else {
      guard let year = scan.digits(4), scan.skip("-") || scan.skip("/") || scan.skip("."), let month = scan.digits(2),
        scan.skip("-") || scan.skip("/") || scan.skip("."), let day = scan.digits(2),
        scan.skip("T") || scan.skip(" ") || scan.skip("t") || scan.skip("_"), let clock = scan.clock(),
        let found = CivilTime.seconds(year, month, day, clock.hour, clock.minute, clock.second)
      else { return nil }
      seconds = found
      earlierISO = lastISO
      lastISO.remember(start, length: 19, seconds)
    }
    return finish(seconds, &scan)
  }

  private mutating func syslog(_ scan: inout TimeScan) -> Int64? {
    guard let month = scan.month(), scan.skipSpaces(), let day = scan.number(upTo: 2), scan.skip(" ") || scan.skip(",")
    else { return nil }
    _ = scan.skipSpaces()
    var year = scan.yearThenSpace()
    guard let clock = scan.clock() else { return nil }
    let fraction = scan.fraction()
    if year == nil { year = scan.spaceThenYear() }
    guard let year = year ?? defaultYear ?? guessedYear(month, day, clock),
      let seconds = CivilTime.seconds(year, month, day, clock.hour, clock.minute, clock.second)
    else { return nil }
    return finish(seconds, &scan, fraction: fraction)
  }

  private mutating func words(_ scan: inout TimeScan) -> Int64? {
    if scan.startsWithLetter {
      guard scan.skipWeekday() else { return nil }
      _ = scan.skip(",")
      guard scan.skipSpaces() else { return nil }
      if scan.startsWithLetter { return syslog(&scan) }
    }
    guard let day = scan.number(upTo: 2), scan.skip(" ") || scan.skip("-") || scan.skip("/"), let month = scan.month(),
      scan.skip(" ") || scan.skip("-") || scan.skip("/"), let year = scan.digits(4),
      scan.skip(" ") || scan.skip(":") || scan.skip(","), let clock = scan.clockAfterSpaces(),
      let seconds = CivilTime.seconds(year, month, day, clock.hour, clock.minute, clock.second)
    else { return nil }
    return finish(seconds, &scan)
  }

  private mutating func epoch(_ scan: inout TimeScan) -> Int64? {
    guard let whole = scan.longNumber() else { return nil }
    let fraction = scan.fraction()
    // Seconds stay below 10^11 until the year 5138, milliseconds below 10^14, microseconds below 10^17.
    switch whole {
    case ..<100_000_000_000: return whole &* 1_000_000_000 &+ fraction
    case ..<100_000_000_000_000: return whole &* 1_000_000 &+ fraction / 1000
    case ..<100_000_000_000_000_000: return whole &* 1000 &+ fraction / 1_000_000
    default: return whole
    }
  }

  /// Adds the fraction and takes off the zone that follow a civil time.
  @inline(__always) private mutating func finish(
    _ seconds: Int64, _ scan: inout TimeScan, fraction: Int64 = 0
  ) -> Int64? {
    let fraction = fraction &+ scan.fraction()
    let offset: Int
    if let zone = scan.zone() {
      offset = zone
    } else {
      metNoZone = true
      offset = zone.offset(atLocal: seconds)
    }
    // Nanoseconds reach from 1677 to 2262.
    guard -9_000_000_000...9_000_000_000 ~= seconds else { return nil }
    return (seconds &- Int64(offset)) &* 1_000_000_000 &+ fraction
  }

  /// The latest year in which this moment is not after the input's last change, give or take a day.
  private mutating func guessedYear(_ month: Int, _ day: Int, _ clock: (hour: Int, minute: Int, second: Int)) -> Int? {
    metNoYear = true
    let last = UTCTime(min(latest, 9_000_000_000) &* 1_000_000_000).year
    // 29 February needs a leap year, at most eight years back.
    for year in stride(from: last, through: last - 8, by: -1) {
      if let seconds = CivilTime.seconds(year, month, day, clock.hour, clock.minute, clock.second),
        seconds <= latest &+ 86_400
      {
        return year
      }
    }
    return nil
  }
}

/// The last date and time of day met, as the bytes it was spelled with.
private struct Remembered {
  private var a: UInt64 = 0
  private var b: UInt64 = 0
  private var c: UInt64 = 0
  private var seconds: Int64 = 0

  /// The value remembered, when these bytes (16 to 24 of them) spell it.
  @inline(__always) func value(of text: UnsafePointer<UInt8>, length: Int) -> Int64? {
    let raw = UnsafeRawPointer(text)
    guard raw.loadUnaligned(as: UInt64.self) == a, raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self) == b,
      raw.loadUnaligned(fromByteOffset: length - 8, as: UInt64.self) == c
    else { return nil }
    return seconds
  }

  mutating func remember(_ text: UnsafePointer<UInt8>, length: Int, _ seconds: Int64) {
    let raw = UnsafeRawPointer(text)
    a = raw.loadUnaligned(as: UInt64.self)
    b = raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
    c = raw.loadUnaligned(fromByteOffset: length - 8, as: UInt64.self)
    self.seconds = seconds
  }
}
