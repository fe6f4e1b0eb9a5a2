/// Runs a program's chains over one request's values, as libmodsecurity would run its rules.
///
/// One per judge. Chains that a scan has ruled out are passed over; that leaves no trace, since a rule that fails only
/// empties the list of matched variables.
final class Evaluator {
  let program: RuleProgram
  let values = RequestValues()
  let derived: DerivedTexts
  private let data: MatchData
  private var tx: TXState
  private var matched: [MatchedVariable] = []
  private var last: MatchedVariable?
  private var outcome = Outcome()
  private let probes: [GateProbe]
  private var isOpen: (_ gate: Int, _ value: Int) -> Bool = { _, _ in true }
  /// The only value that is looked at, if it is one.
  private var only: Int?

  struct MatchedVariable {
    var name: [UInt8]
    var text: [UInt8]
  }

  struct Outcome {
    var score = 0
    var matches: [RuleMatch] = []
    var blocked = false
    /// Only libmodsecurity knows the verdict.
    var isForeign = false
  }

  /// `decidesAlone` says of which chains one value decides.
  init(_ program: RuleProgram, decidesAlone: [Bool] = []) {
    self.program = program
    probes = program.chains.enumerated().flatMap { index, chain in
      chain.links.compactMap { link in
        link.gate == nil
          ? nil : GateProbe(index, chain, link, decidesAlone: decidesAlone.isEmpty ? false : decidesAlone[index])
      }
    }
    derived = DerivedTexts(program.tree, values)
    data = MatchData(groups: 64)
    tx = TXState(program)
  }

  /// Judges the loaded values; `candidates` says which chains may match, `isOpen` which link may match which value.
  func run(_ candidates: (Int) -> Bool, isOpen: @escaping (_ gate: Int, _ value: Int) -> Bool) -> Outcome {
    reset()
    self.isOpen = isOpen
    defer { self.isOpen = { _, _ in true } }
    var index = 0
    var previous = -1
    while index < program.chains.count {
      guard candidates(index) else { index += 1; continue }
      if previous + 1 != index || program.chains[index].clearsMatched { clearMatched() }
      previous = index
      let isMatch = run(chain: index)
      if outcome.isForeign { return outcome }
      index = isMatch ? program.chains[index].skipTo ?? index + 1 : index + 1
    }
    outcome.score =
      tx[program.score].map { text in
        text.withUnsafeBufferPointer { bytes in bytes.baseAddress.map { decimal($0, bytes.count) } ?? 0 }
      } ?? 0
    return outcome
  }

  private func reset() {
    tx.reset(program)
    clearMatched()
    outcome = Outcome()
  }

  /// Whether a gate's link matches one value, looked at alone and without a trace. `isWanted` says that the link is
  /// known to look at the value.
  func isMatch(gate: Int, value: Int, isWanted: Bool) -> Bool {
    let probe = probes[gate]
    if !isWanted, !looks(probe, at: values.all[value]) { return false }
    switch probe.kind {
    case .always: return true
    case .text: return matches(probe, derived.text(of: value, at: probe.node))
    case .stages:
      return matches(probe, values.all[value].text)
        || probe.stages.contains { matches(probe, derived.text(of: value, at: $0)) }
    }
  }

  private func looks(_ probe: GateProbe, at value: Value) -> Bool {
    if probe.phase == 1, value.isFromBody { return false }
    return probe.sources.contains { !$0.counts && $0.takes(value, values.arena, data) }
  }

  private func matches(_ probe: GateProbe, _ text: Slice) -> Bool {
    var groups = 0
    return probe.op.matches(
      values.arena.pointer(text), Int(text.count), argument: probe.argument, data: data, groups: &groups)
      != probe.negated
  }

  /// Whether a chain whose first link this is would match a request whose only value this is; true when one value does
  /// not decide.
  func decides(gate: Int, value: Int) -> Bool {
    guard probes[gate].decidesAlone else { return true }
    reset()
    only = value
    defer { only = nil }
    let isMatch = run(chain: probes[gate].chain)
    return isMatch || outcome.isForeign
  }

  private func clearMatched() {
    matched.removeAll(keepingCapacity: true)
    last = nil
  }

  // MARK: a chain

