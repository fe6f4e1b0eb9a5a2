import Model

/// One condition taken apart: field values that can be listed, a window of time, and the rest as it stands.
struct QueryBranch {
  /// Parts that are neither a listable comparison nor a bound of time, in their order.
  private var others: [String] = []
  /// Values as written, per field compared with `eq` or `in`.
  private(set) var values: [String: [String]] = [:]
  private var fields: [String] = []
  private(set) var window = QueryWindow()

  init(_ condition: String) {
    for term in QueryTerms(condition).terms {
      if let bound = QueryWindow.Bound(term) {
        window.narrow(to: bound)
      } else if let (field, listed) = Self.listed(term), values[field] == nil {
        fields.append(field)
        values[field] = listed
      } else if !others.contains(term) {
        others.append(term)
      }
    }
  }

  /// The whole condition.
  var condition: String { (terms + window.terms).joined(separator: " and ") }

  /// All demands but the time, as they are printed.
  var terms: [String] { fields.map { Self.term($0, values[$0] ?? []) } + others }

  func demands(without field: String) -> Set<String> {
    Set(fields.filter { $0 != field }.map { Self.term($0, values[$0] ?? []) } + others)
  }

  mutating func take(_ other: QueryBranch, field: String) {
    values[field, default: []] += other.values[field] ?? []
    window = window.covering(other.window)
  }

  mutating func set(_ field: String, to listed: [String]) { values[field] = listed }

  private static func term(_ field: String, _ values: [String]) -> String {
    let ordered = ordered(values)
    let isOne =
      ordered.count == 1
      && (ordered[0].hasPrefix("\"") || !ordered[0].contains { "/.".contains($0) }
        || IPAddress(ordered[0]) != nil)
    return isOne ? "\(field) eq \(ordered[0])" : "\(field) in {\(ordered.joined(separator: " "))}"
  }

  /// Addresses in their own order, other values as text; each once.
  private static func ordered(_ values: [String]) -> [String] {
    Set(values).map { (AddressNetwork($0)?.base, $0) }.sorted { a, b in
      if let a = a.0, let b = b.0, a != b { return a < b }
      return a.1 < b.1
    }.map(\.1)
  }

  /// The field and values of `field eq value` or `field in {…}`, or nil for anything else.
  private static func listed(_ term: String) -> (String, [String])? {
    let parts = term.split(separator: " ", maxSplits: 2).map(String.init)
    guard parts.count == 3, parts[0].utf8.allSatisfy({ isFieldByte($0) }) else { return nil }
    switch parts[1] {
    case "eq", "==": return (parts[0], [parts[2]])
    case "in" where parts[2].hasPrefix("{") && parts[2].hasSuffix("}"):
      let members = SetMembers(parts[2].dropFirst().dropLast()).members
      return members.isEmpty ? nil : (parts[0], members)
    default: return nil
    }
  }

  private static func isFieldByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"),
      UInt8(ascii: "."):
      true
    default: false
    }
  }
}

/// The members of a set as written, texts with their quotes.
struct SetMembers {
  private(set) var members: [String] = []

  init(_ inside: Substring) {
    var member = ""
    var isText = false
    var isEscaped = false
    for character in inside.unicodeScalars {
      if !isText, character == " " || character == "," || character == "\n" {
        if !member.isEmpty { members.append(member) }
        member = ""
        continue
      }
      member.unicodeScalars.append(character)
      if character == "\"", !isEscaped { isText.toggle() }
      isEscaped = isText && character == "\\" && !isEscaped
    }
    if !member.isEmpty { members.append(member) }
  }
}
