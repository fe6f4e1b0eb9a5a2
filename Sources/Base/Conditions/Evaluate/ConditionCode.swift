import Model

/// A value of a condition as plain bits: children are places in the same table, literals lie in one pool.
struct ValueNode {
  enum Operation: UInt8 {
    case field, derived, raw, key, index, element, each, literal
    case lower, upper, startsWith, endsWith, len, concat, substring, regexReplace, urlDecode, cidr, cidr6
    case lookupText, lookupInt, removeBytes, decodeBase64, toString, toAddress
  }

  var operation: Operation
  var field: EventField = .time
  var derived: DerivedField = .line
  /// The first child, and how many follow it in `children`.
  var first = 0
  var count = 0
  /// An index, bits of a network and the like.
  var number: Int64 = 0
  var literal = Datum.absent
  /// Place in the table of regexes, or -1.
  var regex = -1
}

/// A comparison as plain bits.
struct TestNode {
  var relation: ConditionRelation
  var quantifier: ConditionTest.Quantifier?
  var value: Int
  /// The list that a quantifier walks, or -1.
  var list = -1
  /// The other value, or -1 for a literal.
  var other = -1
  var literal = Datum.absent
  var regex = -1
  /// Where the members of a set lie: sorted texts, sorted disjoint ranges of numbers, or of addresses.
  var members = 0..<0
}

/// Everything the tests of a set need, in tables that do not move. Immutable once made, so workers share it.
final class ConditionCode: @unchecked Sendable {
  private(set) var values: [ValueNode] = []
  private(set) var children: [Int] = []
  private(set) var tests: [TestNode] = []
  private(set) var texts: [UnsafeBufferPointer<UInt8>] = []
  private(set) var ints: [ClosedRange<Int64>] = []
  private(set) var addresses: [ClosedRange<IPAddress>] = []
  private(set) var regexes: [RegexProgram] = []

  /// How each column's cells are read, and the words of those that hold keywords.
  enum CellKind: UInt8 { case text, number, bool, keyword }
  let kinds: [CellKind]
  private(set) var keywords: [[UnsafeBufferPointer<UInt8>]] = []

  private var pool: [UnsafeMutableBufferPointer<UInt8>] = []
  private var problems: [ContentProblem] = []
  private let lists: NamedLists

  deinit { for text in pool { text.deallocate() } }

  /// Errors: named lists that are not there.
  init(_ tests: [ConditionTest], lists: NamedLists) throws(ContentError) {
    self.lists = lists
    kinds = EventField.allCases.map { field in
      switch field.spec.type {
      case .text, .list, .map: .text
      case .keyword: .keyword
      case .bool: .bool
      case .int, .ip, .time: .number
      }
    }
    keywords = EventField.allCases.map { field in
      if case .keyword(let words) = field.spec.type { words.map { stored(Array($0.utf8)) } } else { [] }
    }
    for test in tests { self.tests.append(node(of: test)) }
    if !problems.isEmpty { throw ContentError(problems) }
  }

