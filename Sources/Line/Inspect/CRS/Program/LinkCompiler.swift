import Model

/// Compiles one rule of a chain. Patterns and phrase lists that occur again are shared.
struct LinkCompiler {
  private let directory: String
  private var patterns: [String: Pattern] = [:]
  private var phrases: [String: PhraseTree] = [:]
  private let data = MatchData(groups: 64)

  struct Compiled {
    var link: Link
    var isForeign: Bool
  }

  init(directory: String) { self.directory = directory }

  mutating func link(
    _ rule: SecRule, _ names: inout Names, _ tree: inout TransformationTree, _ reads: TXReads
  ) throws(ContentError) -> Compiled {
    var isForeign = rule.actions.contains(where: Self.isForeign)
    let pipeline = Self.pipeline(rule)
    isForeign = isForeign || pipeline.contains(nil)
    let path = tree.path(pipeline.compactMap { $0 })
    let (op, negated) = try self.op(rule, &names)
    if case .foreign = op { isForeign = true }
    if op.template?.variables.contains(where: \.isUnknown) ?? false { isForeign = true }
    let sources = try self.sources(rule)
    isForeign = isForeign || sources.contains { if case .foreign = $0.place { true } else { false } }
    let assignments = assignments(rule, &names, reads)
    isForeign = isForeign || assignments.contains { $0.value.variables.contains(where: \.isUnknown) }
    let link = Link(
      sources: sources, op: op, negated: negated, node: path.last ?? TransformationTree.root,
      stages: rule.has("multimatch") ? path : [], captures: rule.has("capture"), assignments: assignments)
    return Compiled(link: link, isForeign: isForeign)
  }

  /// Actions that change how later rules see the request.
  static func isForeign(_ action: SecAction) -> Bool {
    switch action.name {
    case "ctl":
      let kind = action.value.prefix { $0 != "=" }.lowercased()
      return !["auditlogparts", "auditengine", "forcerequestbodyvariable"].contains(kind)
    case "skip", "exec", "setuid", "setsid", "setrsc", "allow": return true
    default: return false
    }
  }

  /// What stands behind the last `t:none`; nil for a transformation that is not known.
  private static func pipeline(_ rule: SecRule) -> [Transformation?] {
    let all = rule.all("t")
    let start = all.lastIndex { $0.lowercased() == "none" }.map { $0 + 1 } ?? 0
    return all[start...].map { Transformation(name: $0) }
  }

  private mutating func op(_ rule: SecRule, _ names: inout Names) throws(ContentError) -> (RuleOperator, Bool) {
    guard let written = rule.op else { return (.unconditional, false) }
    let template = Template(written.argument, names: &names)
    let op: RuleOperator
    switch written.name {
    case "rx": op = template.constant == nil ? .rxTemplate(template) : .rx(try pattern(written.argument, rule))
    case "pm": op = .phrases(tree(PhraseTree.words(written.argument), key: "pm " + written.argument))
    case "pmfromfile", "pmf": op = .phrases(try phraseFile(written.argument, rule))
    case "detectsqli": op = .detectSQLi
    case "detectxss": op = .detectXSS
    case "within": op = .within(template)
    case "contains": op = .contains(template)
    case "beginswith": op = .beginsWith(template)
    case "endswith": op = .endsWith(template)
    case "streq": op = .streq(template)
    case "eq": op = .number(.equal, template)
    case "gt": op = .number(.greater, template)
    case "ge": op = .number(.greaterOrEqual, template)
    case "lt": op = .number(.less, template)
    case "le": op = .number(.lessOrEqual, template)
    case "validatebyterange": op = ByteSet(ranges: written.argument).map { .byteRange($0) } ?? .foreign(written.name)
    case "validateurlencoding": op = .urlEncoding
    case "unconditionalmatch": op = .unconditional
    case "ipmatch": op = .within(Template(constant: Self.clientIfListed(written.argument)))
    default: op = .foreign(written.name)
    }
    return (op, written.negated)
  }

  /// The only address that is ever asked about is the client's, which is not told: see `ModSecurity.client`.
  private static func clientIfListed(_ list: String) -> [UInt8] {
    guard let client = IPAddress(ModSecurity.client) else { return Array("-".utf8) }
    let isListed = list.split(separator: ",").contains {
      AddressNetwork($0.trimmingBlanks)?.contains(client) ?? false
    }
    return Array((isListed ? ModSecurity.client : "-").utf8)
  }

  private mutating func pattern(_ source: String, _ rule: SecRule) throws(ContentError) -> Pattern {
    if let known = patterns[source] { return known }
    do {
      let made = try Pattern(source)
      patterns[source] = made
      return made
    } catch {
      throw error.placed(rule)
    }
  }

  private mutating func tree(_ words: [[UInt8]], key: String) -> PhraseTree {
    if let known = phrases[key] { return known }
    let made = PhraseTree(words)
    phrases[key] = made
    return made
  }

