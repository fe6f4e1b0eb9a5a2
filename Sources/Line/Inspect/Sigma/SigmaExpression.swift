import Model

/// The `condition` of a Sigma rule: `and`, `or`, `not`, brackets, `1 of x*`, `all of them`.
///
/// `not` binds strongest, then `and`, then `or`. Source: Sigma specification 2.1, "Condition".
struct SigmaExpression {
  private let tokens: [(text: String, offset: Int)]
  private var at = 0
  private var depth = 0
  /// The searches of the rule.
  private let searches: [(name: String, condition: Condition)]

  struct Failure: Error {
    var message: String
    /// Bytes from the start of the expression.
    var offset: Int
    var suggestion: String?
  }

  static func condition(
    _ text: String, searches: [(name: String, condition: Condition)]
  ) throws(Failure) -> Condition {
    var parser = SigmaExpression(text, searches: searches)
    let condition = try parser.or()
    if parser.word == "|" {
      throw parser.failure("what is counted behind a bar belongs to Sigma 1: write a correlation")
    }
    if parser.word != nil { throw parser.failure("expected and, or, or the end") }
    return condition
  }

  private init(_ text: String, searches: [(name: String, condition: Condition)]) {
    self.searches = searches
    var tokens: [(String, Int)] = []
    var word: [UInt8] = []
    var offset = 0
    for byte in Array(text.utf8) + [0x20] {
      let isBracket = byte == UInt8(ascii: "(") || byte == UInt8(ascii: ")")
      if isBracket || byte <= 0x20 {
        if !word.isEmpty { tokens.append((String(decoding: word, as: UTF8.self), offset - word.count)) }
        word = []
        if isBracket { tokens.append((String(UnicodeScalar(byte)), offset)) }
      } else {
        word.append(byte)
      }
      offset += 1
    }
    self.tokens = tokens
  }

  private func failure(_ message: String, suggestion: String? = nil) -> Failure {
    let found = at < tokens.count ? "'\(tokens[at].text.prefix(60))'" : "the end"
    return Failure(
      message: "\(message), found \(found)", offset: at < tokens.count ? tokens[at].offset : tokens.last?.offset ?? 0,
      suggestion: suggestion)
  }

  private var word: String? { at < tokens.count ? tokens[at].text.lowercased() : nil }

  private mutating func take(_ wanted: String) -> Bool {
    guard word == wanted else { return false }
    at += 1
    return true
  }

  private mutating func or() throws(Failure) -> Condition {
    depth += 1
    defer { depth -= 1 }
    if depth > 50 { throw failure("brackets nest too deep") }
    var parts = [try and()]
    while take("or") { parts.append(try and()) }
    return .any(parts)
  }

  private mutating func and() throws(Failure) -> Condition {
    var parts = [try unary()]
    while take("and") { parts.append(try unary()) }
    return .all(parts)
  }

  private mutating func unary() throws(Failure) -> Condition {
    if take("not") {
      depth += 1
      defer { depth -= 1 }
      if depth > 50 { throw failure("too many levels of not") }
      return .not(try unary())
    }
    if take("(") {
      let inner = try or()
      if !take(")") { throw failure("expected a closing bracket") }
      return inner
    }
    guard let first = word else { throw failure("expected a search") }
    let isOf = at + 1 < tokens.count && tokens[at + 1].text.lowercased() == "of"
    if isOf {
      let wantsAll = first == "all"
      guard wantsAll || first == "any" || first == "1" else { throw failure("only 1 of, any of and all of are known") }
      at += 2
      let chosen = try chosen()
      return wantsAll ? .all(chosen) : .any(chosen)
    }
    let name = tokens[at].text
    guard let search = searches.first(where: { $0.name == name }) else {
      throw failure("there is no search of that name", suggestion: nearestWord(to: name, in: searches.map(\.name)))
    }
    at += 1
    return search.condition
  }

  /// The searches behind `of`: `them` or a name with stars. Names with a leading underscore are not among `them`.
  private mutating func chosen() throws(Failure) -> [Condition] {
    guard at < tokens.count else { throw failure("expected a name or them") }
    let pattern = tokens[at].text
    let found = searches.filter {
      pattern.lowercased() == "them" ? !$0.name.hasPrefix("_") : Self.isLike($0.name.utf8[...], pattern.utf8[...])
    }
    if found.isEmpty { throw failure("no search has a name like this") }
    at += 1
    return found.map(\.condition)
  }

  private static func isLike(_ name: Substring.UTF8View, _ pattern: Substring.UTF8View) -> Bool {
    guard let star = pattern.firstIndex(of: UInt8(ascii: "*")) else { return name.elementsEqual(pattern) }
    let head = pattern[..<star], tail = pattern[pattern.index(after: star)...]
    guard name.starts(with: head) else { return false }
    var rest = name.dropFirst(head.count)
    if tail.isEmpty { return true }
    while true {
      if isLike(rest, tail) { return true }
      if rest.isEmpty { return false }
      rest = rest.dropFirst()
    }
  }
}