  private func stored(_ bytes: [UInt8]) -> UnsafeBufferPointer<UInt8> {
    // Never empty, so that a text of no bytes still has an address.
    let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(bytes.count, 1))
    _ = copy.initialize(from: bytes)
    pool.append(copy)
    return UnsafeBufferPointer(start: copy.baseAddress, count: bytes.count)
  }

  private func datum(_ literal: ConditionLiteral) -> Datum {
    switch literal {
    case .text(let bytes): .text(stored(bytes.bytes))
    case .int(let number), .time(let number): .int(number)
    case .ip(let address): Datum(kind: .ip, address: address)
    }
  }

  private func regex(_ pattern: [UInt8], dotTakesAll: Bool = false, caseless: Bool = false) -> Int {
    guard let program = RegexProgram(pattern, dotTakesAll: dotTakesAll, caseless: caseless) else { return -1 }
    regexes.append(program)
    return regexes.count - 1
  }

  /// Whether a value is a list or map, to be walked rather than read.
  func isList(_ index: Int) -> Bool {
    let node = values[index]
    switch node.operation {
    case .key: return true
    case .derived: return [.args, .argNames, .argValues, .cookies, .headerNames, .headerValues].contains(node.derived)
    case .field: return node.field.spec.type == .list || node.field.spec.type == .map
    default: return false
    }
  }

  // MARK: Tests

  private func node(of test: ConditionTest) -> TestNode {
    var node = TestNode(relation: test.relation, quantifier: test.quantifier, value: -1)
    node.value = add(test.value, list: &node.list)
    switch test.operand {
    case .nothing: break
    case .literal(.text(let bytes)) where test.relation == .matches: node.regex = regex(bytes.bytes)
    case .literal(.text(let bytes)) where test.relation == .wildcard || test.relation == .strictWildcard:
      let pattern = WildcardPattern(bytes.bytes).map { Array($0.regex.utf8) } ?? Array("(?!)".utf8)
      node.regex = regex(pattern, dotTakesAll: true, caseless: test.relation == .wildcard)
    case .literal(let literal): node.literal = datum(literal)
    case .set(let members): node.members = add(members, of: test.value.type)
    case .list(let name):
      if let members = lists[name] {
        node.members = add(members, of: test.value.type)
      } else {
        problems.append(lists.problem(name, at: test.place))
      }
    case .value(let value):
      var none = -1
      node.other = add(value, list: &none)
    }
    return node
  }

  private func add(_ members: [ConditionMember], of type: ConditionType) -> Range<Int> {
    switch type {
    case .int, .time:
      let start = ints.count
      ints += Self.disjoint(members.compactMap { if case .ints(let range) = $0 { range } else { nil } })
      return start..<ints.count
    case .ip:
      let start = addresses.count
      let ranges = members.flatMap { member -> [ClosedRange<IPAddress>] in
        if case .addresses(let range) = member { Self.apart(range) } else { [] }
      }
      addresses += Self.disjoint(ranges)
      return start..<addresses.count
    default:
      let start = texts.count
      let sorted = Set(members.compactMap { if case .text(let bytes) = $0 { bytes.bytes } else { nil } })
        .sorted { $0.lexicographicallyPrecedes($1) }
      texts += sorted.map(stored)
      return start..<texts.count
    }
  }

  private static func disjoint<Bound>(_ ranges: [ClosedRange<Bound>]) -> [ClosedRange<Bound>] {
    var result: [ClosedRange<Bound>] = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = result.last, range.lowerBound <= last.upperBound {
        result[result.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
      } else {
        result.append(range)
      }
    }
    return result
  }

  /// IPv4 addresses are kept inside IPv6's numbers, but an IPv6 range does not mean them.
  private static func apart(_ range: ClosedRange<IPAddress>) -> [ClosedRange<IPAddress>] {
    let v4 = IPAddress(v4: 0)...IPAddress(v4: .max)
    guard !range.lowerBound.isV4 || !range.upperBound.isV4, range.overlaps(v4) else { return [range] }
    var parts: [ClosedRange<IPAddress>] = []
    if range.lowerBound < v4.lowerBound {
      parts.append(range.lowerBound...IPAddress(high: 0, low: v4.lowerBound.low - 1))
    }
    if range.upperBound > v4.upperBound {
      parts.append(IPAddress(high: 0, low: v4.upperBound.low + 1)...range.upperBound)
    }
    return parts
  }

  // MARK: Values

  private func add(_ value: ConditionValue, list: inout Int) -> Int {
    var node = ValueNode(operation: .literal)
    var inner: [Int] = []
    switch value.kind {
    case .field(let field):
      node.operation = .field
      node.field = field
    case .derived(let derived):
      node.operation = .derived
      node.derived = derived
    case .raw(let key):
      node.operation = .raw
      node.literal = .text(stored(Array(key.utf8)))
    case .key(let map, let key):
      node.operation = .key
      node.literal = .text(stored(key.bytes))
      if case .field(.headers) = map.kind, let own = EventField.header(key) { node.field = own }
      inner = [add(map, list: &list)]
    case .index(let values, let index):
      node.operation = .index
      node.number = Int64(index)
      inner = [add(values, list: &list)]
    case .each(let values):
      node.operation = .each
      list = add(values, list: &list)
    case .call(let function, let arguments):
      node.operation = function.operation
      if function == .regexReplace, arguments.count > 1, case .literal(.text(let pattern)) = arguments[1].kind {
        node.regex = regex(pattern.bytes)
      }
      inner = arguments.map { add($0, list: &list) }
    case .literal(let literal): node.literal = datum(literal)
    }
    node.first = children.count
    node.count = inner.count
    children += inner
    values.append(node)
    return values.count - 1
  }
}

extension ConditionFunction {
  fileprivate var operation: ValueNode.Operation {
    switch self {
    case .lower: .lower
    case .upper: .upper
    case .startsWith: .startsWith
    case .endsWith: .endsWith
    case .len: .len
    case .concat: .concat
    case .substring: .substring
    case .regexReplace: .regexReplace
    case .urlDecode: .urlDecode
    case .cidr: .cidr
    case .cidr6: .cidr6
    case .lookupJSONString: .lookupText
    case .lookupJSONInteger: .lookupInt
    case .removeBytes: .removeBytes
    case .decodeBase64: .decodeBase64
    case .toString: .toString
    case .toAddress: .toAddress
    }
  }
}

/// Named lists that conditions refer to as `$name`.
package struct NamedLists: Sendable {
  private var lists: [String: [ConditionMember]] = [:]

  package init(_ lists: [String: [ConditionMember]] = [:]) { self.lists = lists }

  package subscript(name: String) -> [ConditionMember]? {
    get { lists[name] }
    set { lists[name] = newValue }
  }

  package var names: [String] { lists.keys.sorted() }
}
