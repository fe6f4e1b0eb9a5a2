import Conditions
import Model

/// A condition as SQL over the archive's columns: true for every row that meets it, and for no other where it is exact.
///
/// What cannot be said exactly is left out or said too widely, and the rows are then judged by the evaluator. Values are
/// never part of the text. Exact means: for rows whose cells are as their columns hold them (`odd` is empty).
struct ConditionSQL {
  private(set) var text: String
  private(set) var values: [DuckValue] = []
  private(set) var isExact: Bool

  /// `columns` are those that are there; `computed` are fields that are worked out anew and so cannot be asked here.
  init(_ condition: Condition, columns: Set<EventField>, computed: Set<EventField>) {
    var writer = SQLWriter(columns: columns, computed: computed)
    let said = writer.say(condition)
    text = said?.text ?? "true"
    values = said?.values ?? []
    isExact = said?.isExact ?? false
  }
}

/// A part of a condition that could be said; nil stands for what could not, and is read as true.
struct SQLPart {
  var text: String
  var values: [DuckValue] = []
  var isExact = true

  static func joined(_ parts: [SQLPart], by word: String, empty: String) -> SQLPart {
    if parts.isEmpty { return SQLPart(text: empty) }
    return SQLPart(
      text: "(" + parts.map(\.text).joined(separator: " \(word) ") + ")", values: parts.flatMap(\.values),
      isExact: parts.allSatisfy(\.isExact))
  }

  /// As two truths: what is unknown in SQL is false in a condition.
  var decided: SQLPart { SQLPart(text: "coalesce(\(text), false)", values: values, isExact: isExact) }
}

private struct SQLWriter {
  let columns: Set<EventField>
  let computed: Set<EventField>

  mutating func say(_ condition: Condition) -> SQLPart? {
    switch condition {
    case .and(let parts):
      let said = parts.map { say($0) }
      var all = SQLPart.joined(said.compactMap { $0 }, by: "AND", empty: "true")
      if said.contains(where: { $0 == nil }) { all.isExact = false }
      return all
    case .or(let parts):
      let said = parts.compactMap { say($0) }
      return said.count == parts.count ? .joined(said, by: "OR", empty: "false") : nil
    case .xor(let parts):
      let said = parts.compactMap { say($0) }
      guard said.count == parts.count, said.allSatisfy(\.isExact), !said.isEmpty else { return nil }
      let sum = said.map { "\($0.decided.text)::INTEGER" }.joined(separator: " + ")
      return SQLPart(text: "((\(sum)) % 2 = 1)", values: said.flatMap(\.values))
    case .not(let part):
      guard let said = say(part), said.isExact else { return nil }
      return SQLPart(text: "(NOT \(said.decided.text))", values: said.values)
    case .test(let test): return say(test)
    }
  }

  private func say(_ test: ConditionTest) -> SQLPart? {
    guard test.quantifier == nil else { return nil }
    if test.relation == .holds { return truth(test.value) }
    guard let left = value(test.value) else { return nil }
    switch test.operand {
    case .literal(let literal): return compare(left, test.relation, literal, test.value.type)
    case .set(let members): return isIn(left, members, test.value.type)
    case .value(let other):
      guard other.type == test.value.type, let right = value(other), let sign = Self.signs[test.relation] else {
        return nil
      }
      return SQLPart(text: "(\(left.text) \(sign) \(right.text))", values: left.values + right.values)
    case .list, .nothing: return nil
    }
  }

  // MARK: Values

  private func column(_ field: EventField) -> SQLPart? {
    if computed.contains(field) { return nil }
    return SQLPart(text: columns.contains(field) ? field.column : "NULL::\(field.columnKind.type)")
  }

  private func value(_ value: ConditionValue) -> SQLPart? {
    switch value.kind {
    case .field(let field):
      if case .list = field.spec.type { return nil }
      if case .map = field.spec.type { return nil }
      return column(field)
    case .call(let function, let arguments):
      guard let first = arguments.first, first.type == .text, let inner = self.value(first) else { return nil }
      switch function {
      // The language folds ASCII only.
      case .lower:
        return SQLPart(text: "translate(\(inner.text), '\(Self.upper)', '\(Self.lower)')", values: inner.values)
      case .upper:
        return SQLPart(text: "translate(\(inner.text), '\(Self.lower)', '\(Self.upper)')", values: inner.values)
      case .len: return SQLPart(text: "strlen(\(inner.text))", values: inner.values)
      default: return nil
      }
    default: return nil
    }
  }

  private static let upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
  private static let lower = "abcdefghijklmnopqrstuvwxyz"

  private func truth(_ value: ConditionValue) -> SQLPart? {
    switch value.kind {
    case .field(let field) where field.spec.type == .bool: return column(field)
    case .call(let function, let arguments) where function == .startsWith || function == .endsWith:
      guard arguments.count == 2, arguments[0].type == .text, let text = self.value(arguments[0]),
        case .literal(.text(let part)) = arguments[1].kind, let part = Self.plain(part)
      else { return nil }
      let name = function == .startsWith ? "starts_with" : "ends_with"
      return SQLPart(text: "\(name)(\(text.text), ?)", values: text.values + [part])
    default: return nil
    }
  }

  // MARK: Comparisons

  private static let signs: [ConditionRelation: String] = [
    .equal: "=", .notEqual: "<>", .less: "<", .lessOrEqual: "<=", .greater: ">", .greaterOrEqual: ">=",
  ]