  private func run(chain index: Int) -> Bool {
    let chain = program.chains[index]
    tx.gained = 0
    for link in chain.links.indices {
      let count = run(chain.links[link], chain)
      if outcome.isForeign { return false }
      if count == 0 {
        clearMatched()
        return false
      }
      if chain.isForeign || count > 1 && chain.links[link].mustBeSingle {
        // What follows depends on something that only libmodsecurity knows.
        outcome.isForeign = true
        return false
      }
      if chain.multiMatch, link == 0, chain.links.count > 1, chain.logs { report(chain) }
    }
    if chain.logs, !(chain.multiMatch && chain.links.count > 1) { report(chain) }
    return true
  }

  private func report(_ chain: Chain) {
    if chain.id / 1000 == 949 {
      outcome.blocked = outcome.blocked || chain.id == 949110
      return
    }
    outcome.matches.append(
      RuleMatch(
        ruleID: chain.id, score: tx.gained, variable: String(decoding: last?.name ?? [], as: UTF8.self),
        value: Array((last?.text ?? []).prefix(RuleMatch.longestValue)), paranoia: chain.paranoia, tags: chain.tags,
        message: chain.message))
  }

  /// How many values matched.
  private func run(_ link: Link, _ chain: Chain) -> Int {
    if case .foreign = link.op {
      outcome.isForeign = true
      return 0
    }
    let argument = link.op.template.map(resolve) ?? []
    var count = 0
    for source in link.sources {
      if source.counts {
        count += test(Array(String(self.count(source, chain)).utf8), source.label, link, argument)
      } else {
        count += test(source, link, chain, argument)
      }
      if outcome.isForeign { return 0 }
    }
    return count
  }

  // MARK: values

  private func test(_ source: Source, _ link: Link, _ chain: Chain, _ argument: [UInt8]) -> Int {
    var count = 0
    switch source.place {
    case .request, .part:
      for index in values.all.indices where isWanted(index, link) && takes(source, values.all[index], chain) {
        count += test(valueAt: index, link, argument)
      }
    case .tx:
      for (name, text) in tx.all(source.selector, program.names, data) {
        count += test(text, "TX:" + name, link, argument)
      }
    case .matchedVar: count += test(last?.text ?? [], "MATCHED_VAR", link, argument)
    case .matchedVarName: count += test(last?.name ?? [], "MATCHED_VAR_NAME", link, argument)
    case .matchedVars:
      for one in matched { count += test(one.text, "MATCHED_VARS:" + one.printedName, link, argument) }
    case .matchedVarsNames:
      for one in matched { count += test(one.name, "MATCHED_VARS_NAMES:" + one.printedName, link, argument) }
    case .constant(let text): count += test(text, source.label, link, argument)
    case .nothing: break
    case .foreign: outcome.isForeign = true
    }
    return count
  }

  private func isWanted(_ value: Int, _ link: Link) -> Bool {
    if let only { return value == only }
    return link.gate.map { isOpen($0, value) } ?? true
  }

  private func takes(_ source: Source, _ value: Value, _ chain: Chain) -> Bool {
    if chain.phase == 1, value.isFromBody { return false }
    return source.takes(value, values.arena, data)
  }

  private func count(_ source: Source, _ chain: Chain) -> Int {
    switch source.place {
    case .request, .part: values.all.count { takes(source, $0, chain) }
    case .tx: tx.all(source.selector, program.names, data).count
    case .matchedVars, .matchedVarsNames: matched.count
    case .nothing: 0
    default: 1
    }
  }

  private func test(valueAt index: Int, _ link: Link, _ argument: [UInt8]) -> Int {
    var count = 0
    if link.stages.isEmpty {
      count += judge(derived.text(of: index, at: link.node), index, link, argument)
    } else {
      var before = derived.text(of: index, at: TransformationTree.root)
      count += judge(before, index, link, argument)
      for stage in link.stages {
        let text = derived.text(of: index, at: stage)
        if values.arena.differ(text, before) { count += judge(text, index, link, argument) }
        before = text
      }
    }
    return count
  }

  private func judge(_ text: Slice, _ index: Int, _ link: Link, _ argument: [UInt8]) -> Int {
    guard matches(values.arena.pointer(text), Int(text.count), link, argument) else { return 0 }
    let value = values.all[index]
    var name = Array(value.kind.label.utf8)
    if value.kind.isCollection { name += [UInt8(ascii: ":")] + values.arena.bytes(value.name) }
    take(MatchedVariable(name: name, text: Array(values.arena.bytes(text))), link)
    return 1
  }

