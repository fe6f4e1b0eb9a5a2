import Model

/// A piece of text in a markup language. Whatever text is put into it is escaped; only literals in this room's source are
/// markup.
///
/// So a hostile string cannot become markup by forgetting something: `"<td>\(uri)</td>"` escapes `uri`.
struct Markup<Language: MarkupLanguage>: Sendable, ExpressibleByStringInterpolation {
  private(set) var source: String

  init(stringLiteral literal: String) { source = literal }
  init(stringInterpolation: Interpolation) { source = stringInterpolation.source }

  /// Text that is markup already, made by this room.
  init(trusted source: String) { self.source = source }

  static var empty: Markup { "" }

  static func + (a: Markup, b: Markup) -> Markup { "\(a)\(b)" }

  struct Interpolation: StringInterpolationProtocol {
    var source = ""

    init(literalCapacity: Int, interpolationCount: Int) {
      source.reserveCapacity(literalCapacity + interpolationCount * 16)
    }

    mutating func appendLiteral(_ literal: String) { source += literal }
    mutating func appendInterpolation(_ text: String) { source += Language.escaped(text, limit: .max) }
    /// Cut at `limit` characters.
    mutating func appendInterpolation(_ text: String, limit: Int) { source += Language.escaped(text, limit: limit) }
    mutating func appendInterpolation(_ number: Int) { source += String(number) }
    mutating func appendInterpolation(_ piece: Markup) { source += piece.source }
    mutating func appendInterpolation(_ pieces: [Markup]) { for piece in pieces { source += piece.source } }
    mutating func appendInterpolation(_ piece: Markup?) { source += piece?.source ?? "" }
    /// A coordinate or percentage with two decimals.
    mutating func appendInterpolation(_ number: Double) { source += Decimal2.text(number) }
  }
}

/// How a markup language writes text that may be hostile.
protocol MarkupLanguage: Sendable {
  static func escaped(_ text: String, limit: Int) -> String
}
