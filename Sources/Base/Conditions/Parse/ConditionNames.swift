import Model

/// The names that a condition may use, and those that other systems use for the same thing.
enum ConditionNames {
  /// What `name` stands for, or nil.
  static func value(_ name: String) -> ConditionValue.Kind? {
    if let field = EventField.named(name) { return .field(field) }
    if let derived = DerivedField(rawValue: name) { return .derived(derived) }
    if let other = synonyms[name] { return value(other) }
    if name.hasPrefix("raw."), !name.hasPrefix("raw.raw.") { return value(String(name.dropFirst(4))) }
    return nil
  }

  /// Deprecated or longer names that old rules still contain.
  private static let synonyms = [
    "ip.geoip.continent": "ip.src.continent",
    "ip.geoip.is_in_european_union": "ip.src.is_in_european_union",
    "http.request.timestamp": "http.request.timestamp.sec",
    "http.request.headers.raw": "http.request.headers",
  ]

  static let functions = ConditionFunction.allCases.map(\.rawValue) + ["any", "all"]

  /// Every name, for the nearest one to a mistyped name.
  static let all: [String] =
    EventField.allCases.map(\.name) + DerivedField.allCases.map(\.rawValue) + functions

  static let relations: [String: ConditionRelation] = {
    var words: [String: ConditionRelation] = [
      "==": .equal, "!=": .notEqual, "<": .less, "<=": .lessOrEqual, ">": .greater, ">=": .greaterOrEqual,
      "~": .matches,
    ]
    for relation in ConditionRelation.allCases where relation != .holds && relation != .strictWildcard {
      words[relation.rawValue] = relation
    }
    return words
  }()
}
