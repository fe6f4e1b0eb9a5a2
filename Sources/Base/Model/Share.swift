/// A part of a whole with the interval that holds the true share in 95 of 100 such samples.
///
/// Source: Wilson's score interval, which stays within 0…1 and says something even when nothing was counted.
package struct Share: Sendable, Codable, Hashable {
  package var part: Int
  package var whole: Int

  package init(_ part: Int, of whole: Int) {
    self.part = part
    self.whole = whole
  }

  /// 0 where the whole is empty.
  package var value: Double { whole > 0 ? Double(part) / Double(whole) : 0 }
  package var low: Double { interval.low }
  package var high: Double { interval.high }

  private var interval: (low: Double, high: Double) {
    guard whole > 0 else { return (0, 1) }
    let (n, p, z) = (Double(whole), value, 1.959964)
    let middle = p + z * z / (2 * n)
    let reach = z * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
    let scale = 1 + z * z / n
    return (part <= 0 ? 0 : max(0, (middle - reach) / scale), part >= whole ? 1 : min(1, (middle + reach) / scale))
  }
}

extension Words {
  /// `99.2 %`, `0.031 %`: a share with the digits that a decision needs.
  package static func percent(_ share: Double) -> String {
    let percent = share * 100
    if percent <= 0 { return "0 %" }
    if percent < 0.001 { return "< 0.001 %" }
    if percent >= 99.95 { return share >= 1 ? "100 %" : "> 99.9 %" }
    let scale = percent < 0.1 ? 1_000.0 : percent < 1 ? 100.0 : 10.0
    let number = Int((percent * scale).rounded())
    let whole = number / Int(scale)
    var digits = String(number % Int(scale))
    while digits.count < (scale == 1_000 ? 3 : scale == 100 ? 2 : 1) { digits = "0" + digits }
    while digits.last == "0" { digits.removeLast() }
    return digits.isEmpty ? "\(whole) %" : "\(whole).\(digits) %"
  }
}
