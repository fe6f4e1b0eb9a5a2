/// What it takes to see quickly that no chain can match: which links look at which values, and what they ask of them.
///
/// A gate is a link that looks at values of the request. A chain can match only if each of its gates is open for some
/// value. Immutable, shared by all workers.
struct ScreeningPlan: Sendable {
  struct Gate: Sendable {
    var chain: Int
    var link: Int
  }

  /// A link that counts the headers of a name.
  struct Count: Sendable {
    /// The place of the name in `countedNames`.
    var name: Int
    /// Whether it matches none, one, two; more are taken to match.
    var matches: [Bool]
  }

  let gates: [Gate]
  let requirements: [Requirement]
  let literals: LiteralScan
  /// Gates by what they look at and by the node of the transformation tree whose text they see.
  let gatesOfKind: [BitSet]
  let gatesAt: [BitSet]
  let gatesBelow: [BitSet]
  /// Gates that a text of a given length is long enough for; the last entry stands for all longer ones.
  let gatesByLength: [BitSet]
  let gatesOfChain: [[Int]]
  let countsOfChain: [[Count]]
  let countedNames: [[UInt8]]
  /// Chains without a gate that count headers.
  let countingChains: [Int]
  /// Chains that look at one value and then only at what that left behind: one value alone decides.
  let decidesAlone: [Bool]
  private let isTail: [Bool]

  /// Whether a chain looks at nothing but TX variables, as those do that sum up the scores.
  func isAfterthought(_ chain: Int) -> Bool { isTail[chain] }

  /// Gates that look at any of several kinds.
  func gates(ofKinds isWanted: (ValueKind) -> Bool) -> BitSet {
    ValueKind.allCases.filter(isWanted).reduce(into: BitSet(count: gates.count)) {
      $0.formUnion(gatesOfKind[Int($1.rawValue)])
    }
  }

  init(_ program: RuleProgram) throws(RuleSetError) {
    var gates: [Gate] = []
    for (chain, rule) in program.chains.enumerated() {
      gates += rule.links.indices.filter { rule.links[$0].gate != nil }.map { Gate(chain: chain, link: $0) }
    }
    let links = gates.map { program.chains[$0.chain].links[$0.link] }
    requirements = links.map { Requirement($0) }
    literals = try LiteralScan(requirements)
    func set(_ isMember: (Int) -> Bool) -> BitSet {
      gates.indices.reduce(into: BitSet(count: gates.count)) { if isMember($1) { $0.insert($1) } }
    }
    gatesOfKind = ValueKind.allCases.map { kind in set { links[$0].looksAt(kind) } }
    let nodes = program.tree.nodes.indices
    let gatesAt = nodes.map { node in set { links[$0].sees(node) } }
    var below = gatesAt
    for node in nodes.reversed() where node > 0 { below[program.tree.nodes[node].parent].formUnion(below[node]) }
    self.gatesAt = gatesAt
    gatesBelow = below
    gatesByLength = (0...32).map { [requirements] length in
      set { requirements[$0].shortest <= length || length == 32 }
    }
    gatesOfChain = program.chains.map { $0.links.compactMap(\.gate) }
    self.gates = gates
    var names: [[UInt8]] = []
    countsOfChain = program.chains.map { $0.links.compactMap { $0.headerCount(&names) } }
    countedNames = names
    countingChains = program.chains.indices.filter { [gatesOfChain, countsOfChain] in
      gatesOfChain[$0].isEmpty && !countsOfChain[$0].isEmpty
    }
    isTail = program.chains.map { chain in
      chain.links.allSatisfy { link in
        link.gate == nil
          && link.sources.allSatisfy { source in
            switch source.place {
            case .tx, .constant, .nothing: true
            default: false
            }
          }
      }
    }
    decidesAlone = program.chains.indices.map { program.decidesAlone($0) }
  }
}

extension Link {
  fileprivate func looksAt(_ kind: ValueKind) -> Bool {
    sources.contains { source in
      switch source.place {
      case .request(kind), .part(kind, _): !source.counts
      default: false
      }
    }
  }

  fileprivate func sees(_ node: Int) -> Bool {
    stages.isEmpty ? self.node == node : node == TransformationTree.root || stages.contains(node)
  }

  /// Nil for a link that does anything else than count the headers of one name.
  fileprivate func headerCount(_ names: inout [[UInt8]]) -> ScreeningPlan.Count? {
    guard sources.count == 1, sources[0].counts, sources[0].place == .request(.headers),
      case .name(let name) = sources[0].selector, let argument = op.template?.constant
    else { return nil }
    let data = MatchData(groups: 1)
    let matches = (0...2).map { count in
      var groups = 0
      let text = Array(String(count).utf8) + [0]
      return text.withUnsafeBufferPointer {
        op.matches($0.baseAddress!, text.count - 1, argument: argument, data: data, groups: &groups)
      } != negated
    }
    let place = names.firstIndex(of: name) ?? names.count
    if place == names.count { names.append(name) }
    return ScreeningPlan.Count(name: place, matches: matches)
  }
}

extension RuleProgram {
  /// Whether a chain looks at the request in its first link only and afterwards at nothing but what this left behind,
  /// so that it matches only where it matches one of the values alone.
  fileprivate func decidesAlone(_ index: Int) -> Bool {
    let chain = chains[index]
    guard chain.links.count > 1, chain.links[0].gate != nil, !chain.isForeign, !chain.multiMatch,
      !chain.readsMatchedList || chain.clearsMatched
    else { return false }
    return chain.links.dropFirst().allSatisfy { link in
      link.gate == nil && !link.sources.isEmpty
        && link.sources.allSatisfy { source in
          switch source.place {
          case .matchedVar, .matchedVarName, .matchedVars, .matchedVarsNames: !source.counts
          case .tx: !source.counts && isWrittenOnly(by: index, source.selector)
          default: false
          }
        }
    }
  }

  /// Whether no other chain writes a TX variable that the selector means.
  private func isWrittenOnly(by index: Int, _ selector: Source.Selector) -> Bool {
    let data = MatchData(groups: 64)
    return chains.indices.allSatisfy { other in
      other == index
        || chains[other].links.flatMap(\.assignments).allSatisfy { assignment in
          switch assignment.target {
          case .name(let number): !selector.takes(Array(names.all[number].utf8), data)
          case .template(let template):
            if case .text(let prefix)? = template.pieces.first { !selector.mayMean(prefix) } else { false }
          }
        }
    }
  }
}

extension Source.Selector {
  /// Whether a name that begins like this could be meant.
  fileprivate func mayMean(_ prefix: [UInt8]) -> Bool {
    switch self {
    case .all: true
    case .name(let name): name.starts(with: prefix.map(lowered))
    case .pattern(let pattern):
      pattern.source.lowercased().contains(String(decoding: prefix, as: UTF8.self).lowercased())
        || !pattern.source.utf8.contains { isLetter($0) }
    }
  }
}
