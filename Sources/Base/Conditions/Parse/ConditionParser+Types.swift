import Model

// Which comparisons make sense for which type; every one that does not is noted, and reading goes on.
extension ConditionParser {
  /// A value whose name was not known: already complained about.
  func isUnknown(_ value: ConditionValue) -> Bool {
    switch value.kind {
    case .call(.concat, let arguments): arguments.isEmpty || arguments.contains(where: isUnknown)
    case .call(_, let arguments): arguments.contains(where: isUnknown)
    case .key(let inner, _), .index(let inner, _), .each(let inner): isUnknown(inner)
    default: false
    }
  }

  private mutating func complain(_ message: String, at offset: Int, suggestion: String? = nil) {
    problems.append(text.problem(message, at: offset, suggestion: suggestion))
  }

  /// A value without an operator must be true or false by itself.
  mutating func checkHolds(_ test: ConditionTest, at start: Int) {
    if isUnknown(test.value) { return }
    if test.value.type != .bool {
      complain("\(test.value.type.words) alone is neither true nor false: compare it, for example with eq", at: start)
    }
    checkMapping(test, at: start)
  }

  private mutating func checkMapping(_ test: ConditionTest, at start: Int) {
    if test.quantifier == nil, test.value.isMapped {
      complain("[*] stands only inside any(…) or all(…)", at: start)
    } else if let quantifier = test.quantifier, !test.value.isMapped {
      complain("\(quantifier.rawValue)(…) needs a list with [*] inside", at: start)
    }
  }

  mutating func check(_ test: inout ConditionTest, at start: Int, operandAt: Int) {
    if isUnknown(test.value) { return }
    checkMapping(test, at: start)
    let type = test.value.type
    guard let allowed = type.relations else {
      let hint = type == .map ? #"pick a key, as in […]["name"][0]"# : "write any(…[*] \(test.relation.rawValue) …)"
      return complain("\(type.words) cannot be compared as a whole: \(hint)", at: start)
    }
    guard allowed.contains(test.relation) else {
      let words = allowed.map(\.rawValue).joined(separator: ", ")
      return complain("\(type.words) cannot be compared with \(test.relation.rawValue), only with \(words)", at: start)
    }
    switch test.operand {
    case .nothing, .list: break
    case .literal(let literal): checkLiteral(literal, test, at: operandAt)
    case .set(let members): checkMembers(members, test, at: operandAt)
    case .value(let other):
      if isUnknown(other) { return }
      if other.isMapped { complain("[*] stands only left of the operator", at: operandAt) }
      if other.type != type { complain("\(type.words) is compared with \(other.type.words)", at: operandAt) }
      if test.relation == .matches || test.relation == .wildcard || test.relation == .strictWildcard {
        complain("the pattern behind \(test.relation.rawValue) must be written out", at: operandAt)
      }
    }
  }

  private mutating func checkLiteral(_ literal: ConditionLiteral, _ test: ConditionTest, at offset: Int) {
    let type = test.value.type
    switch (type, literal) {
    case (.text, .text(let bytes)):
      if let problem = Self.problem(in: bytes, relation: test.relation) { return complain(problem, at: offset) }
      if test.relation == .equal || test.relation == .notEqual { checkWord(bytes, of: test.value, at: offset) }
    case (.int, .int), (.ip, .ip), (.time, .time): break
    case (.text, .int(let number)): complain("this is text: put the number in quotes, \"\(number)\"", at: offset)
    case (.ip, .text(let bytes)) where IPAddress(String(decoding: bytes.bytes, as: UTF8.self)) != nil:
      complain("an address stands without quotes", at: offset)
    default: complain("\(type.words) is compared with \(literal.words)", at: offset)
    }
  }

  private mutating func checkMembers(_ members: [ConditionMember], _ test: ConditionTest, at offset: Int) {
    for member in members {
      switch (test.value.type, member) {
      case (.text, .text(let bytes)): checkWord(bytes, of: test.value, at: offset)
      case (.int, .ints), (.time, .ints), (.ip, .addresses): break
      default: return complain("\(test.value.type.words) is looked for among \(member.words)", at: offset)
      }
    }
  }

  /// A field of few words knows them.
  private mutating func checkWord(_ bytes: ByteText, of value: ConditionValue, at offset: Int) {
    guard case .field(let field) = value.kind, case .keyword(let words) = field.spec.type else { return }
    let word = String(decoding: bytes.bytes, as: UTF8.self)
    if words.contains(word) { return }
    complain(
      "\(field.name) is never \"\(word.prefix(60))\", only \(words.joined(separator: ", "))", at: offset,
      suggestion: nearestWord(to: word, in: words))
  }

  static func problem(in pattern: ByteText, relation: ConditionRelation) -> String? {
    switch relation {
    case .matches: RegexProgram.problem(of: pattern.bytes)
    case .wildcard, .strictWildcard:
      WildcardPattern(pattern.bytes) == nil
        ? #"** means nothing, and only \* and \\ are escapes in a wildcard"# : nil
    default: nil
    }
  }

  // MARK: Functions

