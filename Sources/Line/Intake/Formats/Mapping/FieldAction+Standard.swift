import Model

extension FieldAction {
  /// What one does with a value for `field` unless a format says otherwise.
  static func standard(_ field: EventField) -> FieldAction {
    FieldAction(take: take(for: field), field: field, power: field == .time ? -1 : 0)
  }

  private static func take(for field: EventField) -> FieldTake {
    switch field {
    case .uri: .target
    case .path: .path
    case .query: .query
    case .host: .host
    case .headers: .headers
    case .action, .securitySource, .cacheStatus, .logLevel, .scheme: .lower
    case .sourceCountry: .upper
    case .actions, .securitySources: .lowerWhole
    case .authOutcome: .outcome
    case .userAgent, .referer, .cookie, .forwardedFor, .body, .message, .ruleMessage, .ruleName: .text
    default:
      switch field.spec.type {
      case .text, .keyword: .name
      case .list, .map: .whole
      case .int: .number
      case .bool: .flag
      case .ip: .address
      case .time: .time
      }
    }
  }
}
