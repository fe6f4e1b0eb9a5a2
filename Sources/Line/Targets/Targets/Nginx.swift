import Model

extension Target {
  /// nginx: maps that work the condition out, and one line for each server that is to be protected.
  ///
  /// Every text is compared by a regex, since the plain keys of `map` ignore case. Source: nginx.org, modules map, geo,
  /// rewrite, limit_req; tried with 1.22.
  static let nginx = Target(
    name: "nginx", sentence: "nginx: map, geo, return, limit_req", fileName: "nginx.conf",
    embedding: .lines(comment: "#"),
    actions: Actions(.block, otherwise: "nginx itself has nothing that does just that"), check: .nginx
  ) { mitigation, _ throws(Refusals) in
    var writer = NginxWriter(mitigation.reference)
    switch mitigation.rule {
    case .filter(let condition):
      let variable = try writer.variable(for: Question(condition))
      return NginxWriter.draft(writer.text, server: "if (\(variable)) { return 403; }", mitigation)
    case .addresses(let networks):
      let variable = writer.geo(AddressRanges(networks))
      return NginxWriter.draft(writer.text, server: "if (\(variable)) { return 403; }", mitigation)
    case .rateLimit(let limit):
      let server = try writer.limit(limit)
      return NginxWriter.draft(
        writer.text, server: server, mitigation,
        notes: [
          "a bucket of \(limit.requests) that refills evenly over \(limit.period) s: nobody who keeps to the rate is stopped, "
            + "and up to twice the rate may pass within one period",
          "each nginx counts for itself, across its workers",
          "locations that answer with return do so before any limit",
        ])
    }
  }
}

/// Writes one variable after the other; each is 1 or 0.
struct NginxWriter {
  private(set) var text = ""
  private let name: String
  private var count = 0
  private var leaves: [Leaf: String] = [:]
  private var parts: Set<Subject> = []

  /// nginx refuses longer words.
  private static let wordLimit = 3900

  init(_ reference: String) { name = "weir_" + reference.replacing("-", with: "_") }

  static func draft(_ text: String, server: String, _ mitigation: Mitigation, notes: [String] = []) -> Target.Draft {
    let second = "# weir end \(mitigation.reference)\n# weir begin \(mitigation.reference): inside each server\n"
    return Target.Draft(
      text: text + second + server + "\n",
      notes: notes + ["of a header that comes twice, nginx before 1.23 looks at the first, later ones at all joined"],
      apply: [
        "put the first part into http { } (a file in conf.d), the second into each server { } to protect",
        "nginx -t && nginx -s reload",
      ], undo: ["take both parts out again, nginx -t && nginx -s reload"])
  }

  mutating func variable(for question: Question) throws(Refusals) -> String {
    try question.check(Self.reason)
    return write(question)
  }

  /// What nginx cannot ask, in words.
  private static func reason(_ leaf: Leaf) -> String? {
    if case .text(let pattern) = leaf.ask, pattern.regexes(limit: wordLimit / 2) == nil {
      return "a text too long for one word"
    }
    switch leaf.subject {
    case .query, .header:
      let asksPresence = leaf.ask == .present
      return asksPresence || leaf.holdsWhenEmpty
        ? "it holds for an empty value, and nginx takes a missing one for empty" : nil
    default: return nil
    }
  }

  private mutating func next() -> String {
    count += 1
    return "$\(name)_\(count)"
  }

  private mutating func write(_ question: Question) -> String {
    switch question {
    case .constant(let truth):
      let variable = next()
      text += "map $host \(variable) { default \(truth ? 1 : 0); }\n"
      return variable
    case .leaf(let leaf):
      if let known = leaves[leaf] { return known }
      let variable = write(leaf)
      leaves[leaf] = variable
      return variable
    case .not(let part): return table([write(part)], "0", gives: 1)
    case .all(let parts): return fold(parts.map { write($0) }, digit: "1", gives: 1)
    case .any(let parts): return fold(parts.map { write($0) }, digit: "0", gives: 0)
    }
  }

