/// Finds, value by value, which gates are open; one per worker.
///
/// A text is scanned once for all links that would see it unchanged; where a transformation changes it, the result is
/// scanned for the links behind that transformation. What the scan lets through is confirmed with the rule's own
/// operator, so an open gate is a link that matches.
final class Screen {
  private let plan: ScreeningPlan
  private let table: ScreeningTable
  private let evaluator: Evaluator
  private let values: RequestValues
  private let derived: DerivedTexts
  private let hits: LiteralHits
  let width: Int
  /// The open gates of all values together.
  let open: UnsafeMutablePointer<UInt64>
  private let candidates: UnsafeMutablePointer<UInt64>
  /// What the text at each depth of the tree fulfils.
  private let levels: UnsafeMutablePointer<UInt64>
  /// What the whole of an ordinary target fulfils.
  private let whole: UnsafeMutablePointer<UInt64>
  private let masks: MaskTable
  /// Matching gates by value, `width` words each.
  private var rows: [UInt64] = []
  private let steady: SteadyValues

  private static let deepest = 24

  init(_ plan: ScreeningPlan, _ table: ScreeningTable, _ evaluator: Evaluator) {
    self.plan = plan
    self.table = table
    self.evaluator = evaluator
    values = evaluator.values
    derived = evaluator.derived
    hits = LiteralHits(plan.literals)
    width = table.width
    open = .allocate(capacity: width + 1)
    candidates = .allocate(capacity: width + 1)
    levels = .allocate(capacity: width * Self.deepest + 1)
    whole = .allocate(capacity: width + 1)
    whole.initialize(repeating: 0, count: width + 1)
    open.initialize(repeating: 0, count: width + 1)
    candidates.initialize(repeating: 0, count: width + 1)
    levels.initialize(repeating: 0, count: width * Self.deepest + 1)
    masks = MaskTable(plan.requirements, width: width)
    steady = SteadyValues(width: width)
  }

  deinit {
    open.deallocate()
    candidates.deallocate()
    levels.deallocate()
    whole.deallocate()
  }

  /// Screens all loaded values; `open` and `isOpen` speak of them afterwards.
  func run() {
    open.update(repeating: 0, count: width)
    rows.removeAll(keepingCapacity: true)
    for value in 0..<values.all.count {
      screen(value)
      for word in 0..<width { rows.append(candidates[word]) }
    }
  }

  private func screen(_ value: Int) {
    let kind = Int(values.all[value].kind.rawValue)
    candidates.update(repeating: 0, count: width)
    scan(value, TransformationTree.root, kind, level: 0)
    visit(value, TransformationTree.root, kind, level: 0)
    confirm(value, kind)
  }

  // MARK: a request line of little

  /// Screens the loaded values of a request line; only `open` speaks of them afterwards.
  func runLine(_ shape: TargetShape) {
    switch shape {
    case .other: run()
    case .ordinary: runOrdinary()
    case .escaped: runEscaped()
    }
  }

  private func runOrdinary() {
    open.update(repeating: 0, count: width)
    guard let target = values.all.firstIndex(where: { $0.kind == .uriRaw }) else { return }
    scan(target, TransformationTree.root, ScreeningTable.anyPiece, level: 0)
    whole.update(from: levels, count: width)
    for value in 0..<values.all.count {
      if values.all[value].kind.isOfTarget { screenPiece(value) } else { screenOther(value) }
    }
  }

  private func runEscaped() {
    open.update(repeating: 0, count: width)
    let count = values.all.count
    candidates.update(repeating: 0, count: width)
    if let query = values.addWholeQuery() {
      scan(query, TransformationTree.root, ScreeningTable.anyArgument, level: 0)
      visit(query, TransformationTree.root, ScreeningTable.anyArgument, level: 0)
    }
    whole.update(from: candidates, count: width)
    for value in 0..<count {
      if values.all[value].kind.isOfArguments { screenPiece(value) } else { screenOther(value) }
    }
  }

  private func screenOther(_ value: Int) {
    let other = values.all[value]
    guard SteadyValues.concern(other.kind) else { return screen(value) }
    let text = UnsafeBufferPointer(start: values.arena.pointer(other.text), count: Int(other.text.count))
    steady.add(other.kind, text, to: open) { screen(value) }
  }

  /// A piece can fulfil only what the whole fulfils, unless it is decoded into something else.
  private func screenPiece(_ value: Int) {
    let piece = values.all[value]
    let kind = Int(piece.kind.rawValue)
    let wanted = table.ofKind + kind * width
    let mask = masks.row(of: piece.classes)
    let long = table.byLength + min(Int(piece.text.count), ScreeningTable.longest) * width
    for word in 0..<width { candidates[word] = whole[word] & wanted[word] & long[word] & mask[word] }
    for node in table.remaking {
      let below = table.below + Int(node) * width
      guard (0..<width).contains(where: { wanted[$0] & below[$0] != 0 }) else { continue }
      scan(value, Int(node), kind, level: 0)
      visit(value, Int(node), kind, level: 0)
    }
    confirm(value, kind)
  }

