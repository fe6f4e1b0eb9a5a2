import Model

// Values and operands: everything below the level of a comparison.
extension ConditionParser {
  /// A field, a function of values, `raw["key"]`, each with any number of `[…]` behind it.
  mutating func value(depth: Int = 0) throws(Stop) -> ConditionValue {
    guard depth <= 30 else { throw stop("functions nest deeper than 30 levels", at: token.start) }
    guard case .word(let name) = token.kind, ConditionLexer.isWordByte(name.utf8.first!) else {
      throw unexpected(expected: "a field or a function")
    }
    let start = token.start
    try advance()
    var value: ConditionValue
    if at("(") {
      value = try call(name, start: start, depth: depth)
    } else if name == "raw", at("[") {
      value = try raw(start: start)
    } else {
      value = ConditionValue(named(name, at: start), place: text.place(start))
    }
    while at("[") { value = try element(of: value) }
    return value
  }

  /// The thing of that name; an unknown one is noted, and a text field stands in so that reading goes on.
  private mutating func named(_ name: String, at start: Int) -> ConditionValue.Kind {
    if let kind = ConditionNames.value(name) { return kind }
    let nearest = nearestWord(to: name, in: ConditionNames.all)
    problems.append(text.problem("there is no field '\(name.prefix(100))'", at: start, suggestion: nearest))
    return .call(.concat, [])
  }

  private mutating func raw(start: Int) throws(Stop) -> ConditionValue {
    try require("[", "behind raw")
    guard case .text(let key) = token.kind else { throw unexpected(expected: "the key of a log line in quotes") }
    try advance()
    try require("]", "behind the key")
    return ConditionValue(.raw(String(decoding: key.bytes, as: UTF8.self)), place: text.place(start))
  }

  private mutating func element(of value: ConditionValue) throws(Stop) -> ConditionValue {
    try require("[", "")
    let start = token.start
    let result: ConditionValue.Kind
    switch token.kind {
    case .text(let key):
      if value.type != .map, !isUnknown(value) {
        problems.append(text.problem("only a map has keys; this is \(value.type.words)", at: start))
      }
      result = .key(value, key)
    case .number(let digits):
      guard let index = Int(digits), (0...10_000).contains(index) else {
        throw stop("an index is a whole number from 0 to 10,000", at: start)
      }
      checkList(value, at: start)
      result = .index(value, index)
    case .word("*"):
      // A function of all elements gives all its results, whether or not that is written again.
      if case .call = value.kind, value.isMapped {
        result = value.kind
      } else {
        checkList(value, at: start)
        result = .each(value)
      }
    default: throw unexpected(expected: "a key in quotes, an index or *")
    }
    try advance()
    try require("]", "that closes the index")
    return ConditionValue(result, place: value.place)
  }

  private mutating func checkList(_ value: ConditionValue, at start: Int) {
    if case .list = value.type { return }
    if !isUnknown(value) {
      problems.append(text.problem("only a list has elements; this is \(value.type.words)", at: start))
    }
  }

  private mutating func call(_ name: String, start: Int, depth: Int) throws(Stop) -> ConditionValue {
    try require("(", "")
    var arguments: [ConditionValue] = []
    var places: [Int] = []
    if !at(")") {
      repeat {
        places.append(token.start)
        arguments.append(try argument(depth: depth))
      } while try take(",")
    }
    try require(")", "that closes \(name)")
    guard let function = ConditionFunction(rawValue: name) else {
      let quantifier = name == "any" || name == "all"
      problems.append(
        text.problem(
          quantifier
            ? "\(name) stands by itself, not inside another function" : "there is no function '\(name.prefix(100))'",
          at: start, suggestion: quantifier ? nil : nearestWord(to: name, in: ConditionNames.functions)))
      return ConditionValue(.call(.concat, []), place: text.place(start))
    }
    let value = ConditionValue(.call(function, arguments), place: text.place(start))
    checkCall(function, arguments, places: places, at: start)
    return value
  }

  private mutating func argument(depth: Int) throws(Stop) -> ConditionValue {
    let place = text.place(token.start)
    switch token.kind {
    case .text(let literal):
      try advance()
      return ConditionValue(.literal(.text(literal)), place: place)
    case .number(let digits):
      guard let literal = Self.literal(digits) else { throw unexpected(expected: "a number or an address") }
      try advance()
      return ConditionValue(.literal(literal), place: place)
    default: return try value(depth: depth + 1)
    }
  }

  // MARK: Operands

  mutating func operand(for value: ConditionValue, _ relation: ConditionRelation) throws(Stop) -> ConditionOperand {
    if relation == .isIn { return try setOrList(for: value) }
    switch token.kind {
    case .text(let literal):
      let start = token.start
      try advance()
      guard value.type == .time else { return .literal(.text(literal)) }
      guard let time = EventTime(parsing: literal.bytes) else {
        problems.append(text.problem(#"not a time; write it as "2026-01-31T09:30:00Z""#, at: start))
        return .literal(.time(0))
      }
      return .literal(.time(time.nanoseconds))
    case .number(let digits):
      guard let literal = Self.literal(digits) else {
        throw stop("'\(digits.prefix(60))' is neither a number nor an address", at: token.start)
      }
      try advance()
      if case .int(let number) = literal, value.type == .time { return .literal(.time(number)) }
      return .literal(literal)
    case .word(let word) where ConditionLexer.isWordByte(word.utf8.first!): return .value(try self.value())
    default: throw unexpected(expected: "a value behind \(relation.rawValue)")
    }
  }

  private mutating func setOrList(for value: ConditionValue) throws(Stop) -> ConditionOperand {
    if case .list(let name) = token.kind {
      try advance()
      return .list(name)
    }
    try require("{", "or a named list such as $office behind in")
    var members: [ConditionMember] = []
    while !at("}") {
      switch token.kind {
      case .text(let literal): members.append(.text(literal))
      case .number(let digits):
        guard let member = Self.member(digits) else {
          throw stop("'\(digits.prefix(60))' is no number, address, network or range", at: token.start)
        }
        members.append(member)
      case .word(","): throw stop("members of a set are separated by spaces", at: token.start)
      default: throw unexpected(expected: "a member of the set, or '}'")
      }
      try advance()
    }
    try advance()
    return .set(members)
  }

  static func literal(_ digits: String) -> ConditionLiteral? {
    if let number = Int64(digits) { return .int(number) }
    return IPAddress(digits).map { .ip($0) }
  }

  /// `80`, `8000..8009`, `192.0.2.1`, `192.0.2.0/24`, `192.0.2.3..192.0.2.7`.
  static func member(_ digits: String) -> ConditionMember? {
    if let number = Int64(digits) { return .ints(number...number) }
    if let network = AddressNetwork(digits) { return .addresses(network.first...network.last) }
    guard let dots = digits.firstRange(of: "..") else { return nil }
    let first = String(digits[..<dots.lowerBound]), last = String(digits[dots.upperBound...])
    if let a = Int64(first), let b = Int64(last), a <= b { return .ints(a...b) }
    if let a = IPAddress(first), let b = IPAddress(last), a <= b, a.isV4 == b.isV4 { return .addresses(a...b) }
    return nil
  }
}
