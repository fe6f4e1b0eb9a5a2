/// Where in a request a piece of text stood.
enum PartPlace: UInt8, Sendable, CaseIterable {
  case target, path, name, value, fileName, document, cookie, headerName, header, userAgent, referer

  /// How a reason names it.
  var words: String {
    switch self {
    case .target: "the request target"
    case .path: "the path"
    case .name: "a parameter name"
    case .value: "a parameter"
    case .fileName: "an uploaded file's name"
    case .document: "the body"
    case .cookie: "a cookie"
    case .headerName: "a header's name"
    case .header: "a header"
    case .userAgent: "the user agent"
    case .referer: "the referer"
    }
  }
}

/// A set of places, for signals that mean something only in some of them.
struct PartPlaces: OptionSet, Sendable {
  let rawValue: UInt16

  init(rawValue: UInt16) { self.rawValue = rawValue }

  init(_ places: PartPlace...) {
    rawValue = places.reduce(0) { $0 | 1 << UInt16($1.rawValue) }
  }

  func contains(_ place: PartPlace) -> Bool { rawValue & 1 << UInt16(place.rawValue) != 0 }

  static let anywhere = PartPlaces(rawValue: .max & ~PartPlaces(.target).rawValue)
  static let path = PartPlaces(.path)
  /// Path and query as one text: only what needs both looks there.
  static let target = PartPlaces(.target)
  static let inputs = PartPlaces(.name, .value, .fileName, .document, .cookie, .header, .userAgent, .referer)
  static let values = PartPlaces(.name, .value, .fileName, .document, .cookie)
}

/// One piece of a request that an application would read as one value.
struct RequestPart {
  var place: PartPlace
  /// The parameter, header or key it stood under; empty where there is none.
  var name: [UInt8]
  /// The bytes as sent, transport encoding still on.
  var raw: [UInt8]
  /// Whether `+` stands for a space here (query and form).
  var plusIsSpace: Bool
  /// How many documents (JSON in JSON, a URL in a parameter) it lay in.
  var nesting = 0
  /// Whether its own pieces follow as parts, so that this whole counts for less.
  var isTakenApart = false
}