  /// Whether a link matches a value.
  func isOpen(_ gate: Int, _ value: Int) -> Bool {
    rows[value * width + (gate >> 6)] >> UInt64(gate & 63) & 1 != 0
  }

  // MARK: scanning

  /// Notes in a level's words which gates at or below a node have their requirements fulfilled by its text.
  private func scan(_ value: Int, _ node: Int, _ kind: Int, level: Int) {
    let entry = derived.entry(of: value, at: node)
    let count = Int(entry.slice.count)
    let wanted = table.ofKind + kind * width
    let below = table.below + node * width
    let long = table.byLength + min(count, ScreeningTable.longest) * width
    let mask = masks.row(of: entry.classes)
    let found = levels + level * width
    var asksForLiterals: UInt64 = 0
    for word in 0..<width {
      let left = wanted[word] & below[word] & long[word] & mask[word]
      found[word] = left
      asksForLiterals |= left & ~(mask[width + word] & mask[2 * width + word])
    }
    guard asksForLiterals != 0 else { return }
    hits.find(in: values.arena.pointer(entry.slice), count)
    for word in 0..<width {
      found[word] &= (mask[width + word] | hits.words[word]) & (mask[2 * width + word] | hits.words[width + word])
    }
  }

  /// Collects the candidates at a node and below it. `level` holds what the last scanned text fulfils.
  private func visit(_ value: Int, _ node: Int, _ kind: Int, level: Int) {
    let found = levels + level * width
    let at = table.at + node * width
    for word in 0..<width { candidates[word] |= found[word] & at[word] }
    let first = table.firstChild + kind * table.nodeCount + node
    guard first[0] < first[1] else { return }
    let classes = derived.entry(of: value, at: node).classes
    for place in first[0]..<first[1] {
      let child = Int(table.children[Int(place)])
      if classes.meets(table.changes[child]) {
        scan(value, child, kind, level: level + 1)
        visit(value, child, kind, level: level + 1)
      } else if classes.meets(table.changesBelow[child]) || fulfilsAny(found, below: child) {
        // The text stays as it is, and so does what it fulfils.
        visit(value, child, kind, level: level)
      }
    }
  }

  private func fulfilsAny(_ found: UnsafeMutablePointer<UInt64>, below node: Int) -> Bool {
    let below = table.below + node * width
    for word in 0..<width where found[word] & below[word] != 0 { return true }
    return false
  }

  // MARK: confirming

  /// Keeps the candidates that match. A gate counts as open only if the value also satisfies what follows in a chain
  /// that one value decides; the others stay in the row, since they make the last match uncertain.
  private func confirm(_ value: Int, _ kind: Int) {
    for word in 0..<width {
      var left = candidates[word]
      while left != 0 {
        let bit = left & (0 &- left)
        let gate = word << 6 | left.trailingZeroBitCount
        left &= left &- 1
        let isWhole = table.wholeKinds[gate] >> UInt32(kind) & 1 != 0
        if !evaluator.isMatch(gate: gate, value: value, isWanted: isWhole) {
          candidates[word] &= ~bit
        } else if evaluator.decides(gate: gate, value: value) {
          open[word] |= bit
        }
      }
    }
  }
}

/// Which gates the kinds of bytes in a text leave open, remembered by kinds: there are few combinations.
final class MaskTable {
  private let requirements: [Requirement]
  private let width: Int
  private let keys: UnsafeMutablePointer<UInt64>
  /// By slot: gates whose byte kinds are all there, then gates without a need for literals in the first clause, then in
  /// the second.
  private let words: UnsafeMutablePointer<UInt64>

  private static let slots = 2048

  init(_ requirements: [Requirement], width: Int) {
    self.requirements = requirements
    self.width = width
    keys = .allocate(capacity: Self.slots)
    // A set of kinds never has the highest bit.
    keys.initialize(repeating: .max, count: Self.slots)
    words = .allocate(capacity: Self.slots * 3 * width + 1)
    words.initialize(repeating: 0, count: Self.slots * 3 * width + 1)
  }

  deinit {
    keys.deallocate()
    words.deallocate()
  }

  /// The three sets for a text with these kinds of bytes, one after the other.
  func row(of classes: ByteClasses) -> UnsafeMutablePointer<UInt64> {
    let slot = Int(truncatingIfNeeded: (classes.rawValue &* 0x9e37_79b9_7f4a_7c15) >> 53)
    let row = words + slot * 3 * width
    if keys[slot] != classes.rawValue {
      keys[slot] = classes.rawValue
      fill(row, classes)
    }
    return row
  }

  private func fill(_ row: UnsafeMutablePointer<UInt64>, _ classes: ByteClasses) {
    row.update(repeating: 0, count: 3 * width)
    for (gate, requirement) in requirements.enumerated() {
      let word = gate >> 6
      let bit: UInt64 = 1 << UInt64(gate & 63)
      if requirement.classes.allSatisfy({ $0.meets(classes) }) { row[word] |= bit }
      for clause in 0..<2
      where requirement.clauses.count <= clause || requirement.clauses[clause].classes.meets(classes) {
        row[word + (clause + 1) * width] |= bit
      }
    }
  }
}
