import Model

/// A field of a Sigma rule as a value of the condition language.
///
/// Known are Sigma's names for web servers and proxies (`cs-uri-query`, `c-useragent` …), the spelling of W3C logs
/// (`cs(User-Agent)`), Logpush keys and Weir's own names.
struct SigmaField {
  let value: ConditionValue
  /// Set for lists: the pattern must hold for one element.
  let quantifier: ConditionTest.Quantifier?
  /// What web servers log as path and query, and proxies with scheme and host.
  let isURI: Bool

  init?(_ name: String, at place: SourcePlace) {
    guard let kind = Self.kind(of: name) else { return nil }
    let plain = ConditionValue(kind, place: place)
    var quantifier: ConditionTest.Quantifier?
    var value = plain
    if case .list = plain.type {
      value = ConditionValue(.each(plain), place: place)
      quantifier = .any
    } else if plain.type == .map {
      return nil
    }
    self.value = value
    self.quantifier = quantifier
    isURI = name == "c-uri" || name == "cs-uri"
  }

  /// The column of a field that correlations group by.
  static func column(_ name: String) -> EventField? {
    if case .field(let field)? = kind(of: name) { field } else { nil }
  }

  private static func kind(of name: String) -> ConditionValue.Kind? {
    if let field = columns[name] ?? columns[name.lowercased()] { return .field(field) }
    if let derived = derived[name] { return .derived(derived) }
    if let field = EventField.named(name) { return .field(field) }
    return DerivedField(rawValue: name).map { .derived($0) }
  }

  static let names: [String] = (Array(columns.keys) + Array(derived.keys) + EventField.allCases.map(\.name)).sorted()

  private static let derived: [String: DerivedField] = [
    "c-uri-extension": .pathExtension, "cs-uri-extension": .pathExtension,
  ]

  private static let columns: [String: EventField] = {
    var names: [String: EventField] = [
      "cs(user-agent)": .userAgent, "cs(referer)": .referer, "cs(cookie)": .cookie, "cs(host)": .host,
      "useragent": .userAgent, "user_agent": .userAgent, "ja3": .ja3, "ja4": .ja4, "c-ip-country": .sourceCountry,
      "x-forwarded-for": .forwardedFor, "sc-content-type": .responseType, "cs-content-type": .contentType,
    ]
    for field in EventField.allCases {
      for alias in field.spec.sigma + field.spec.logpush { names[alias] = names[alias] ?? field }
    }
    return names
  }()
}

/// Where a keyword is looked for: every text that a client or a server writes freely.
enum SigmaKeywords {
  static let fields: [EventField] = [
    .uri, .userAgent, .referer, .cookie, .forwardedFor, .host, .headers, .body, .account, .message, .ruleMessage,
  ]
}
