import Model

/// A piece of authored YAML that knows where it stands, so that every complaint about it can say so.
package struct ContentNode: Sendable {
  package enum Value: Sendable {
    /// `plain` is true for an unquoted scalar: only those can be numbers, booleans or null.
    case scalar(String, plain: Bool)
    case list([ContentNode])
    /// In the order of the file; a key may not stand twice.
    case map([(key: ContentNode, value: ContentNode)])
  }

  package let value: Value
  package let file: String?
  /// From 1.
  package let line: Int
  package let column: Int

  package func problem(_ message: String, suggestion: String? = nil) -> ContentProblem {
    ContentProblem(file: file, line: line, column: column, message: message, suggestion: suggestion)
  }

  /// The text of a scalar.
  package var text: String? {
    if case .scalar(let text, _) = value { text } else { nil }
  }

  package var isNull: Bool {
    if case .scalar(let text, plain: true) = value { ["", "~", "null", "Null", "NULL"].contains(text) } else { false }
  }

  package var int: Int? {
    if case .scalar(let text, plain: true) = value { Int(text) } else { nil }
  }

  package var double: Double? {
    if case .scalar(let text, plain: true) = value { Double(text) } else { nil }
  }

  package var bool: Bool? {
    guard case .scalar(let text, plain: true) = value else { return nil }
    switch text {
    case "true", "True", "TRUE", "yes", "on": return true
    case "false", "False", "FALSE", "no", "off": return false
    default: return nil
    }
  }

  package var list: [ContentNode]? {
    if case .list(let items) = value { items } else { nil }
  }

  package var map: [(key: ContentNode, value: ContentNode)]? {
    if case .map(let entries) = value { entries } else { nil }
  }

  /// The value under `key` of a map.
  package subscript(key: String) -> ContentNode? {
    map?.first { $0.key.text == key }?.value
  }
}
