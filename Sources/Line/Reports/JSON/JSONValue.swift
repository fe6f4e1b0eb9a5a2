import Model

/// A JSON document whose keys keep the order in which they were written, so that files compare line by line.
package indirect enum JSONValue: Sendable {
  case null
  case bool(Bool)
  case int(Int)
  /// A number with at most three decimals.
  case decimal(Double)
  case text(String)
  case list([JSONValue])
  case object([(String, JSONValue)])

  /// An instant as RFC 3339.
  package static func time(_ nanoseconds: Int64) -> JSONValue { .text(UTCTime.rfc3339(nanoseconds)) }
  package static func texts(_ texts: [String]) -> JSONValue { .list(texts.map(JSONValue.text)) }
  package static func optional(_ text: String?) -> JSONValue { text.map(JSONValue.text) ?? .null }
  package static func optional(_ number: Int?) -> JSONValue { number.map(JSONValue.int) ?? .null }

  /// An object without the entries that are null: absent is said by absence.
  package static func sparse(_ entries: [(String, JSONValue)]) -> JSONValue {
    .object(entries.filter { if case .null = $0.1 { false } else { true } })
  }
}

extension JSONValue {
  /// On one line.
  package var compact: String {
    var out = ""
    write(into: &out)
    return out
  }

  /// Indented by two, short objects and lists of numbers or texts on one line.
  package var pretty: String {
    var out = ""
    write(into: &out, indent: 0)
    return out + "\n"
  }

  private func write(into out: inout String) {
    switch self {
    case .list(let items):
      out += "["
      for (index, item) in items.enumerated() {
        if index > 0 { out += "," }
        item.write(into: &out)
      }
      out += "]"
    case .object(let entries):
      out += "{"
      for (index, entry) in entries.enumerated() {
        if index > 0 { out += "," }
        out += "\"" + Escape.json(entry.0) + "\":"
        entry.1.write(into: &out)
      }
      out += "}"
    default: out += scalar
    }
  }

  private func write(into out: inout String, indent: Int) {
    let inner = String(repeating: " ", count: indent + 2)
    switch self {
    case .list(let items) where !isShort:
      out += "[\n"
      for (index, item) in items.enumerated() {
        out += inner
        item.write(into: &out, indent: indent + 2)
        out += index < items.count - 1 ? ",\n" : "\n"
      }
      out += inner.dropLast(2) + "]"
    case .object(let entries) where !isShort:
      out += "{\n"
      for (index, entry) in entries.enumerated() {
        out += inner + "\"" + Escape.json(entry.0) + "\": "
        entry.1.write(into: &out, indent: indent + 2)
        out += index < entries.count - 1 ? ",\n" : "\n"
      }
      out += inner.dropLast(2) + "}"
    default: write(into: &out)
    }
  }

  private var isScalar: Bool {
    switch self {
    case .list, .object: false
    default: true
    }
  }

  private var isShort: Bool {
    switch self {
    case .list(let items): items.allSatisfy(\.isScalar) && compact.utf8.count <= 100
    case .object(let entries): entries.allSatisfy(\.1.isScalar) && compact.utf8.count <= 100
    default: true
    }
  }

  private var scalar: String {
    switch self {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    case .int(let value): String(value)
    case .decimal(let value): Self.decimal(value)
    case .text(let text): "\"" + Escape.json(text) + "\""
    case .list, .object: ""
    }
  }

  private static func decimal(_ value: Double) -> String {
    guard value.isFinite, value.magnitude < 1e15 else { return "null" }
    let thousandths = Int((value * 1_000).rounded())
    let digits = String(thousandths.magnitude % 1_000)
    let fraction = String(repeating: "0", count: 3 - digits.count) + digits
    let sign = thousandths < 0 ? "-" : ""
    return "\(sign)\(thousandths.magnitude / 1_000).\(fraction)"
  }
}