  private func compare(
    _ left: SQLPart, _ relation: ConditionRelation, _ literal: ConditionLiteral, _ type: ConditionType
  ) -> SQLPart? {
    func made(_ text: String, _ value: DuckValue, isExact: Bool = true) -> SQLPart {
      SQLPart(text: text, values: left.values + [value], isExact: isExact)
    }
    switch (literal, type) {
    case (.text(let bytes), .text):
      if let sign = Self.signs[relation] { return Self.plain(bytes).map { made("(\(left.text) \(sign) ?)", $0) } }
      switch relation {
      case .contains: return Self.plain(bytes).map { made("contains(\(left.text), ?)", $0) }
      case .matches:
        guard let regex = PortableMatch(bytes.bytes), let value = Self.plain(bytes) else { return nil }
        return made("regexp_matches(\(left.text), ?)", value, isExact: regex.isExact)
      case .wildcard, .strictWildcard:
        guard let pattern = Self.like(bytes.bytes, folded: relation == .wildcard) else { return nil }
        let folded = "translate(\(left.text), '\(Self.upper)', '\(Self.lower)')"
        return made("(\(relation == .wildcard ? folded : left.text) LIKE ? ESCAPE '\\')", pattern)
      default: return nil
      }
    case (.int(let number), .int): return Self.signs[relation].map { made("(\(left.text) \($0) ?)", .int(number)) }
    case (.ip(let address), .ip): return Self.signs[relation].map { made("(\(left.text) \($0) ?)", .address(address)) }
    case (.time(let time), .time):
      guard let sign = Self.signs[relation], Self.isOrdinary(time) else { return nil }
      return made("(\(left.text) \(sign) make_timestamp_ns(?))", .int(time))
    default: return nil
    }
  }

  private func isIn(_ left: SQLPart, _ members: [ConditionMember], _ type: ConditionType) -> SQLPart? {
    guard members.count <= 20_000 else { return nil }
    var parts: [SQLPart] = []
    var texts: [String] = []
    var single: [IPAddress] = []
    for member in members {
      switch member {
      // What no column holds as it is cannot be equal to what one holds.
      case .text(let bytes): if Self.plain(bytes) != nil { texts.append(String(decoding: bytes.bytes, as: UTF8.self)) }
      case .ints(let range):
        let isTime = type == .time
        if isTime, !Self.isOrdinary(range.lowerBound) || !Self.isOrdinary(range.upperBound) { return nil }
        let bound = isTime ? "make_timestamp_ns(?)" : "?"
        parts.append(
          SQLPart(
            text: "(\(left.text) BETWEEN \(bound) AND \(bound))",
            values: left.values + [.int(range.lowerBound), .int(range.upperBound)]))
      case .addresses(let range):
        if range.lowerBound == range.upperBound {
          single.append(range.lowerBound)
        } else {
          parts.append(within(left, range))
        }
      }
    }
    guard parts.count <= 200 else { return nil }
    if !texts.isEmpty { parts.append(one(of: .texts(texts), left)) }
    if !single.isEmpty { parts.append(one(of: .addresses(single), left)) }
    return .joined(parts, by: "OR", empty: "false")
  }

  private func one(of list: DuckValue, _ left: SQLPart) -> SQLPart {
    // In the order of the placeholders in the text.
    SQLPart(text: "(\(left.text) IN (SELECT unnest(?)))", values: left.values + [list])
  }

  /// IPv4 addresses lie among IPv6's numbers, but an IPv6 range does not mean them.
  private func within(_ left: SQLPart, _ range: ClosedRange<IPAddress>) -> SQLPart {
    var part = SQLPart(
      text: "(\(left.text) BETWEEN ? AND ?)",
      values: left.values + [.address(range.lowerBound), .address(range.upperBound)])
    if !range.lowerBound.isV4 || !range.upperBound.isV4 {
      part.text = "(\(part.text) AND \(left.text) NOT BETWEEN ? AND ?)"
      part.values += left.values + [.address(IPAddress(v4: 0)), .address(IPAddress(v4: .max))]
    }
    return part
  }

  // MARK: Literals

  /// A literal that a VARCHAR can hold.
  private static func plain(_ text: ByteText) -> DuckValue? {
    guard !text.bytes.contains(0), String(validating: text.bytes, as: UTF8.self) != nil else { return nil }
    return .text(text.bytes)
  }

  /// The ends of time stand for infinity there.
  private static func isOrdinary(_ time: Int64) -> Bool { time > .min + 2 && time < .max - 1 }

  /// A wildcard's pattern as one of LIKE; nil where it is no wildcard.
  private static func like(_ pattern: [UInt8], folded: Bool) -> DuckValue? {
    guard plain(ByteText(pattern)) != nil else { return nil }
    var out: [UInt8] = []
    var at = 0
    var afterStar = false
    while at < pattern.count {
      var byte = pattern[at]
      at += 1
      if byte == UInt8(ascii: "*") {
        if afterStar { return nil }
        out.append(UInt8(ascii: "%"))
        afterStar = true
        continue
      }
      if byte == UInt8(ascii: "\\") {
        guard at < pattern.count, pattern[at] == UInt8(ascii: "*") || pattern[at] == UInt8(ascii: "\\") else {
          return nil
        }
        byte = pattern[at]
        at += 1
      }
      afterStar = false
      if [UInt8(ascii: "%"), UInt8(ascii: "_"), UInt8(ascii: "\\")].contains(byte) { out.append(UInt8(ascii: "\\")) }
      out.append(folded && byte &- 0x41 < 26 ? byte | 0x20 : byte)
    }
    return .text(out)
  }
}