  mutating func checkCall(
    _ function: ConditionFunction, _ arguments: [ConditionValue], places: [Int], at start: Int
  ) {
    let shapes = function.parameters
    let least = function.required, most = function.isVariadic ? 64 : shapes.count
    guard (least...most).contains(arguments.count) else {
      return complain("\(function.rawValue) is written \(function.usage)", at: start)
    }
    for (number, argument) in arguments.enumerated() where !isUnknown(argument) {
      let shape = shapes[min(number, shapes.count - 1)]
      if !shape.takes(argument) { complain("expected \(shape.words): \(function.usage)", at: places[number]) }
      if number > 0, argument.isMapped { complain("[*] stands only in the first argument", at: places[number]) }
    }
    if function == .regexReplace, arguments.count == 3, case .literal(.text(let pattern)) = arguments[1].kind,
      let problem = RegexProgram.problem(of: pattern.bytes)
    {
      complain(problem, at: places[1])
    }
  }
}

extension Condition {
  /// What is wrong with a regex, in words, or nil.
  package static func problem(inRegex pattern: ByteText) -> String? { RegexProgram.problem(of: pattern.bytes) }
}

/// What may stand at one place of a function.
enum ConditionParameter {
  case text, ip, number, writtenText, writtenNumber, writtenKey, scalar, measurable, anything

  func takes(_ value: ConditionValue) -> Bool {
    let isText = value.type == .text
    switch self {
    case .text: return isText
    case .ip: return value.type == .ip
    case .number: return value.type == .int
    case .writtenText: if case .literal(.text) = value.kind { return true }
    case .writtenNumber: if case .literal(.int) = value.kind { return true }
    case .writtenKey: if case .literal(let literal) = value.kind, literal.isKey { return true }
    case .scalar: return isText || value.type == .int || value.type == .ip || value.type == .bool
    case .anything: return true
    case .measurable:
      switch value.type {
      case .text, .list, .map: return true
      default: return false
      }
    }
    return false
  }

  var words: String {
    switch self {
    case .text: "a text"
    case .ip: "an address"
    case .number: "a number"
    case .writtenText: "a text in quotes"
    case .writtenNumber: "a whole number"
    case .writtenKey: "a key in quotes or a position"
    case .scalar: "a text, number or address"
    case .measurable: "a text, list or map"
    case .anything: "a value"
    }
  }
}

extension ConditionFunction {
  var parameters: [ConditionParameter] {
    switch self {
    case .lower, .upper, .decodeBase64, .toAddress: [.text]
    case .startsWith, .endsWith: [.text, .text]
    case .len: [.measurable]
    case .concat: [.anything]
    case .toString: [.scalar]
    case .substring: [.text, .writtenNumber, .writtenNumber]
    case .regexReplace: [.text, .writtenText, .writtenText]
    case .urlDecode, .removeBytes: [.text, .writtenText]
    case .cidr: [.ip, .writtenNumber, .writtenNumber]
    case .cidr6: [.ip, .writtenNumber]
    case .lookupJSONString, .lookupJSONInteger: [.measurable, .writtenKey]
    }
  }

  /// Arguments that must be there.
  var required: Int {
    switch self {
    case .substring: 2
    case .urlDecode: 1
    default: parameters.count
    }
  }

  var isVariadic: Bool { self == .concat || self == .lookupJSONString || self == .lookupJSONInteger }

  var usage: String {
    switch self {
    case .lower, .upper, .decodeBase64, .toAddress: "\(rawValue)(text)"
    case .startsWith, .endsWith: "\(rawValue)(text, \"…\")"
    case .len: "len(text or list)"
    case .concat: "concat(value, …)"
    case .toString: "to_string(value)"
    case .substring: "substring(text, start[, end])"
    case .regexReplace: "regex_replace(text, r\"regex\", \"replacement\")"
    case .urlDecode: "url_decode(text[, \"r\"])"
    case .removeBytes: "remove_bytes(text, \"bytes\")"
    case .cidr: "cidr(address, IPv4 bits, IPv6 bits)"
    case .cidr6: "cidr6(address, IPv6 bits)"
    case .lookupJSONString, .lookupJSONInteger: "\(rawValue)(text, \"key\", …)"
    }
  }
}

extension ConditionLiteral {
  fileprivate var isKey: Bool {
    switch self {
    case .text: true
    case .int(let number): number >= 0
    default: false
    }
  }

  var words: String {
    switch self {
    case .text: "a text"
    case .int: "a number"
    case .ip: "an address"
    case .time: "a time"
    }
  }
}

extension ConditionMember {
  fileprivate var words: String {
    switch self {
    case .text: "texts"
    case .ints: "numbers"
    case .addresses: "addresses"
    }
  }
}

extension ConditionType {
  var words: String {
    switch self {
    case .text: "a text"
    case .int: "a number"
    case .bool: "a value that is true or false"
    case .ip: "an address"
    case .time: "a time"
    case .list: "a list"
    case .map: "a map"
    }
  }

  /// The operators that may stand behind a value of the type; nil where none may.
  fileprivate var relations: [ConditionRelation]? {
    let order: [ConditionRelation] = [.equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual]
    switch self {
    case .text: return order + [.contains, .matches, .wildcard, .strictWildcard, .isIn]
    case .int, .time: return order + [.isIn]
    case .ip: return [.equal, .notEqual, .isIn]
    case .bool: return []
    case .list, .map: return nil
    }
  }
}
