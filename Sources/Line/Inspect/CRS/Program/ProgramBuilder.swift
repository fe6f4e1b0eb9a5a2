import Model

/// Turns directives into a program.
struct ProgramBuilder {
  private var names = Names()
  private var tree = TransformationTree()
  private var compiler: LinkCompiler
  private var ruleCount = 0

  /// Rules chained to each other, as written; a marker has a name instead.
  private struct Group {
    var rules: [SecRule] = []
    var marker: String?
    var phase = 2
  }

  static func build(_ directives: [SecDirective], directory: String) throws(ContentError) -> RuleProgram {
    var builder = ProgramBuilder(directory: directory)
    let groups = try builder.group(directives)
    return try builder.program(groups)
  }

  private init(directory: String) { compiler = LinkCompiler(directory: directory) }

  private mutating func group(_ directives: [SecDirective]) throws(ContentError) -> [Group] {
    var groups: [Group] = []
    var open = false
    for directive in directives {
      switch directive {
      case .marker(let name): groups.append(Group(marker: name))
      case .rule(let rule):
        ruleCount += 1
        if open {
          groups[groups.count - 1].rules.append(rule)
        } else {
          groups.append(Group(rules: [rule], phase: try Self.phase(rule)))
        }
        open = rule.has("chain")
      case .defaults, .setting: continue
      }
    }
    return groups
  }

  private static func phase(_ rule: SecRule) throws(ContentError) -> Int {
    switch rule.first("phase")?.lowercased() {
    case nil, "2", "request": return 2
    case "1": return 1
    case "response": return 4
    case "logging": return 5
    case let other?:
      if let number = Int(other), (1...5).contains(number) { return number }
      throw ContentError(
        ContentProblem(file: rule.file, line: rule.line, column: 1, message: "'\(other)' is not a phase"))
    }
  }

  /// The chains of phases 1 and 2 in order, after deciding what can be decided.
  private mutating func program(_ groups: [Group]) throws(ContentError) -> RuleProgram {
    var decided = StaticState(names: names)
    var chains: [Chain] = []
    let relevant = try TXReads(groups.flatMap(\.rules))
    for phase in 1...2 {
      var waitsFor: String?
      var jumps: [(chain: Int, marker: String)] = []
      for group in groups where group.marker != nil || group.phase == phase {
        if let marker = group.marker {
          if waitsFor == marker { waitsFor = nil }
          for jump in jumps where jump.marker == marker { chains[jump.chain].skipTo = chains.count }
          jumps.removeAll { $0.marker == marker }
          continue
        }
        if waitsFor != nil { continue }
        guard var chain = try compile(group, relevant, decided) else { continue }
        switch try decided.run(&chain, names) {
        case .never: continue
        case .always: waitsFor = group.rules[0].first("skipafter")
        case .open:
          if let marker = group.rules[0].first("skipafter") { jumps.append((chains.count, marker)) }
          chain.markSingles()
          chains.append(chain)
        }
      }
      for jump in jumps { chains[jump.chain].skipTo = chains.count }
    }
    let data = MatchData(groups: 64)
    var gates = 0
    for index in chains.indices {
      for link in chains[index].links.indices where chains[index].links[link].looksAtRequest {
        chains[index].links[link].gate = gates
        gates += 1
      }
      chains[index].needs = chains[index].neededKnowledge({ tree.text(of: $0, at: $1) }, data)
    }
    let score = names.number(of: "anomaly_score")
    var initial = decided.values
    initial += Array(repeating: nil, count: names.all.count - initial.count)
    return RuleProgram(
      chains: chains, tree: tree, names: names, initial: initial, score: score, ruleCount: ruleCount)
  }

  private mutating func compile(
    _ group: Group, _ relevant: TXReads, _ decided: StaticState
  ) throws(ContentError) -> Chain? {
    let head = group.rules[0]
    var links: [Link] = []
    var isForeign = false
    for rule in group.rules {
      let compiled = try compiler.link(rule, &names, &tree, relevant)
      isForeign = isForeign || compiled.isForeign
      links.append(compiled.link)
    }
    return Chain(
      id: Int(head.first("id") ?? "") ?? 0, phase: group.phase, links: links, logs: Self.logs(head),
      multiMatch: head.has("multimatch"), paranoia: Self.paranoia(head), tags: head.all("tag"),
      message: head.first("msg") ?? "", skips: head.has("skipafter"), skipTo: nil,
      hasControl: group.rules.contains { $0.actions.contains(where: LinkCompiler.isForeign) }, isForeign: isForeign,
      clearsMatched: false, needs: [])
  }

  /// Rules log unless their last word on it is no: `log` and `auditlog` say yes, `nolog` and `noauditlog` no.
  private static func logs(_ rule: SecRule) -> Bool {
    rule.actions.last { ["log", "auditlog", "nolog", "noauditlog"].contains($0.name) }
      .map { !$0.name.hasPrefix("no") } ?? true
  }

  private static func paranoia(_ rule: SecRule) -> Int {
    rule.all("tag").lazy.compactMap { tag in
      tag.hasPrefix("paranoia-level/") ? Int(tag.dropFirst("paranoia-level/".count)) : nil
    }.first ?? 1
  }
}