  /// One phrase a line; a line is a comment when nothing but blanks stands before its `#`.
  private mutating func phraseFile(_ name: String, _ rule: SecRule) throws(ContentError) -> PhraseTree {
    let path = name.hasPrefix("/") ? name : directory + "/" + name
    guard let bytes = try? RuleFiles.read(path) else {
      throw ContentError(
        ContentProblem(file: rule.file, line: rule.line, column: 1, message: "cannot read the phrases of \(path)"))
    }
    let lines = bytes.split(separator: 10, omittingEmptySubsequences: true).filter { line in
      line.first { !isBlank($0) } != UInt8(ascii: "#")
    }
    return tree(lines.map(Array.init), key: "file " + path)
  }

  // MARK: variables

  private func sources(_ rule: SecRule) throws(ContentError) -> [Source] {
    guard rule.op != nil else {
      return [Source(place: .constant([]), selector: .all, excluded: [], counts: false, label: "")]
    }
    var sources: [Source] = []
    for target in rule.targets where !target.excludes {
      let leftOut = rule.targets.filter { $0.excludes && $0.collection == target.collection }
      if leftOut.contains(where: { $0.selector == target.selector }) { continue }
      var excluded: [Source.Selector] = []
      for one in leftOut { excluded.append(try selector(one.selector)) }
      sources.append(
        Source(
          place: Self.place(target), selector: try selector(target.selector), excluded: excluded,
          counts: target.counts, label: target.label))
    }
    return sources
  }

  private func selector(_ written: SecTarget.Selector) throws(ContentError) -> Source.Selector {
    switch written {
    case .all: .all
    case .name(let name): .name(Array(name.lowercased().utf8))
    case .pattern(let pattern): .pattern(try Pattern(pattern, caseless: true))
    }
  }

  private static func place(_ target: SecTarget) -> Source.Place {
    if let kind = ValueKind.allCases.first(where: { $0.label == target.collection }) { return .request(kind) }
    switch target.collection {
    case "ARGS_GET": return .part(.args, fromBody: false)
    case "ARGS_POST": return .part(.args, fromBody: true)
    case "ARGS_GET_NAMES": return .part(.argNames, fromBody: false)
    case "ARGS_POST_NAMES": return .part(.argNames, fromBody: true)
    case "TX": return .tx
    case "MATCHED_VAR": return .matchedVar
    case "MATCHED_VAR_NAME": return .matchedVarName
    case "MATCHED_VARS": return .matchedVars
    case "MATCHED_VARS_NAMES": return .matchedVarsNames
    case "XML", "FILES", "FILES_NAMES", "FILES_SIZES", "FILES_TMPNAMES", "MULTIPART_PART_HEADERS",
      "MULTIPART_FILENAME", "MULTIPART_NAME", "IP", "GEO", "GLOBAL", "SESSION", "USER", "RESOURCE":
      return .nothing
    case "REMOTE_ADDR": return .constant(Array(ModSecurity.client.utf8))
    case "FILES_COMBINED_SIZE", "REQBODY_ERROR", "MULTIPART_STRICT_ERROR", "MULTIPART_UNMATCHED_BOUNDARY":
      return .constant([])
    default: return .foreign
    }
  }

  // MARK: setvar

  private func assignments(_ rule: SecRule, _ names: inout Names, _ reads: TXReads) -> [Assignment] {
    rule.all("setvar").compactMap { written in
      var rest = Substring(written)
      let removes = rest.first == "!"
      if removes { rest.removeFirst() }
      guard rest.lowercased().hasPrefix("tx.") || rest.lowercased().hasPrefix("tx:") else { return nil }
      rest = rest.dropFirst(3)
      let mark = rest.firstIndex(of: "=") ?? rest.endIndex
      var value = mark < rest.endIndex ? rest[rest.index(after: mark)...] : "1"
      var operation = removes ? Assignment.Operation.remove : .set
      if !removes, mark < rest.endIndex, value.first == "+" || value.first == "-" {
        operation = value.first == "+" ? .add : .subtract
        value.removeFirst()
      }
      let name = Template(String(rest[..<mark]), names: &names)
      let prefix = rest[..<mark].prefix { $0 != "%" }.lowercased()
      guard reads.reads(prefix, isWhole: name.constant != nil, data: data) else { return nil }
      return Assignment(
        target: name.constant == nil ? .template(name) : .name(names.number(of: prefix)), operation: operation,
        value: Template(String(value), names: &names), isScore: prefix.hasPrefix("anomaly_score_pl"))
    }
  }
}

extension Template.Variable {
  var isUnknown: Bool { if case .unknown = self { true } else { false } }
}

extension ContentError {
  /// The same problems at a rule's place.
  func placed(_ rule: SecRule) -> ContentError {
    ContentError(
      problems.map { ContentProblem(file: rule.file, line: rule.line, column: $0.column, message: $0.message) })
  }
}
