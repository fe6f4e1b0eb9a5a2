import Foundation
import Model

/// Judges a condition for one row in the plainest way there is: the second witness for the real evaluator.
///
/// Shares no code with it: values are arrays, regexes are Foundation's, lists are walked by hand.
struct Naive {
  let batch: EventBatch
  let row: Int

  enum Value: Equatable {
    case text([UInt8])
    case int(Int64)
    case ip(IPAddress)
  }

  func holds(_ condition: Condition) -> Bool {
    switch condition {
    case .and(let parts): return parts.filter { !holds($0) }.isEmpty
    case .or(let parts): return !parts.filter(holds).isEmpty
    case .xor(let parts): return parts.filter(holds).count % 2 == 1
    case .not(let part): return !holds(part)
    case .test(let test): return holds(test)
    }
  }

  private func holds(_ test: ConditionTest) -> Bool {
    guard let quantifier = test.quantifier else { return holds(test, element: nil) }
    guard let text = cell(.payloadClasses), case .text(let bytes) = text else { return false }
    let elements = try! JSONDecoder().decode([String].self, from: Data(bytes))
    let answers = elements.map { holds(test, element: .text(Array($0.utf8))) }
    return quantifier == .any ? answers.contains(true) : !answers.contains(false)
  }

  private func holds(_ test: ConditionTest, element: Value?) -> Bool {
    if test.relation == .holds {
      guard case .call(let function, let arguments) = test.value.kind,
        case .text(let whole)? = value(arguments[0], element),
        case .text(let part)? = value(arguments[1], element)
      else { return false }
      return function == .startsWith ? whole.starts(with: part) : whole.reversed().starts(with: part.reversed())
    }
    guard let left = value(test.value, element) else { return false }
    switch test.operand {
    case .set(let members): return members.contains { isMember(left, $0) }
    case .literal(let literal): return compare(left, test.relation, plain(literal))
    case .value(let other): return value(other, element).map { compare(left, test.relation, $0) } ?? false
    default: return false
    }
  }

  private func plain(_ literal: ConditionLiteral) -> Value {
    switch literal {
    case .text(let bytes): .text(bytes.bytes)
    case .int(let number), .time(let number): .int(number)
    case .ip(let address): .ip(address)
    }
  }

  private func isMember(_ value: Value, _ member: ConditionMember) -> Bool {
    switch (value, member) {
    case (.text(let bytes), .text(let other)): bytes == other.bytes
    case (.int(let number), .ints(let range)): range.contains(number)
    case (.ip(let address), .addresses(let range)):
      address.isV4 == (range.lowerBound.isV4 && range.upperBound.isV4) && range.contains(address)
    default: false
    }
  }

  private func compare(_ a: Value, _ relation: ConditionRelation, _ b: Value) -> Bool {
    switch (a, b) {
    case (.text(let a), .text(let b)):
      switch relation {
      case .contains: return b.isEmpty || a.indices.contains { a[$0...].starts(with: b) }
      case .matches: return matches(a, b)
      case .wildcard: return wildcard(a.map(lower)[...], b.map(lower)[...])
      case .strictWildcard: return wildcard(a[...], b[...])
      default: return ordered(relation, a == b, a.lexicographicallyPrecedes(b))
      }
    case (.int(let a), .int(let b)): return ordered(relation, a == b, a < b)
    case (.ip(let a), .ip(let b)): return ordered(relation, a == b, a < b)
    default: return false
    }
  }

  private func ordered(_ relation: ConditionRelation, _ isSame: Bool, _ isLess: Bool) -> Bool {
    switch relation {
    case .equal: isSame
    case .notEqual: !isSame
    case .less: isLess
    case .lessOrEqual: isLess || isSame
    case .greater: !isLess && !isSame
    case .greaterOrEqual: !isLess
    default: false
    }
  }

  private func lower(_ byte: UInt8) -> UInt8 { (65...90).contains(byte) ? byte + 32 : byte }

  /// Each byte as the character of the same number, so that Foundation's engine works on bytes; `$` made the very end.
  private func matches(_ bytes: [UInt8], _ pattern: [UInt8]) -> Bool {
    let latin = { (bytes: [UInt8]) in String(String.UnicodeScalarView(bytes.map { UnicodeScalar($0) })) }
    var regex = latin(pattern)
    if regex.hasSuffix("$") { regex = String(regex.dropLast()) + "\\z" }
    let text = latin(bytes)
    let engine = try! NSRegularExpression(pattern: regex)
    return engine.firstMatch(in: text, range: NSRange(text.startIndex..., in: text)) != nil
  }

  private func wildcard(_ text: ArraySlice<UInt8>, _ pattern: ArraySlice<UInt8>) -> Bool {
    guard let first = pattern.first else { return text.isEmpty }
    if first == UInt8(ascii: "*") {
      return wildcard(text, pattern.dropFirst()) || !text.isEmpty && wildcard(text.dropFirst(), pattern)
    }
    let rest = first == UInt8(ascii: "\\") ? pattern.dropFirst() : pattern
    return text.first == rest.first && wildcard(text.dropFirst(), rest.dropFirst())
  }

  private func cell(_ field: EventField) -> Value? {
    if case .ip = field.spec.type { return batch.isPresent(field, row) ? .ip(batch.address(field, row)) : nil }
    switch field.spec.type {
    case .int, .time: return batch.number(field, row).map { .int($0) }
    case .keyword(let words): return batch.number(field, row).map { .text(Array(words[Int($0)].utf8)) }
    default: return batch.slice(field, row).isAbsent ? nil : .text(Array(batch.bytes(field, row)))
    }
  }

  private func value(_ value: ConditionValue, _ element: Value?) -> Value? {
    switch value.kind {
    case .field(let field): return cell(field)
    case .each: return element
    case .literal(let literal): return plain(literal)
    case .call(let function, let arguments):
      let parts = arguments.map { self.value($0, element) }
      guard case .text(let text)? = parts[0] else { return nil }
      switch function {
      case .lower: return .text(text.map(lower))
      case .upper: return .text(text.map { (97...122).contains($0) ? $0 - 32 : $0 })
      case .len: return .int(Int64(text.count))
      case .removeBytes:
        if case .text(let unwanted)? = parts[1] { return .text(text.filter { !unwanted.contains($0) }) }
      case .concat:
        var all: [UInt8] = []
        for part in parts {
          guard case .text(let text)? = part else { return nil }
          all += text
        }
        return .text(all)
      case .substring:
        let bounds = parts.dropFirst().map { part -> Int in
          guard case .int(let number)? = part else { return 0 }
          return number < 0 ? max(0, text.count + Int(number)) : min(Int(number), text.count)
        }
        let end = bounds.count > 1 ? bounds[1] : text.count
        return .text(bounds[0] < end ? Array(text[bounds[0]..<end]) : [])
      default: return nil
      }
      return nil
    default: return nil
    }
  }
}
