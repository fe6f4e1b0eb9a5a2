import Model

/// A piece of HTML. Whatever text is put into it is escaped; only literals in this room's source are markup.
///
/// So a hostile string cannot become markup by forgetting something: `"<td>\(uri)</td>"` escapes `uri`.
struct HTML: Sendable, ExpressibleByStringInterpolation {
  private(set) var source: String

  init(stringLiteral literal: String) { source = literal }
  init(stringInterpolation: Interpolation) { source = stringInterpolation.source }

  static let empty: HTML = ""

  static func + (a: HTML, b: HTML) -> HTML { "\(a)\(b)" }

  struct Interpolation: StringInterpolationProtocol {
    var source: String

    init(literalCapacity: Int, interpolationCount: Int) {
      source = ""
      source.reserveCapacity(literalCapacity + interpolationCount * 16)
    }

    mutating func appendLiteral(_ literal: String) { source += literal }
    mutating func appendInterpolation(_ text: String) { source += Escape.html(text) }
    /// Cut at `limit` characters.
    mutating func appendInterpolation(_ text: String, limit: Int) { source += Escape.html(text, limit: limit) }
    mutating func appendInterpolation(_ number: Int) { source += String(number) }
    mutating func appendInterpolation(_ html: HTML) { source += html.source }
    mutating func appendInterpolation(_ pieces: [HTML]) { for piece in pieces { source += piece.source } }
    mutating func appendInterpolation(_ html: HTML?) { source += html?.source ?? "" }
    /// A coordinate or percentage with two decimals.
    mutating func appendInterpolation(_ number: Double) { source += Decimal2.text(number) }
  }
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
