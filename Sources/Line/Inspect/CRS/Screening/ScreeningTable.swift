/// The plan's sets at fixed addresses: the loops over a text touch no array and count no references.
///
/// Every set is `width` words long.
final class ScreeningTable: @unchecked Sendable {
  // Written once in `init`, read-only afterwards.
  let width: Int
  let ofKind: UnsafeMutablePointer<UInt64>
  let at: UnsafeMutablePointer<UInt64>
  let below: UnsafeMutablePointer<UInt64>
  let byLength: UnsafeMutablePointer<UInt64>
  /// By kind and node: where the children that matter to the kind begin in `children`, and after the last their end.
  let firstChild: UnsafeMutablePointer<Int32>
  let children: UnsafeMutablePointer<Int32>
  /// What a node's own transformation changes, and what those behind it change.
  let changes: UnsafeMutablePointer<ByteClasses>
  let changesBelow: UnsafeMutablePointer<ByteClasses>
  let chainOfGate: UnsafeMutablePointer<Int32>
  /// By chain: the gates that must all be open, what must have been recorded, and its counted headers.
  let gatesOfChain: UnsafeMutablePointer<UInt64>
  let needs: UnsafeMutablePointer<Knowledge>
  let firstCount: UnsafeMutablePointer<Int32>
  let counts: UnsafeMutablePointer<Count>
  let countingChains: UnsafeMutableBufferPointer<Int32>
  /// By gate: kinds of which every value is looked at, as bits.
  let wholeKinds: UnsafeMutablePointer<UInt32>
  let nodeCount: Int
  /// Nodes that make another text of any text (base64, a length), none of them behind another.
  let remaking: UnsafeMutableBufferPointer<Int32>
  private let memory: [UnsafeMutableRawPointer]

  static let longest = 32
  /// Stand for several kinds at once, behind the last of them.
  static let anyArgument = ValueKind.allCases.count
  static let anyPiece = ValueKind.allCases.count + 1

  /// A counted header and, as bits, whether none, one, two or more of it match.
  struct Count {
    var name: Int32
    var matches: UInt8
  }

  init(_ plan: ScreeningPlan, _ program: RuleProgram) {
    width = (plan.gates.count + 63) / 64
    let nodes = program.tree.nodes
    nodeCount = nodes.count
    let kinds = plan.gatesOfKind + [plan.gates(ofKinds: \.isOfArguments), plan.gates(ofKinds: \.isOfTarget)]
    ofKind = Self.lay(kinds.flatMap(\.words))
    at = Self.lay(plan.gatesAt.flatMap(\.words))
    below = Self.lay(plan.gatesBelow.flatMap(\.words))
    byLength = Self.lay(plan.gatesByLength.flatMap(\.words))
    var first: [Int32] = []
    var all: [Int32] = []
    for kind in kinds {
      for node in nodes {
        first.append(Int32(all.count))
        all += node.children.filter { plan.gatesBelow[$0].meets(kind) }.map(Int32.init)
      }
    }
    firstChild = Self.lay(first + [Int32(all.count)])
    children = Self.lay(all)
    changes = Self.lay(nodes.map(\.transformation.changes))
    changesBelow = Self.lay(program.tree.changesBelow)
    wholeKinds = Self.lay(plan.gates.map { program.chains[$0.chain].wholeKinds(of: $0.link) })
    chainOfGate = Self.lay(plan.gates.map { Int32($0.chain) })
    gatesOfChain = Self.lay(
      plan.gatesOfChain.flatMap { gates in
        gates.reduce(into: BitSet(count: plan.gates.count)) { $0.insert($1) }.words
      })
    needs = Self.lay(program.chains.map(\.needs))
    var firstCount: [Int32] = []
    var counts: [Count] = []
    for chain in plan.countsOfChain {
      firstCount.append(Int32(counts.count))
      counts += chain.map { count in
        let bits = (0...2).reduce(UInt8(8)) { $0 | (count.matches[$1] ? 1 << UInt8($1) : 0) }
        return Count(name: Int32(count.name), matches: bits)
      }
    }
    self.firstCount = Self.lay(firstCount + [Int32(counts.count)])
    self.counts = Self.lay(counts)
    let counting = plan.countingChains.map(Int32.init)
    countingChains = UnsafeMutableBufferPointer(start: Self.lay(counting), count: counting.count)
    let remaking = program.tree.remaking.map(Int32.init)
    self.remaking = UnsafeMutableBufferPointer(start: Self.lay(remaking), count: remaking.count)
    memory = [
      UnsafeMutableRawPointer(self.remaking.baseAddress!),
      UnsafeMutableRawPointer(chainOfGate), UnsafeMutableRawPointer(gatesOfChain), UnsafeMutableRawPointer(needs),
      UnsafeMutableRawPointer(self.firstCount), UnsafeMutableRawPointer(self.counts),
      UnsafeMutableRawPointer(countingChains.baseAddress!),
      UnsafeMutableRawPointer(ofKind), UnsafeMutableRawPointer(at), UnsafeMutableRawPointer(below),
      UnsafeMutableRawPointer(byLength), UnsafeMutableRawPointer(firstChild), UnsafeMutableRawPointer(children),
      UnsafeMutableRawPointer(changes), UnsafeMutableRawPointer(changesBelow), UnsafeMutableRawPointer(wholeKinds),
    ]
  }

  deinit { memory.forEach { $0.deallocate() } }

  /// Whether every link of a chain that could be screened is open, and enough is known to ask it.
  func mayMatch(
    _ chain: Int, _ open: UnsafePointer<UInt64>, _ found: UnsafePointer<Int>, _ knows: Knowledge
  ) -> Bool {
    let gates = gatesOfChain + chain * width
    for word in 0..<width where gates[word] & ~open[word] != 0 { return false }
    for place in firstCount[chain]..<firstCount[chain + 1] {
      let count = counts[Int(place)]
      if count.matches >> UInt8(min(found[Int(count.name)], 3)) & 1 == 0 { return false }
    }
    return needs[chain].isSubset(of: knows)
  }

  private static func lay<T>(_ values: [T]) -> UnsafeMutablePointer<T> {
    let place = UnsafeMutablePointer<T>.allocate(capacity: values.count + 1)
    place.initialize(from: values, count: values.count)
    return place
  }
}

extension Chain {
  /// The kinds of which a link looks at every value, whatever its name and wherever it comes from.
  fileprivate func wholeKinds(of link: Int) -> UInt32 {
    guard phase != 1 else { return 0 }
    return links[link].sources.reduce(0) { kinds, source in
      guard case .request(let kind) = source.place, !source.counts else { return kinds }
      guard case .all = source.selector, source.excluded.isEmpty else { return kinds }
      return kinds | 1 << UInt32(kind.rawValue)
    }
  }
}
