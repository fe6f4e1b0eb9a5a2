import Model

/// A piece of HTML.
typealias HTML = Markup<HTMLLanguage>

enum HTMLLanguage: MarkupLanguage {
  static func escaped(_ text: String, limit: Int) -> String { Escape.html(text, limit: limit) }
}

/// Numbers for geometry: at most two decimals, no exponent, the same on every machine.
enum Decimal2 {
  static func text(_ number: Double) -> String {
    guard number.isFinite, number.magnitude < 1e12 else { return "0" }
    let hundredths = Int((number * 100).rounded())
    let (whole, rest) = (hundredths.magnitude / 100, hundredths.magnitude % 100)
    let sign = hundredths < 0 ? "-" : ""
    if rest == 0 { return "\(sign)\(whole)" }
    return rest % 10 == 0 ? "\(sign)\(whole).\(rest / 10)" : "\(sign)\(whole).\(rest < 10 ? "0" : "")\(rest)"
  }
}
