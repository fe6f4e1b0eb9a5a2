import Model

extension Condition {
  /// Reads a condition.
  ///
  /// `line` and `column` (from 1) say where the text begins in `file`. Errors: `ContentError` with every unknown name
  /// and every impossible comparison at once; a text that is no condition at all is given up at the first wrong word.
  /// Limits: 4 MiB, 100 levels of brackets, 50,000 comparisons.
  package init(parsing text: String, file: String? = nil, line: Int = 1, column: Int = 1) throws(ContentError) {
    try self.init(parsing: Array(text.utf8), file: file, line: line, column: column)
  }

  /// The same of bytes that may be anything.
  package init(parsing bytes: [UInt8], file: String? = nil, line: Int = 1, column: Int = 1) throws(ContentError) {
    var parser = ConditionParser(ConditionText(bytes: bytes, file: file, line: line, column: column))
    self = try parser.whole()
  }
}

/// Recursive descent over the grammar of the Cloudflare Rules language: `not`, then `and`, then `xor`, then `or`.
struct ConditionParser {
  var text: ConditionText
  private var lexer: ConditionLexer
  private(set) var token = ConditionToken(kind: .end, start: 0, end: 0)
  private var depth = 0
  private var tests = 0
  var problems: [ContentProblem] = []

  /// What makes further reading pointless.
  struct Stop: Error { var problem: ContentProblem }

  init(_ text: ConditionText) {
    self.text = text
    lexer = ConditionLexer(text.bytes)
  }

  mutating func whole() throws(ContentError) -> Condition {
    do throws(Stop) {
      guard text.bytes.count <= 4 << 20 else { throw stop("a condition may have 4 MiB at most", at: 0) }
      try advance()
      if token.kind == .end { throw stop("the condition is empty", at: 0) }
      let condition = try or()
      if token.kind != .end {
        throw unexpected(expected: "and, or, xor or the end")
      }
      if problems.isEmpty { return condition }
    } catch { problems.append(error.problem) }
    throw ContentError(problems)
  }

  // MARK: Words

  mutating func advance() throws(Stop) {
    do throws(ConditionLexer.Failure) { token = try lexer.next() } catch { throw stop(error.message, at: error.at) }
  }

  func at(_ words: String...) -> Bool {
    if case .word(let word) = token.kind { words.contains(word) } else { false }
  }

  mutating func take(_ words: String...) throws(Stop) -> Bool {
    guard case .word(let word) = token.kind, words.contains(word) else { return false }
    try advance()
    return true
  }

  mutating func require(_ word: String, _ why: String) throws(Stop) {
    guard at(word) else { throw unexpected(expected: "'\(word)' \(why)") }
    try advance()
  }

  mutating func stop(_ message: String, at offset: Int, suggestion: String? = nil) -> Stop {
    Stop(problem: text.problem(message, at: offset, suggestion: suggestion))
  }

  mutating func unexpected(expected: String) -> Stop {
    var suggestion: String?
    let found =
      switch token.kind {
      case .end: "the condition ends here"
      case .text: "found a text"
      case .number(let number): "found \(number.prefix(60))"
      case .list(let name): "found $\(name.prefix(60))"
      case .word(let word): "found '\(word.prefix(60))'"
      }
    if case .word(let word) = token.kind, word.utf8.count > 1 {
      let lower = word.lowercased()
      let operators = ["and", "or", "xor", "not"] + ConditionNames.relations.keys.sorted()
      suggestion = operators.contains(lower) ? lower : nil
    }
    return stop("expected \(expected), \(found)", at: token.start, suggestion: suggestion)
  }

  // MARK: Levels, weakest first

  private mutating func or() throws(Stop) -> Condition {
    depth += 1
    defer { depth -= 1 }
    guard depth <= 100 else { throw stop("brackets nest deeper than 100 levels", at: token.start) }
    var parts = [try xor()]
    while try take("or", "||") { parts.append(try xor()) }
    return parts.count == 1 ? parts[0] : .or(parts)
  }

  private mutating func xor() throws(Stop) -> Condition {
    var parts = [try and()]
    while try take("xor", "^^") { parts.append(try and()) }
    return parts.count == 1 ? parts[0] : .xor(parts)
  }

  private mutating func and() throws(Stop) -> Condition {
    var parts = [try unary()]
    while try take("and", "&&") { parts.append(try unary()) }
    return parts.count == 1 ? parts[0] : .and(parts)
  }

  private mutating func unary() throws(Stop) -> Condition {
    if at("not", "!") {
      depth += 1
      defer { depth -= 1 }
      guard depth <= 100 else { throw stop("more than 100 levels of not", at: token.start) }
      try advance()
      return .not(try unary())
    }
    if try take("(") {
      let inner = try or()
      try require(")", "that closes the bracket")
      return inner
    }
    tests += 1
    guard tests <= 50_000 else { throw stop("a condition may have 50,000 comparisons at most", at: token.start) }
    if try take("true") { return .and([]) }
    if try take("false") { return .or([]) }
    if at("any", "all") { return try quantified() }
    let test = try comparison(quantifier: nil)
    return test
  }

  /// `any(value[*] …)`.
  private mutating func quantified() throws(Stop) -> Condition {
    let quantifier: ConditionTest.Quantifier = at("any") ? .any : .all
    try advance()
    try require("(", "behind \(quantifier.rawValue)")
    let test = try comparison(quantifier: quantifier)
    try require(")", "that closes \(quantifier.rawValue)")
    return test
  }

  private mutating func comparison(quantifier: ConditionTest.Quantifier?) throws(Stop) -> Condition {
    let start = token.start
    let value = try value()
    var test = ConditionTest(quantifier: quantifier, value, .holds, .nothing, place: value.place)
    guard let relation = try relation() else {
      checkHolds(test, at: start)
      return .test(test)
    }
    test.relation = relation
    let operandStart = token.start
    if value.type == .bool, relation == .equal || relation == .notEqual, at("true", "false") {
      let wanted = at("true") == (relation == .equal)
      try advance()
      test.relation = .holds
      checkHolds(test, at: start)
      return wanted ? .test(test) : .not(.test(test))
    }
    test.operand = try operand(for: value, relation)
    check(&test, at: start, operandAt: operandStart)
    return .test(test)
  }

  private mutating func relation() throws(Stop) -> ConditionRelation? {
    guard case .word(let word) = token.kind else { return nil }
    if word == "strict" {
      try advance()
      try require("wildcard", "behind strict")
      return .strictWildcard
    }
    guard let relation = ConditionNames.relations[word] else {
      if ["and", "or", "xor", "&&", "||", "^^", ")"].contains(word) { return nil }
      throw unexpected(expected: "an operator such as eq, contains, matches or in")
    }
    try advance()
    return relation
  }
}
