/// Finds, value by value, which gates are open; one per worker.
///
/// A text is scanned once for all links that would see it unchanged; where a transformation changes it, the result is
/// scanned for the links behind that transformation. What the scan lets through is confirmed with the rule's own
/// operator, so an open gate is a link that matches.
final class Screen {
  private let plan: ScreeningPlan
  private let evaluator: Evaluator
  private let tree: TransformationTree
  private let changesBelow: [ByteClasses]
  private let hits: LiteralHits
  private let width: Int
  /// Open gates by value, `width` words each.
  private var rows: [UInt64] = []
  private var candidates: [UInt64]
  private var levels: [UInt64]
  private var masks: MaskTable

  init(_ plan: ScreeningPlan, _ evaluator: Evaluator) {
    self.plan = plan
    self.evaluator = evaluator
    tree = evaluator.program.tree
    changesBelow = tree.changesBelow
    hits = LiteralHits(plan.literals)
    width = hits.width
    candidates = Array(repeating: 0, count: width)
    levels = Array(repeating: 0, count: width * 24)
    masks = MaskTable(plan.requirements, width: width)
  }

  /// The open gates of all loaded values together.
  func openGates() -> BitSet {
    var open = BitSet(count: plan.gates.count)
    rows.removeAll(keepingCapacity: true)
    for value in evaluator.values.all.indices {
      find(value)
      confirm(value, &open)
      rows.append(contentsOf: candidates)
    }
    return open
  }

  /// Whether a gate is open for a value, after `openGates`.
  func isOpen(_ gate: Int, _ value: Int) -> Bool {
    rows[value * width + (gate >> 6)] >> UInt64(gate & 63) & 1 != 0
  }

  // MARK: scanning

  private func find(_ value: Int) {
    let wanted = plan.gatesOfKind[Int(evaluator.values.all[value].kind.rawValue)]
    for word in 0..<width { candidates[word] = 0 }
    scan(value, TransformationTree.root, wanted, level: 0)
    visit(value, TransformationTree.root, wanted, level: 0)
  }

  /// Puts the gates below a node whose requirements its text fulfils into a level's words.
  private func scan(_ value: Int, _ node: Int, _ wanted: BitSet, level: Int) {
    let entry = evaluator.derived.entry(of: value, at: node)
    let count = Int(entry.slice.count)
    let below = plan.gatesBelow[node]
    let long = plan.gatesByLength[min(count, plan.gatesByLength.count - 1)]
    let mask = masks.row(of: entry.classes)
    let start = level * width
    var asksForLiterals: UInt64 = 0
    for word in 0..<width {
      let open = wanted.words[word] & below.words[word] & long.words[word] & masks.words[mask + word]
      levels[start + word] = open
      asksForLiterals |= open & ~(masks.words[mask + width + word] & masks.words[mask + 2 * width + word])
    }
    if asksForLiterals != 0 {
      hits.find(in: evaluator.values.arena.pointer(entry.slice), count)
      for word in 0..<width {
        levels[start + word] &=
          (masks.words[mask + width + word] | hits.words[word])
          & (masks.words[mask + 2 * width + word] | hits.words[width + word])
      }
    }
  }

  /// Collects the candidates at a node and below it. `level` holds what the last scanned text fulfils.
  private func visit(_ value: Int, _ node: Int, _ wanted: BitSet, level: Int) {
    for word in 0..<width {
      candidates[word] |= levels[level * width + word] & plan.gatesAt[node].words[word] & wanted.words[word]
    }
    let classes = evaluator.derived.entry(of: value, at: node).classes
    for child in tree.nodes[node].children where plan.gatesBelow[child].meets(wanted) {
      if !classes.meets(tree.nodes[child].transformation.changes) {
        // The text stays as it is, and so does what it fulfils.
        if classes.meets(changesBelow[child]) || fulfilsAny(level, below: child) {
          visit(value, child, wanted, level: level)
        }
      } else {
        scan(value, child, wanted, level: level + 1)
        visit(value, child, wanted, level: level + 1)
      }
    }
  }

  private func fulfilsAny(_ level: Int, below node: Int) -> Bool {
    let below = plan.gatesBelow[node]
    for word in 0..<width where levels[level * width + word] & below.words[word] != 0 { return true }
    return false
  }

  // MARK: confirming

  /// Keeps the candidates that match. A gate counts as open only if the value also satisfies what follows in a chain
  /// that one value decides; the others stay in the row, since they make the last match uncertain.
  private func confirm(_ value: Int, _ open: inout BitSet) {
    for word in 0..<width {
      var left = candidates[word]
      while left != 0 {
        let gate = word << 6 | left.trailingZeroBitCount
        left &= left &- 1
        let place = plan.gates[gate]
        if !evaluator.isMatch(chain: place.chain, link: place.link, value: value) {
          candidates[word] &= ~(1 << UInt64(gate & 63))
        } else if !plan.decidesAlone[place.chain] || evaluator.isMatch(chain: place.chain, valueAlone: value) {
          open.insert(gate)
        }
      }
    }
  }
}

/// Which gates the kinds of bytes in a text leave open, remembered by kinds: there are few combinations.
struct MaskTable {
  private let requirements: [Requirement]
  private let width: Int
  private var keys: [UInt64]
  /// By slot: gates whose byte kinds are all there, then gates without a need for literals in the first clause, then in
  /// the second.
  private(set) var words: [UInt64]

  private static let slots = 512

  init(_ requirements: [Requirement], width: Int) {
    self.requirements = requirements
    self.width = width
    // A set of kinds never has the highest bit.
    keys = Array(repeating: UInt64.max, count: Self.slots)
    words = Array(repeating: 0, count: Self.slots * 3 * width)
  }

  /// The place of the first word for a text with these kinds of bytes.
  mutating func row(of classes: ByteClasses) -> Int {
    let slot = Int(truncatingIfNeeded: (classes.rawValue &* 0x9e37_79b9_7f4a_7c15) >> 55)
    let start = slot * 3 * width
    if keys[slot] == classes.rawValue { return start }
    keys[slot] = classes.rawValue
    for word in 0..<3 * width { words[start + word] = 0 }
    for (gate, requirement) in requirements.enumerated() {
      let word = start + (gate >> 6)
      let bit: UInt64 = 1 << UInt64(gate & 63)
      if requirement.classes.allSatisfy({ $0.meets(classes) }) { words[word] |= bit }
      for clause in 0..<2 where requirement.clauses.count <= clause || requirement.clauses[clause].classes.meets(classes) {
        words[word + (clause + 1) * width] |= bit
      }
    }
    return start
  }
}