  /// Many variables, forty at a time.
  private mutating func fold(_ variables: [String], digit: Character, gives: Int) -> String {
    if variables.count <= 40 { return table(variables, String(repeating: digit, count: variables.count), gives: gives) }
    var folded: [String] = []
    for start in stride(from: 0, to: variables.count, by: 40) {
      let part = Array(variables[start..<min(start + 40, variables.count)])
      folded.append(table(part, String(repeating: digit, count: part.count), gives: gives))
    }
    return fold(folded, digit: digit, gives: gives)
  }

  private mutating func table(_ variables: [String], _ key: String, gives: Int) -> String {
    let variable = next()
    text += "map \"\(variables.joined())\" \(variable) { default \(1 - gives); \"\(key)\" \(gives); }\n"
    return variable
  }

  private mutating func write(_ leaf: Leaf) -> String {
    switch leaf.ask {
    case .addresses(let ranges): return geo(ranges)
    case .ports(let ranges):
      return map("$remote_port", ranges.isEmpty ? [] : Digits.regexes(ranges))
    case .present: return map(source(leaf.subject), [#"\A"#])
    case .text(let pattern): return map(source(leaf.subject), pattern.regexes(limit: Self.wordLimit / 2) ?? [])
    }
  }

  private mutating func map(_ source: String, _ regexes: [String]) -> String {
    let variable = next()
    text += "map \(source) \(variable) {\n  default 0;\n"
    for regex in regexes { text += "  \"~\(Self.quoted(regex))\" 1;\n" }
    text += "}\n"
    return variable
  }

  mutating func geo(_ ranges: AddressRanges) -> String {
    let variable = next()
    text += "geo \(variable) {\n  default 0;\n"
    for network in ranges.networks { text += "  \(network.text) 1;\n" }
    text += "}\n"
    return variable
  }

  /// What stands for a subject; path and query are cut out of the request line as it was sent.
  private mutating func source(_ subject: Subject) -> String {
    switch subject {
    case .method: return "$request_method"
    case .uri: return "$request_uri"
    case .version: return "$server_protocol"
    case .header(let header): return "$http_" + header.replacing("-", with: "_")
    case .path: return cut(subject, "\(name)_path", #"\A([^?]*)"#)
    case .query: return cut(subject, "\(name)_query", #"\A[^?]*\?(.*)\z"#)
    case .address: return "$remote_addr"
    case .port: return "$remote_port"
    }
  }

  private mutating func cut(_ subject: Subject, _ variable: String, _ regex: String) -> String {
    if parts.insert(subject).inserted {
      text += "map $request_uri $\(variable) { default \"\"; \"~(?s)\(Self.quoted(regex))\" $1; }\n"
    }
    return "$" + variable
  }

  private static func quoted(_ regex: String) -> String { regex.replacing("\\", with: "\\\\") }

  mutating func limit(_ limit: RateLimit) throws(Refusals) -> String {
    var reasons: [Refusal.Reason] = []
    let perMinute = limit.requests * 60
    if limit.timeout > 0 {
      reasons.append(
        .init(part: "a timeout of \(limit.timeout) s", why: "nginx stops only what is beyond the rate (timeout 0)"))
    }
    if limit.period < 1 || limit.requests < 1 || perMinute % max(limit.period, 1) != 0 {
      reasons.append(
        .init(part: "\(limit.requests) in \(limit.period) s", why: "nginx takes whole requests a second or a minute"))
    }
    var keys: [String] = []
    for field in limit.characteristics {
      guard let key = key(field) else {
        reasons.append(.init(part: field.name, why: "nginx cannot count by it"))
        continue
      }
      keys.append(key)
    }
    guard reasons.isEmpty else { throw Refusals(reasons) }
    let meant = try variable(for: Question(limit.condition))
    let key = next()
    text += "map \(meant) \(key) { default \"\"; 1 \"\(keys.joined(separator: "|"))\"; }\n"
    text += "limit_req_zone \(key) zone=\(name):10m rate=\(perMinute / limit.period)r/m;\n"
    let burst = limit.requests > 1 ? " burst=\(limit.requests - 1) nodelay" : ""
    return "limit_req zone=\(name)\(burst);\nlimit_req_status 429;"
  }

  private mutating func key(_ field: EventField) -> String? {
    switch field {
    case .ipSource: "$remote_addr"
    case .method, .host, .uri, .path, .query, .userAgent, .referer, .cookie, .forwardedFor:
      source(LeafReader.subject(field)!)
    default: nil
    }
  }
}
