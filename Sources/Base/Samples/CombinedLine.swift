/// nginx's combined format, written the way nginx writes it.
struct CombinedLine {
  private var clock = SecondText()

  mutating func write(
    _ exchange: Exchange, path: UnsafeBufferPointer<UInt8>, referrer: UnsafeBufferPointer<UInt8>, to out: inout ByteSink
  ) {
    out.putAddress(exchange.client)
    out.put(" - - [")
    clock.putLogTime(exchange.time, to: &out)
    out.put("] \"")
    out.put(Exchange.Method.names[exchange.method.rawValue])
    out.put(UInt8(ascii: " "))
    Self.putEscaped(path, to: &out)
    out.put(exchange.fingerprint == 5 ? " HTTP/1.1\" " : " HTTP/2.0\" ")
    out.putNumber(exchange.status)
    out.put(UInt8(ascii: " "))
    out.putNumber(exchange.bytes)
    out.put(" \"")
    if referrer.isEmpty { out.put(UInt8(ascii: "-")) } else { Self.putEscaped(referrer, to: &out) }
    out.put("\" \"")
    out.put(Agents.all[Int(exchange.client.agent)])
    out.put("\"\n")
  }

  /// Quotes, backslashes, control bytes and bytes from 0x7f up as `\xHH`.
  ///
  /// Source: nginx documentation of `log_format`, `escape=default`.
  private static func putEscaped(_ bytes: UnsafeBufferPointer<UInt8>, to out: inout ByteSink) {
    var clean = 0
    for (index, byte) in bytes.enumerated() where byte == 0x22 || byte == 0x5c || byte < 0x20 || byte >= 0x7f {
      out.put(UnsafeBufferPointer(rebasing: bytes[clean..<index]))
      out.put("\\x")
      for nibble in [byte >> 4, byte & 15] { out.put(nibble < 10 ? 48 + nibble : 55 + nibble) }
      clean = index + 1
    }
    out.put(UnsafeBufferPointer(rebasing: bytes[clean...]))
  }
}

/// Date and time as text; the part that changes once a second is kept.
struct SecondText {
  private var second = Int64.min
  private var date = (year: 0, month: 0, day: 0)
  private var timeOfDay = (hour: 0, minute: 0, second: 0)

  private static let months = TextTable([
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ])

  /// `02/Mar/2026:14:03:09 +0000`
  mutating func putLogTime(_ time: Int64, to out: inout ByteSink) {
    advance(to: time)
    out.putNumber(date.day, digits: 2)
    out.put(UInt8(ascii: "/"))
    out.put(Self.months[date.month - 1])
    out.put(UInt8(ascii: "/"))
    out.putNumber(date.year, digits: 4)
    out.put(UInt8(ascii: ":"))
    putTimeOfDay(to: &out)
    out.put(" +0000")
  }

  /// `2026-03-02T14:03:09.120Z`
  mutating func putRFC3339(_ time: Int64, to out: inout ByteSink) {
    advance(to: time)
    out.putNumber(date.year, digits: 4)
    out.put(UInt8(ascii: "-"))
    out.putNumber(date.month, digits: 2)
    out.put(UInt8(ascii: "-"))
    out.putNumber(date.day, digits: 2)
    out.put(UInt8(ascii: "T"))
    putTimeOfDay(to: &out)
    out.put(UInt8(ascii: "."))
    out.putNumber(Int(time / 1_000_000 % 1000), digits: 3)
    out.put(UInt8(ascii: "Z"))
  }

  private func putTimeOfDay(to out: inout ByteSink) {
    out.putNumber(timeOfDay.hour, digits: 2)
    out.put(UInt8(ascii: ":"))
    out.putNumber(timeOfDay.minute, digits: 2)
    out.put(UInt8(ascii: ":"))
    out.putNumber(timeOfDay.second, digits: 2)
  }

  private mutating func advance(to time: Int64) {
    let now = time / 1_000_000_000
    guard now != second else { return }
    second = now
    let ofDay = Int(now % 86_400)
    timeOfDay = (ofDay / 3600, ofDay / 60 % 60, ofDay % 60)
    date = Self.civil(days: Int(now / 86_400))
  }

  /// The date of a number of days since 1970.
  ///
  /// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms" (civil_from_days).
  private static func civil(days: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = days + 719_468
    let era = shifted / 146_097
    let ofEra = shifted - era * 146_097
    let year = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365
    let ofYear = ofEra - (365 * year + year / 4 - year / 100)
    let fromMarch = (5 * ofYear + 2) / 153
    let month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9
    return (year + era * 400 + (month <= 2 ? 1 : 0), month, ofYear - (153 * fromMarch + 2) / 5 + 1)
  }
}
