import Model

/// All conditions of a set as one table of nodes over numbered tests, and in which stage each test is worked out.
///
/// Cheap columns come first, so that the dear ones are looked at only in rows where they can still decide.
struct ConditionPlan: Sendable {
  enum Kind: UInt8, Sendable { case and, or, xor, not, test }

  struct Node: Sendable {
    var kind: Kind
    /// The first child's place in `children`, and how many there are.
    var first = 0
    var count = 0
    var test = 0
    /// One bit for each stage that has a test below this node.
    var stages: UInt64 = 0
  }

  private(set) var nodes: [Node] = []
  private(set) var children: [Int] = []
  /// One node for each condition.
  private(set) var roots: [Int] = []
  private(set) var depth = 1
  /// Stages all of whose rows matter to some condition, whatever the earlier stages found.
  private(set) var fullyNeeded: UInt64 = 0

  init(_ conditions: [Condition], numbers: [ConditionTest: Int], stage: [Int]) {
    for condition in conditions { roots.append(add(condition, numbers, stage, depth: 1)) }
    for bit in 0..<64 {
      let stage: UInt64 = 1 << UInt64(bit)
      if roots.contains(where: { nodes[$0].stages & stage != 0 && !isRestricted($0, stage) }) { fullyNeeded |= stage }
    }
  }

  private mutating func add(_ condition: Condition, _ numbers: [ConditionTest: Int], _ stage: [Int], depth: Int) -> Int
  {
    self.depth = max(self.depth, depth)
    var node: Node
    var parts: [Condition] = []
    switch condition {
    case .and(let list): (node, parts) = (Node(kind: .and), list)
    case .or(let list): (node, parts) = (Node(kind: .or), list)
    case .xor(let list): (node, parts) = (Node(kind: .xor), list)
    case .not(let part): (node, parts) = (Node(kind: .not), [part])
    case .test(let test):
      node = Node(kind: .test, test: numbers[test]!)
      node.stages = 1 << UInt64(stage[node.test])
    }
    var places = parts.map { add($0, numbers, stage, depth: depth + 1) }
    // Plain tests first: when one of them is never true, the rest of an `and` is not worth looking at.
    places.sort { nodes[$0].kind.rawValue > nodes[$1].kind.rawValue }
    for place in places { node.stages |= nodes[place].stages }
    node.first = children.count
    node.count = places.count
    children += places
    nodes.append(node)
    return nodes.count - 1
  }

  /// Whether every test of `stage` below the node stands in an `and` beside something that earlier stages settle.
  private func isRestricted(_ place: Int, _ stage: UInt64) -> Bool {
    let node = nodes[place]
    if node.kind == .test { return false }
    let below = children[node.first..<(node.first + node.count)]
    if node.kind == .and, below.contains(where: { nodes[$0].stages != 0 && nodes[$0].stages < stage }) { return true }
    return below.allSatisfy { nodes[$0].stages & stage == 0 || isRestricted($0, stage) }
  }
}

/// Combines the bits of tests into the bits of conditions.
struct PlanRun {
  let nodes: UnsafeBufferPointer<ConditionPlan.Node>
  let children: UnsafeBufferPointer<Int>
  let bits: TestBits
  /// One bitmap a level.
  let levels: UnsafeMutablePointer<UInt64>
  let rows: Int

  private var words: Int { bits.wordCount }

  func fillOnes(_ target: UnsafeMutablePointer<UInt64>) {
    target.update(repeating: ~0, count: words)
    cutTail(target)
  }

  private func cutTail(_ target: UnsafeMutablePointer<UInt64>) {
    if rows & 63 != 0 { target[words - 1] &= ~0 >> UInt64(64 - rows & 63) }
  }

  private func isEmpty(_ target: UnsafePointer<UInt64>) -> Bool {
    for word in 0..<words where target[word] != 0 { return false }
    return true
  }

  /// Writes the rows for which the node holds.
  func fill(_ place: Int, _ target: UnsafeMutablePointer<UInt64>, level: Int) {
    let node = nodes[place]
    switch node.kind {
    case .test:
      if bits.isSet[node.test] {
        target.update(from: bits.of(node.test), count: words)
      } else {
        target.update(repeating: 0, count: words)
      }
    case .not:
      fill(children[node.first], target, level: level + 1)
      for word in 0..<words { target[word] = ~target[word] }
      cutTail(target)
    case .and: fillAnd(node, target, level: level)
    case .or, .xor:
      target.update(repeating: 0, count: words)
      for index in node.first..<(node.first + node.count) {
        guard let part = part(children[index], level: level) else { continue }
        if node.kind == .or {
          for word in 0..<words { target[word] |= part[word] }
        } else {
          for word in 0..<words { target[word] ^= part[word] }
        }
      }
    }
  }

  private func fillAnd(_ node: ConditionPlan.Node, _ target: UnsafeMutablePointer<UInt64>, level: Int) {
    fillOnes(target)
    for index in node.first..<(node.first + node.count) {
      let child = nodes[children[index]]
      if child.kind == .test, !bits.isSet[child.test] { return target.update(repeating: 0, count: words) }
    }
    for index in node.first..<(node.first + node.count) {
      if index > node.first, isEmpty(target) { return }
      guard let part = part(children[index], level: level) else { return target.update(repeating: 0, count: words) }
      for word in 0..<words { target[word] &= part[word] }
    }
  }

  /// The rows of a child, without copying those of a test; nil where there are none for certain.
  private func part(_ place: Int, level: Int) -> UnsafePointer<UInt64>? {
    let node = nodes[place]
    if node.kind == .test { return bits.isSet[node.test] ? UnsafePointer(bits.of(node.test)) : nil }
    let own = levels + (level + 1) * words
    fill(place, own, level: level + 1)
    return UnsafePointer(own)
  }

  /// Adds to `need` the rows in which tests of `stage` can still matter to the node, given what earlier stages found.
  ///
  /// `mask` lies at level `level`: the rows in which the node itself matters.
  func addNeed(_ place: Int, stage: UInt64, mask: UnsafePointer<UInt64>, level: Int, need: UnsafeMutablePointer<UInt64>)
  {
    let node = nodes[place]
    if node.stages & stage == 0 { return }
    if node.kind == .test {
      for word in 0..<words { need[word] |= mask[word] }
      return
    }
    let below = node.first..<(node.first + node.count)
    guard node.kind == .and, below.contains(where: { isSettled(nodes[children[$0]], stage) }) else {
      for index in below { addNeed(children[index], stage: stage, mask: mask, level: level, need: need) }
      return
    }
    let own = levels + (level + 1) * words
    own.update(from: mask, count: words)
    for index in below where isSettled(nodes[children[index]], stage) {
      guard let part = part(children[index], level: level + 1) else { return }
      for word in 0..<words { own[word] &= part[word] }
    }
    if isEmpty(own) { return }
    for index in below { addNeed(children[index], stage: stage, mask: own, level: level + 1, need: need) }
  }

  private func isSettled(_ node: ConditionPlan.Node, _ stage: UInt64) -> Bool {
    node.stages != 0 && node.stages < stage
  }
}
