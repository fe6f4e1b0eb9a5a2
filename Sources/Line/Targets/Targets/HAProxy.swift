import Model

extension Target {
  /// HAProxy: ACLs, one variable for each bracket of the condition, and for rates a stick table.
  ///
  /// Source: HAProxy configuration manual 2.6, sections 7.1 and 7.3; tried with 2.6.
  static let haproxy = Target(
    name: "haproxy", sentence: "HAProxy: ACLs, deny, stick-table", fileName: "haproxy.cfg",
    embedding: .lines(comment: "#"),
    actions: Actions(.block, otherwise: "HAProxy itself has nothing that does just that"), check: .haproxy
  ) { mitigation, _ throws(Refusals) in
    var writer = HAProxyWriter(mitigation.reference)
    let undo = ["take the lines out again, haproxy -c -f haproxy.cfg, systemctl reload haproxy"]
    let apply = [
      "put the lines into each frontend, before its other http-request lines",
      "haproxy -c -f haproxy.cfg && systemctl reload haproxy",
    ]
    let notes = ["of a header that comes twice, the first is looked at"]
    switch mitigation.rule {
    case .filter(let condition):
      let term = try writer.term(for: Question(condition))
      return Draft(
        text: writer.text + "http-request deny deny_status 403 if \(term)\n", notes: notes, apply: apply, undo: undo)
    case .addresses(let networks):
      let term = writer.addresses(AddressRanges(networks))
      return Draft(text: writer.text + "http-request deny deny_status 403 if \(term)\n", apply: apply, undo: undo)
    case .rateLimit(let limit):
      let (table, rules) = try writer.limit(limit)
      return Draft(
        text: table + "# weir end \(mitigation.reference)\n# weir begin \(mitigation.reference): inside each frontend\n"
          + rules,
        notes: notes + [
          "HAProxy estimates the rate over a window that slides, from the current and the last period",
          "each HAProxy counts for itself unless the table is shared by peers",
        ], apply: ["put the first part at the top level"] + apply, undo: undo)
    }
  }
}

/// Writes ACLs; a term is the name of one, or `!` and its name.
struct HAProxyWriter {
  private(set) var text = ""
  private let name: String
  private var count = 0
  private var leaves: [Leaf: String] = [:]

  init(_ reference: String) { name = "weir_" + reference.replacing("-", with: "_") }

  mutating func term(for question: Question) throws(Refusals) -> String {
    try question.check(Self.reason)
    return write(question)
  }

  /// HAProxy reads lines of at most 64 words and no regex beyond what PCRE2 takes.
  private static let regexLimit = 4000
  private static let wordLimit = 40

  private static func reason(_ leaf: Leaf) -> String? {
    if leaf.subject == .version { return "HAProxy spells versions as 1.1 and 2.0 only, logs differently" }
    if case .text(let pattern) = leaf.ask, pattern.regexes(limit: regexLimit) == nil {
      return "a text too long for one line"
    }
    return nil
  }

  private mutating func next() -> String {
    count += 1
    return "\(name)_\(count)"
  }

  private mutating func write(_ question: Question) -> String {
    switch question {
    case .constant(let truth): return truth ? "TRUE" : "FALSE"
    case .leaf(let leaf):
      if let known = leaves[leaf] { return known }
      let term = write(leaf)
      leaves[leaf] = term
      return term
    case .not(let part): return Self.negated(write(part))
    case .all(let parts): return all(parts.map { write($0) })
    case .any(let parts): return any(parts.map { write($0) })
    }
  }

  private static func negated(_ term: String) -> String {
    switch term {
    case "TRUE": "FALSE"
    case "FALSE": "TRUE"
    default: term.hasPrefix("!") ? String(term.dropFirst()) : "!" + term
    }
  }

  private mutating func all(_ terms: [String]) -> String {
    if terms.count <= Self.wordLimit { return variable([terms]) }
    let folded = stride(from: 0, to: terms.count, by: Self.wordLimit).map {
      variable([Array(terms[$0..<min($0 + Self.wordLimit, terms.count)])])
    }
    return all(folded)
  }

  private mutating func any(_ terms: [String]) -> String { variable(terms.map { [$0] }) }

  /// True where all terms of one line hold.
  private mutating func variable(_ lines: [[String]]) -> String {
    let term = next()
    for line in lines { text += "http-request set-var(txn.\(term)) bool(true) if \(line.joined(separator: " "))\n" }
    text += "acl \(term) var(txn.\(term)) -m bool\n"
    return term
  }

