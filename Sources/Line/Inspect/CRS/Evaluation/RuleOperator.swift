import CModSecurity
import Model

/// What a rule asks of a value.
enum RuleOperator: Sendable {
  case rx(Pattern)
  /// A pattern with a macro, compiled when it is asked.
  case rxTemplate(Template)
  case phrases(PhraseTree)
  case detectSQLi, detectXSS
  case within(Template), contains(Template), beginsWith(Template), endsWith(Template), streq(Template)
  case number(Comparison, Template)
  /// Any byte outside the set.
  case byteRange(ByteSet)
  case urlEncoding
  case unconditional
  /// Known to libmodsecurity only.
  case foreign(String)

  enum Comparison: Sendable { case equal, greater, greaterOrEqual, less, lessOrEqual }

  /// The template that has to be resolved before the operator is asked.
  var template: Template? {
    switch self {
    case .rxTemplate(let t), .within(let t), .contains(let t), .beginsWith(let t), .endsWith(let t), .streq(let t),
      .number(_, let t):
      t
    default: nil
    }
  }

  /// The same operator with another argument.
  func with(_ template: Template) throws(ContentError) -> RuleOperator {
    switch self {
    case .rxTemplate:
      if let constant = template.constant { return .rx(try Pattern(String(decoding: constant, as: UTF8.self))) }
      return .rxTemplate(template)
    case .within: return .within(template)
    case .contains: return .contains(template)
    case .beginsWith: return .beginsWith(template)
    case .endsWith: return .endsWith(template)
    case .streq: return .streq(template)
    case .number(let comparison, _): return .number(comparison, template)
    default: return self
    }
  }

  /// Whether the value matches; `argument` is the resolved template, empty for operators without one. A pattern leaves
  /// its groups in `data` and their count in `groups`.
  func matches(
    _ text: UnsafePointer<UInt8>, _ count: Int, argument: [UInt8], data: MatchData, groups: inout Int
  ) -> Bool {
    switch self {
    case .rx(let pattern):
      groups = pattern.match(text, count, data)
      return groups > 0
    case .rxTemplate:
      guard let pattern = try? Pattern(String(decoding: argument, as: UTF8.self)), pattern.groups <= 10 else {
        return false
      }
      groups = pattern.match(text, count, data)
      return groups > 0
    case .phrases(let tree): return tree.matches(text, count)
    case .detectSQLi: return isSQLInjection(text, count)
    case .detectXSS: return libinjection_xss(UnsafeRawPointer(text).assumingMemoryBound(to: CChar.self), count) != 0
    case .within: return count == 0 || find(text, count, in: argument)
    case .contains: return argument.withUnsafeBufferPointer { find($0.baseAddress, $0.count, in: text, count) }
    case .beginsWith: return count >= argument.count && same(text, argument)
    case .endsWith: return count >= argument.count && same(text + (count - argument.count), argument)
    case .streq: return count == argument.count && same(text, argument)
    case .number(let comparison, _): return compare(comparison, text, count, argument)
    case .byteRange(let allowed): return (0..<count).contains { !allowed.contains(text[$0]) }
    case .urlEncoding: return hasBrokenPercent(text, count)
    case .unconditional: return true
    case .foreign: return false
    }
  }
}

/// A set of bytes.
struct ByteSet: Hashable, Sendable {
  private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

  mutating func insert(_ byte: UInt8) {
    let bit = UInt64(1) << UInt64(byte & 63)
    switch byte >> 6 {
    case 0: words.0 |= bit
    case 1: words.1 |= bit
    case 2: words.2 |= bit
    default: words.3 |= bit
    }
  }

  func contains(_ byte: UInt8) -> Bool {
    let word = byte < 128 ? (byte < 64 ? words.0 : words.1) : (byte < 192 ? words.2 : words.3)
    return word >> UInt64(byte & 63) & 1 != 0
  }

  static func == (a: ByteSet, b: ByteSet) -> Bool { a.words == b.words }

  func hash(into hasher: inout Hasher) {
    hasher.combine(words.0)
    hasher.combine(words.1)
    hasher.combine(words.2)
    hasher.combine(words.3)
  }

