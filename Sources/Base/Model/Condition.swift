/// A question about one event, answered true or false: the one expression language of detections, hunts, allow-lists
/// and mitigations.
///
/// The grammar is that of the Cloudflare Rules language; `Condition(parsing:)` and the canonical `description` live in
/// the room Conditions. Two conditions are equal when they say the same in the same order, wherever they were written.
/// A comparison with a missing value is not true, so `ne` on a missing value is not true either, and `not (…)` of it is.
package indirect enum Condition: Sendable, Hashable {
  /// True when all are; an empty list is true.
  case and([Condition])
  /// True when one is; an empty list is false.
  case or([Condition])
  /// True when an odd number of them is.
  case xor([Condition])
  case not(Condition)
  case test(ConditionTest)
}

/// One comparison of a value, the leaf of a condition.
package struct ConditionTest: Sendable, Hashable {
  /// Over which elements of a mapped value (`[*]`) the comparison must hold; nil for a plain value.
  package enum Quantifier: String, Sendable, Hashable { case any, all }

  package var quantifier: Quantifier?
  package var value: ConditionValue
  package var relation: ConditionRelation
  package var operand: ConditionOperand
  package var place: SourcePlace

  package init(
    quantifier: Quantifier? = nil, _ value: ConditionValue, _ relation: ConditionRelation, _ operand: ConditionOperand,
    place: SourcePlace = SourcePlace()
  ) {
    self.quantifier = quantifier
    self.value = value
    self.relation = relation
    self.operand = operand
    self.place = place
  }
}

/// How a value is compared; the raw value is the canonical spelling.
package enum ConditionRelation: String, Sendable, Hashable, CaseIterable {
  case equal = "eq"
  case notEqual = "ne"
  case less = "lt"
  case lessOrEqual = "le"
  case greater = "gt"
  case greaterOrEqual = "ge"
  case contains
  case matches
  case wildcard
  case strictWildcard = "strict wildcard"
  case isIn = "in"
  /// A bool by itself: no operator is written.
  case holds = ""

  /// The numbers that stand in this relation to one, in order; nil where numbers are not compared so.
  package func ranges(of number: Int64) -> [ClosedRange<Int64>]? {
    let above = number == .max ? [] : [(number + 1)...Int64.max]
    let below = number == .min ? [] : [Int64.min...(number - 1)]
    return switch self {
    case .equal: [number...number]
    case .notEqual: below + above
    case .less: below
    case .lessOrEqual: [Int64.min...number]
    case .greater: above
    case .greaterOrEqual: [number...Int64.max]
    default: nil
    }
  }
}

/// What stands right of an operator.
package enum ConditionOperand: Sendable, Hashable {
  case nothing
  case literal(ConditionLiteral)
  case set([ConditionMember])
  /// A named list, `$name` without the dollar sign.
  case list(String)
  /// Another value of the same event.
  case value(ConditionValue)
}

package enum ConditionLiteral: Sendable, Hashable {
  case text(ByteText)
  case int(Int64)
  case ip(IPAddress)
  /// Nanoseconds since 1970, UTC.
  case time(Int64)
}

/// One member of a set `{…}`.
package enum ConditionMember: Sendable, Hashable {
  case text(ByteText)
  /// Both ends included; a single number is a range of one.
  case ints(ClosedRange<Int64>)
  /// Both ends included; a network is the range it covers.
  case addresses(ClosedRange<IPAddress>)
}

/// Where something stands in an authored text; takes no part in comparisons.
package struct SourcePlace: Sendable, Hashable {
  /// From 1; 0 where nothing was written.
  package var line: Int
  package var column: Int

  package init(line: Int = 0, column: Int = 0) {
    self.line = line
    self.column = column
  }

  package static func == (a: SourcePlace, b: SourcePlace) -> Bool { true }
  package func hash(into hasher: inout Hasher) {}
}

/// Text as bytes: equal only when every byte is, whatever Unicode thinks of it.
package struct ByteText: Sendable, Hashable, ExpressibleByStringLiteral {
  package var bytes: [UInt8]

  package init(_ bytes: [UInt8]) { self.bytes = bytes }
  package init(_ text: String) { bytes = Array(text.utf8) }
  package init(stringLiteral text: String) { bytes = Array(text.utf8) }
}