  /// Tests a text that is not one of the request's values.
  private func test(_ text: [UInt8], _ label: @autoclosure () -> String, _ link: Link, _ argument: [UInt8]) -> Int {
    var texts = [text]
    if link.stages.isEmpty {
      texts = [derived.text(of: text, at: link.node)]
    } else {
      for stage in link.stages {
        let next = derived.text(of: text, at: stage)
        if next != texts.last { texts.append(next) }
      }
    }
    return texts.count { text in
      let padded = text + [0]
      let isMatch = padded.withUnsafeBufferPointer { matches($0.baseAddress!, text.count, link, argument) }
      if isMatch { take(MatchedVariable(name: Array(label().utf8), text: text), link) }
      return isMatch
    }
  }

  private func matches(_ text: UnsafePointer<UInt8>, _ count: Int, _ link: Link, _ argument: [UInt8]) -> Bool {
    var groups = 0
    let found = link.op.matches(text, count, argument: argument, data: data, groups: &groups)
    if link.captures {
      for group in 0..<min(groups, 10) {
        if let range = data.range(of: group) {
          tx[group] = Array(UnsafeBufferPointer(start: text + range.lowerBound, count: range.count))
        }
      }
    }
    return found != link.negated
  }

  private func take(_ variable: MatchedVariable, _ link: Link) {
    matched.append(variable)
    last = variable
    for assignment in link.assignments {
      let value = resolve(assignment.value)
      switch assignment.target {
      case .name(let number): tx.assign(number, assignment, value)
      case .template(let template): tx.assign(String(decoding: resolve(template), as: UTF8.self), assignment, value)
      }
    }
  }

  // MARK: macros

  private func resolve(_ template: Template) -> [UInt8] {
    if let constant = template.constant { return constant }
    var text: [UInt8] = []
    for piece in template.pieces {
      switch piece {
      case .text(let bytes): text += bytes
      case .variable(.tx(let number)): text += tx[number] ?? []
      case .variable(.matchedVar): text += last?.text ?? []
      case .variable(.matchedVarName): text += last?.name ?? []
      case .variable(.header(let name)): text += header(name)
      case .variable(.unknown): outcome.isForeign = true
      }
    }
    return text
  }

  /// The only header of a name; which of several comes first is libmodsecurity's to say.
  private func header(_ name: [UInt8]) -> [UInt8] {
    let selector = Source.Selector.name(name)
    let found = values.all.filter { value in
      value.kind == .headers && selector.takes(values.arena.pointer(value.name), Int(value.name.count), data)
    }
    if found.count > 1 { outcome.isForeign = true }
    return found.first.map { Array(values.arena.bytes($0.text)) } ?? []
  }
}

/// What is asked of a value at a gate, ready to be asked.
final class GateProbe {
  enum Kind { case always, text, stages }

  let chain: Int
  let phase: Int
  let kind: Kind
  let node: Int
  let stages: [Int]
  let sources: [Source]
  let op: RuleOperator
  let argument: [UInt8]
  let negated: Bool
  let decidesAlone: Bool

  init(_ index: Int, _ chain: Chain, _ link: Link, decidesAlone: Bool) {
    self.chain = index
    phase = chain.phase
    node = link.node
    stages = link.stages
    sources = link.sources
    op = link.op
    argument = link.op.template?.constant ?? []
    negated = link.negated
    self.decidesAlone = decidesAlone
    let isOpaque = if case .foreign = link.op { true } else { false }
    let isOpen = link.op.template.map { $0.constant == nil } ?? false
    kind = isOpaque || isOpen ? .always : link.stages.isEmpty ? .text : .stages
  }
}

extension Evaluator.MatchedVariable {
  fileprivate var printedName: String { String(decoding: name, as: UTF8.self) }
}

extension Source {
  /// Whether a value of the request is meant.
  func takes(_ value: Value, _ arena: Arena, _ data: MatchData) -> Bool {
    switch place {
    case .request(let kind): if value.kind != kind { return false }
    case .part(let kind, let fromBody): if value.kind != kind || value.isFromBody != fromBody { return false }
    default: return false
    }
    guard value.kind.isCollection else { return true }
    let key = arena.pointer(value.name)
    let count = Int(value.name.count)
    return selector.takes(key, count, data) && !excluded.contains { $0.takes(key, count, data) }
  }
}

extension Arena {
  func differ(_ a: Slice, _ b: Slice) -> Bool {
    if a == b { return false }
    return !bytes(a).elementsEqual(bytes(b))
  }
}