  /// `9,10,13,32-126`; nil when a part is no number or range of bytes.
  init?(ranges: String) {
    for part in ranges.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", maxSplits: 1).map { UInt8($0.trimmingBlanks) }
      guard let first = ends.first ?? nil, let last = ends.last ?? nil, first <= last else { return nil }
      for byte in first...last { insert(byte) }
    }
  }

  init() {}
}

private func isSQLInjection(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
  if isOneToken(text, count) { return false }
  return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 16) { fingerprint in
    libinjection_sqli(
      UnsafeRawPointer(text).assumingMemoryBound(to: CChar.self), count, fingerprint.baseAddress!) != 0
  }
}

/// One word or one whole number: a single token, and libinjection knows no injection of one token.
private func isOneToken(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
  guard count > 0 else { return true }
  let isNumber = isDigit(text[0])
  for index in 0..<count {
    let byte = text[index]
    guard isDigit(byte) || !isNumber && (isLetter(byte) || byte == UInt8(ascii: "_")) else { return false }
  }
  return true
}

@inline(__always) private func same(_ text: UnsafePointer<UInt8>, _ wanted: [UInt8]) -> Bool {
  wanted.withUnsafeBufferPointer { wanted in
    for index in 0..<wanted.count where text[index] != wanted[index] { return false }
    return true
  }
}

private func find(_ needle: UnsafePointer<UInt8>, _ count: Int, in hay: [UInt8]) -> Bool {
  hay.withUnsafeBufferPointer { find(needle, count, in: $0.baseAddress, $0.count) }
}

/// Whether the needle occurs; an empty one always does.
private func find(
  _ needle: UnsafePointer<UInt8>?, _ count: Int, in hay: UnsafePointer<UInt8>?, _ length: Int
) -> Bool {
  guard count > 0, let needle else { return true }
  guard count <= length, let hay else { return false }
  for start in 0...(length - count) where hay[start] == needle[0] {
    var index = 1
    while index < count, hay[start + index] == needle[index] { index += 1 }
    if index == count { return true }
  }
  return false
}

private func hasBrokenPercent(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
  var at = 0
  while at < count {
    if text[at] == UInt8(ascii: "%") {
      guard at + 2 < count, isHexDigit(text[at + 1]), isHexDigit(text[at + 2]) else { return true }
      at += 3
    } else {
      at += 1
    }
  }
  return false
}

/// `@eq` reads numbers as `stoi` and takes 0 for what is none or too large; the others read as `atoll`.
private func compare(
  _ comparison: RuleOperator.Comparison, _ text: UnsafePointer<UInt8>, _ count: Int, _ argument: [UInt8]
) -> Bool {
  argument.withUnsafeBufferPointer { argument in
    let left = decimal(text, count)
    let right = decimal(argument.baseAddress ?? text, argument.count)
    switch comparison {
    case .equal: return int32(left) == int32(right)
    case .greater: return left > right
    case .greaterOrEqual: return left >= right
    case .less: return left < right
    case .lessOrEqual: return left <= right
    }
  }
}

private func int32(_ number: Int) -> Int { Int(Int32(exactly: number) ?? 0) }

/// The number at the start of a text, blanks and a sign before it; it stops at the ends of 64 bits, like `strtoll`.
func decimal(_ text: UnsafePointer<UInt8>, _ count: Int) -> Int {
  var at = 0
  while at < count, isBlank(text[at]) { at += 1 }
  let negative = at < count && text[at] == UInt8(ascii: "-")
  if at < count, negative || text[at] == UInt8(ascii: "+") { at += 1 }
  var value = 0
  while at < count, isDigit(text[at]) {
    let (scaled, overflowed) = value.multipliedReportingOverflow(by: 10)
    let digit = Int(text[at] - 0x30)
    let (sum, carried) = negative ? scaled.subtractingReportingOverflow(digit) : scaled.addingReportingOverflow(digit)
    if overflowed || carried { return negative ? Int.min : Int.max }
    value = sum
    at += 1
  }
  return value
}
