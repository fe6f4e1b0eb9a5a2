/// The rules of one paranoia level with everything decided that does not depend on the request: what is left of some
/// 600 rules are the chains that look at a request, in the order in which they run.
struct RuleProgram: Sendable {
  var chains: [Chain]
  /// The transformation tree.
  var tree: TransformationTree
  var names: Names
  /// TX variables before the first chain.
  var initial: [[UInt8]?]
  /// The number of `tx.anomaly_score`.
  var score: Int
  /// Rules read from the files, chained ones included.
  var ruleCount: Int
}

/// All transformation pipelines as one tree, so that pipelines share what they begin with.
struct TransformationTree: Sendable {
  struct Node: Sendable {
    var parent: Int
    var transformation: Transformation
    var children: [Int] = []
  }

  /// Node 0 is the text itself.
  private(set) var nodes = [Node(parent: 0, transformation: .lowercase)]

  static let root = 0

  /// By node: the kinds of bytes that some transformation behind it would change. Folding case does not count, because
  /// screening ignores case.
  var changesBelow: [ByteClasses] {
    var changes = [ByteClasses](repeating: [], count: nodes.count)
    for node in nodes.indices.reversed() where node > 0 {
      changes[nodes[node].parent].formUnion(changes[node].union(nodes[node].transformation.changes))
    }
    return changes
  }

  /// The nodes whose transformation makes another text of any text, and that have no such node before them.
  var remaking: [Int] {
    func remakes(_ node: Int) -> Bool { node != Self.root && nodes[node].transformation.touches == nil }
    func isBehindOne(_ node: Int) -> Bool {
      node != Self.root && (remakes(nodes[node].parent) || isBehindOne(nodes[node].parent))
    }
    return nodes.indices.filter { remakes($0) && !isBehindOne($0) }
  }

  /// The node for a pipeline.
  mutating func node(_ pipeline: [Transformation]) -> Int {
    path(pipeline).last ?? Self.root
  }

  /// The nodes a pipeline passes, the root not included.
  mutating func path(_ pipeline: [Transformation]) -> [Int] {
    var at = Self.root
    return pipeline.map { transformation in
      if let known = nodes[at].children.first(where: { nodes[$0].transformation == transformation }) {
        at = known
      } else {
        nodes.append(Node(parent: at, transformation: transformation))
        nodes[at].children.append(nodes.count - 1)
        at = nodes.count - 1
      }
      return at
    }
  }
}
