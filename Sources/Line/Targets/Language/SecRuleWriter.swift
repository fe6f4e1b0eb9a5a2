import Model

/// Writes rules of phase 1; a term is a variable's name, or `!` and its name.
struct SecRuleWriter {
  enum Dialect { case modsecurity, coraza }

  private(set) var text = ""
  private(set) var count = 0
  private let name: String
  private let firstID: Int
  private let dialect: Dialect
  private var variables = 0
  private var leaves: [Leaf: String] = [:]
  private var hasParts = false

  static let ruleLimit = 1000
  private static let regexLimit = 4000

  init(_ reference: String, _ dialect: Dialect) {
    self.dialect = dialect
    name = "weir_" + reference.replacing("-", with: "_")
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in reference.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    firstID = 1_000_000_000 + Int(hash % 1_100_000) * Self.ruleLimit
  }

  mutating func term(for question: Question) throws(Refusals) -> String {
    if dialect == .coraza { return write(try GoRegex.question(question)) }
    try question.check { leaf in
      guard case .text(let pattern) = leaf.ask, pattern.regexes(limit: Self.regexLimit) == nil else { return nil }
      return "a text too long for one rule"
    }
    return write(question)
  }

  private mutating func next() -> String {
    variables += 1
    return "\(name)_\(variables)"
  }

  private mutating func write(_ question: Question) -> String {
    switch question {
    case .constant(let truth): return truth ? "!\(name)_never" : "\(name)_never"
    case .leaf(let leaf):
      if let known = leaves[leaf] { return known }
      let term = write(leaf)
      leaves[leaf] = term
      return term
    case .not(let part):
      let term = write(part)
      return term.hasPrefix("!") ? String(term.dropFirst()) : "!" + term
    case .all(let parts):
      let terms = parts.map { write($0) }
      let variable = next()
      for (place, term) in terms.enumerated() {
        let isLast = place == terms.count - 1
        let actions = isLast ? "t:none,setvar:'tx.\(variable)=1'" : "t:none,chain"
        place == 0 ? rule(term, "pass,nolog," + actions) : link(term, actions)
      }
      return variable
    case .any(let parts):
      let terms = parts.map { write($0) }
      let variable = next()
      for term in terms { rule(term, "pass,nolog,t:none,setvar:'tx.\(variable)=1'") }
      return variable
    }
  }

  /// A rule that acts where the term holds.
  mutating func rule(_ term: String, _ actions: String) {
    add("SecRule \(Self.target(term)) \"id:%ID%,phase:1,\(actions)\"")
  }

  private mutating func link(_ term: String, _ actions: String) {
    text += "  SecRule \(Self.target(term)) \"\(actions)\"\n"
  }

  private static func target(_ term: String) -> String {
    term.hasPrefix("!") ? "&TX:\(term.dropFirst()) \"@eq 0\"" : "&TX:\(term) \"@eq 1\""
  }

  private mutating func add(_ line: String) {
    text += line.replacing("%ID%", with: String(firstID + count)) + "\n"
    count += 1
  }

  private mutating func write(_ leaf: Leaf) -> String {
    switch leaf.ask {
    case .addresses(let ranges): return addresses(ranges)
    case .ports(let ranges): return tests("REMOTE_PORT", Digits.regexes(ranges).map { "@rx \($0)" })
    case .present:
      switch leaf.subject {
      case .header(let header): return tests("&REQUEST_HEADERS:\(header)", ["@ge 1"])
      case .query: return tests("REQUEST_URI_RAW", [#"@rx \?"#])
      default: return "!\(name)_never"
      }
    case .text(let pattern):
      // The engines read every regex with the flags s and m; a person's regex was written without.
      let regexes = pattern.regexes(limit: Self.regexLimit) ?? []
      return tests(source(leaf.subject), regexes.map { "@rx (?-sm)" + $0 })
    }
  }

  private mutating func tests(_ source: String, _ operators: [String]) -> String {
    let variable = next()
    for test in operators {
      add("SecRule \(source) \"\(test)\" \"id:%ID%,phase:1,pass,nolog,t:none,setvar:'tx.\(variable)=1'\"")
    }
    return variable
  }

  mutating func addresses(_ ranges: AddressRanges) -> String {
    // ModSecurity 3 refuses lengths of 0 and 128: both halves are the first, the address alone the second.
    let networks = ranges.networks.flatMap { network -> [String] in
      if network.bits == 0 { return ["0.0.0.0/1", "128.0.0.0/1"] }
      return [network.bits == (network.base.isV4 ? 32 : 128) ? "\(network.base)" : network.text]
    }
    return tests(
      "REMOTE_ADDR",
      stride(from: 0, to: networks.count, by: 100).map {
        "@ipMatch " + networks[$0..<min($0 + 100, networks.count)].joined(separator: ",")
      })
  }

  /// Path and query are cut out of the request line as it was sent: REQUEST_FILENAME is decoded. Coraza's query keeps its
  /// question mark, since a value that begins with a sign would be added to the variable instead of put into it.
  private mutating func source(_ subject: Subject) -> String {
    switch subject {
    case .method: return "REQUEST_METHOD"
    case .uri: return "REQUEST_URI_RAW"
    case .version: return "REQUEST_PROTOCOL"
    case .header(let header): return "REQUEST_HEADERS:\(header)"
    case .address: return "REMOTE_ADDR"
    case .port: return "REMOTE_PORT"
    case .path, .query:
      if !hasParts {
        hasParts = true
        let query = dialect == .coraza ? #"(?s)\A[^?]*(\?.*)\z"# : #"(?s)\A[^?]*\?(.*)\z"#
        for (part, regex) in [("path", #"\A([^?]*)"#), ("query", query)] {
          add(
            "SecRule REQUEST_URI_RAW \"@rx \(regex)\" \"id:%ID%,phase:1,pass,nolog,t:none,capture,setvar:'tx.\(name)_\(part)=%{tx.1}'\""
          )
        }
      }
      return "TX:\(name)_\(subject == .path ? "path" : "query")"
    }
  }
}