  private mutating func write(_ leaf: Leaf) -> String {
    switch leaf.ask {
    case .addresses(let ranges): return addresses(ranges)
    case .ports(let ranges): return ports(ranges)
    case .present: return acl("\(Self.fetch(leaf.subject)) -m found")
    case .text(let pattern):
      let term = next()
      for regex in pattern.regexes(limit: Self.regexLimit) ?? [] {
        text += "acl \(term) \(Self.fetch(leaf.subject)) -m reg '\(regex)'\n"
      }
      return term
    }
  }

  private mutating func acl(_ words: String) -> String {
    let term = next()
    text += "acl \(term) \(words)\n"
    return term
  }

  private mutating func ports(_ ranges: [ClosedRange<Int64>]) -> String {
    let words = ranges.compactMap { range -> String? in
      guard range.overlaps(0...65_535) else { return nil }
      let clamped = range.clamped(to: 0...65_535)
      return "\(clamped.lowerBound):\(clamped.upperBound)"
    }
    return words.isEmpty ? "FALSE" : list("src_port", words)
  }

  private mutating func list(_ fetch: String, _ words: [String]) -> String {
    let term = next()
    for start in stride(from: 0, to: words.count, by: Self.wordLimit) {
      text +=
        "acl \(term) \(fetch) \(words[start..<min(start + Self.wordLimit, words.count)].joined(separator: " "))\n"
    }
    return term
  }

  /// HAProxy takes an IPv6 address of 6to4 for the IPv4 address in it; here it is what it is.
  mutating func addresses(_ ranges: AddressRanges) -> String {
    var lines: [[String]] = []
    if !ranges.v4.isEmpty {
      lines.append([list("src", ranges.v4.map(\.text)), Self.negated(acl(#"src -m reg '\A2002:'"#))])
    }
    if !ranges.v6.isEmpty { lines.append([list("src", ranges.v6.map(\.text))]) }
    return lines.isEmpty ? "FALSE" : variable(lines)
  }

  private static func fetch(_ subject: Subject) -> String {
    switch subject {
    case .method: "method"
    case .uri: "url"
    case .path: "path"
    case .query: "query"
    case .version: "req.ver"
    case .header(let name): "req.fhdr(\(name),1)"
    case .address: "src"
    case .port: "src_port"
    }
  }

  /// The table, and what stands in each frontend.
  mutating func limit(_ limit: RateLimit) throws(Refusals) -> (String, String) {
    var reasons: [Refusal.Reason] = []
    if limit.timeout > 0 {
      reasons.append(
        .init(part: "a timeout of \(limit.timeout) s", why: "a stick table stops only what is beyond the rate"))
    }
    if !(1...86_400).contains(limit.period) || !(1...1_000_000_000).contains(limit.requests) {
      reasons.append(.init(part: "\(limit.requests) in \(limit.period) s", why: "beyond what a stick table counts"))
    }
    var key = ("ipv6", "src")
    switch limit.characteristics {
    case [.ipSource]: break
    case let fields where fields.count == 1:
      guard let subject = LeafReader.subject(fields[0]), subject != .version else {
        reasons.append(.init(part: fields[0].name, why: "HAProxy cannot count by it"))
        break
      }
      key = ("string len 256", Self.fetch(subject))
    default: reasons.append(.init(part: "several fields", why: "one stick table counts by one of them"))
    }
    guard reasons.isEmpty else { throw Refusals(reasons) }
    let term = try term(for: Question(limit.condition))
    let table =
      "backend \(name)\n  stick-table type \(key.0) size 1m expire \(limit.period)s store http_req_rate(\(limit.period)s)\n"
    return (
      table,
      text + "http-request track-sc2 \(key.1) table \(name) if \(term)\n"
        + "http-request deny deny_status 429 if \(term) { sc_http_req_rate(2,\(name)) gt \(limit.requests) }\n"
    )
  }
}

/// A whole HAProxy configuration around artifacts, one frontend each.
enum HAProxyFrame {
  static func whole(_ artifacts: [String], bind: (Int) -> String) -> String {
    var tops = "", fronts = ""
    for (index, artifact) in artifacts.enumerated() {
      let parts = artifact.components(separatedBy: ": inside each frontend\n")
      if parts.count > 1 { tops += parts[0] + "\n" }
      fronts += "frontend weir_front_\(index)\n\(bind(index))\n\(parts.last ?? "")\nhttp-request return status 200\n"
    }
    return """
      global
      maxconn 1000
      tune.bufsize 65536
      defaults
      mode http
      timeout client 20s
      timeout server 20s
      timeout connect 20s
      \(fronts)
      \(tops)

      """
  }
}

extension SyntaxCheck {
  static let haproxy = SyntaxCheck("haproxy", ["-c", "-f", "%FILE%"], file: "haproxy.cfg") {
    HAProxyFrame.whole([$0], bind: { _ in "bind unix@check.sock" })
  }
}
