/// Numbers, spans and lists as a sentence needs them; English, the same on every machine.
package enum Words {
  /// `1,204`.
  package static func number(_ value: Int) -> String {
    let digits = String(value.magnitude)
    var grouped = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { grouped.append(",") }
      grouped.append(digit)
    }
    return value < 0 ? "-" + grouped : grouped
  }

  /// `1 address`, `1,204 addresses`; the plural adds an s unless it is given.
  package static func count(_ value: Int, _ singular: String, _ plural: String? = nil) -> String {
    "\(number(value)) \(value == 1 ? singular : plural ?? singular + "s")"
  }

  /// `a`, `a and b`, `a, b and c`; beyond `limit` the rest is `and 4 more`.
  package static func list(_ items: [String], limit: Int = 3) -> String {
    guard items.count > 1 else { return items.first ?? "" }
    if items.count > limit {
      return items.prefix(limit).joined(separator: ", ") + " and \(number(items.count - limit)) more"
    }
    return items.dropLast().joined(separator: ", ") + " and " + items[items.count - 1]
  }

  /// `under a second`, `48 seconds`, `12 minutes`, `3 h 20 min`, `4 days`; nanoseconds in.
  package static func span(_ nanoseconds: Int64) -> String {
    let seconds = Int(nanoseconds / 1_000_000_000)
    if seconds < 1 { return "under a second" }
    if seconds < 120 { return count(seconds, "second") }
    if seconds >= 3_570, seconds < 3_630 { return "1 hour" }
    if seconds < 5_400 { return count((seconds + 30) / 60, "minute") }
    if seconds < 172_800 {
      let minutes = (seconds + 30) / 60
      return minutes % 60 == 0 ? count(minutes / 60, "hour") : "\(minutes / 60) h \(minutes % 60) min"
    }
    return count((seconds + 43_200) / 86_400, "day")
  }

  /// `16 %`, `0.4 %`, `< 0.1 %`, with no more digits than are of use.
  package static func share(_ part: Int, of whole: Int) -> String {
    guard whole > 0, part > 0 else { return "0 %" }
    let tenths = Double(part) / Double(whole) * 1_000
    if tenths < 1 { return "< 0.1 %" }
    if tenths >= 999.5 { return part >= whole ? "100 %" : "> 99.9 %" }
    return tenths < 100 ? "\(tenth(tenths)) %" : "\(Int((tenths / 10).rounded())) %"
  }

  /// `1.2 GB`, powers of a thousand.
  package static func bytes(_ value: Int) -> String {
    scaled(Double(value), ["B", "kB", "MB", "GB", "TB", "PB"])
  }

  /// `1.3 M`, `48.2 k`, `912`: for axes and narrow columns.
  package static func short(_ value: Int) -> String {
    scaled(Double(value), ["", "k", "M", "G", "T"]).trimmingTrailingSpace
  }

  private static func scaled(_ value: Double, _ units: [String]) -> String {
    var value = value
    var unit = 0
    while value >= 999.5, unit < units.count - 1 {
      value /= 1_000
      unit += 1
    }
    let digits = unit == 0 || value >= 99.95 ? String(Int(value.rounded())) : tenth((value * 10).rounded())
    return "\(digits) \(units[unit])"
  }

  /// Tenths as a decimal number without a useless zero: 25 is `2.5`, 30 is `3`.
  private static func tenth(_ tenths: Double) -> String {
    let whole = Int(tenths.rounded())
    return whole % 10 == 0 ? String(whole / 10) : "\(whole / 10).\(whole % 10)"
  }
}

extension String {
  fileprivate var trimmingTrailingSpace: String { last == " " ? String(dropLast()) : self }
}
