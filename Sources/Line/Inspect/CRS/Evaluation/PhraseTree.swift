/// Many phrases looked for at once, as libmodsecurity's `@pm` does it: an automaton whose way back after a mismatch
/// looks only one step up, so that some phrases inside a longer half-match are missed. Kept, because verdicts must
/// agree.
///
/// ASCII case does not matter; phrases with bytes above 127 never match.
final class PhraseTree: Sendable {
  let phrases: [[UInt8]]
  private let nodes: [Node]
  /// Children of all nodes: sorted by (node, letter), found through `first` and `count`.
  private let edges: [Edge]
  /// The root's child for each letter, 0 for none: most bytes of most texts end here.
  private let fromRoot: [Int32]

  private struct Node {
    var first: Int32 = 0
    var count: Int32 = 0
    var back: Int32 = 0
    var ends = false
    /// A phrase ends at some node further back.
    var endsBehind = false
  }

  private struct Edge {
    var letter: Int16
    var node: Int32
  }

  private struct Growing {
    var children: [(letter: Int16, node: Int)] = []
    var parent = 0
    var letter: Int16 = 0
    var ends = false
    var back = 0
    var endsBehind = false

    func child(_ letter: Int16) -> Int? { children.first { $0.letter == letter }?.node }
  }

  init(_ phrases: [[UInt8]]) {
    self.phrases = phrases
    var tree = [Growing()]
    for phrase in phrases where !phrase.isEmpty { Self.add(phrase, to: &tree) }
    Self.connect(&tree)
    var nodes: [Node] = []
    var edges: [Edge] = []
    for grown in tree {
      var node = Node(ends: grown.ends, endsBehind: grown.endsBehind)
      node.first = Int32(edges.count)
      node.count = Int32(grown.children.count)
      node.back = Int32(grown.back)
      nodes.append(node)
      edges += grown.children.sorted { $0.letter < $1.letter }.map { Edge(letter: $0.letter, node: Int32($0.node)) }
    }
    var fromRoot = [Int32](repeating: 0, count: 256)
    for edge in tree[0].children where edge.letter >= 0 { fromRoot[Int(edge.letter)] = Int32(edge.node) }
    self.nodes = nodes
    self.edges = edges
    self.fromRoot = fromRoot
  }

  /// Letters of phrases are signed, those of texts are not: above 127 they never meet.
  private static func add(_ phrase: [UInt8], to tree: inout [Growing]) {
    var at = 0
    for byte in phrase {
      let letter = Int16(Int8(bitPattern: lowered(byte)))
      if let known = tree[at].child(letter) {
        at = known
      } else {
        tree.append(Growing(parent: at, letter: letter))
        tree[at].children.append((letter, tree.count - 1))
        at = tree.count - 1
      }
    }
    tree[at].ends = true
  }

  private static func connect(_ tree: inout [Growing]) {
    var order: [Int] = [0]
    var next = 0
    while next < order.count {
      order += tree[order[next]].children.map(\.node)
      next += 1
    }
    for node in order.dropFirst() where tree[node].parent != 0 {
      let parent = tree[node].parent
      tree[node].back = tree[tree[parent].back].child(tree[node].letter) ?? 0
    }
    for node in order.dropFirst() {
      var behind = tree[node].back
      while behind != 0, !tree[behind].ends { behind = tree[behind].back }
      tree[node].endsBehind = behind != 0
    }
  }

  /// Whether the automaton finds a phrase in the text.
  func matches(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
    nodes.withUnsafeBufferPointer { nodes in
      edges.withUnsafeBufferPointer { edges in
        fromRoot.withUnsafeBufferPointer { fromRoot in
          var at = 0
          for index in 0..<count {
            let letter = lowered(text[index])
            var next = Self.child(at, letter, nodes, edges, fromRoot)
            while next == 0, at != 0 {
              at = Int(nodes[at].back)
              next = Self.child(at, letter, nodes, edges, fromRoot)
            }
            if next != 0 {
              if nodes[next].ends { return true }
              at = next
            }
            if nodes[at].endsBehind { return true }
          }
          return false
        }
      }
    }
  }

  @inline(__always)
  private static func child(
    _ node: Int, _ letter: UInt8, _ nodes: UnsafeBufferPointer<Node>, _ edges: UnsafeBufferPointer<Edge>,
    _ fromRoot: UnsafeBufferPointer<Int32>
  ) -> Int {
    if node == 0 { return Int(fromRoot[Int(letter)]) }
    let first = Int(nodes[node].first)
    for index in first..<first + Int(nodes[node].count) where edges[index].letter == Int16(letter) {
      return Int(edges[index].node)
    }
    return 0
  }

  /// The phrases of an `@pm` argument: words between blanks, after `|HH|` and backslash escapes.
  ///
  /// libmodsecurity writes the unescaped text over the escaped one and forgets to cut it, so the tail stays.
  static func words(_ argument: String) -> [[UInt8]] {
    let given = Array(argument.utf8)
    var text = Array(given.drop { $0 == 32 || $0 == 9 })
    if text.count > 1, text.first == UInt8(ascii: "\""), text.last == UInt8(ascii: "\"") {
      text = Array(text.dropFirst().dropLast())
    }
    return (unescaped(text) ?? given).split(whereSeparator: isBlank).map(Array.init)
  }

  private static func unescaped(_ given: [UInt8]) -> [UInt8]? {
    var text = given
    var used = 0
    var inHex = false
    var isEscaped = false
    var digits: [UInt8] = []
    for byte in given {
      if byte == UInt8(ascii: "|") {
        inHex.toggle()
      } else if !isEscaped, byte == UInt8(ascii: "\\") {
        isEscaped = true
      } else if inHex {
        // Only letters are taken for digits here: the comparison with 0…9 is with the bytes of those values.
        guard byte <= 9 || isLetter(byte) && isHexDigit(byte) else { continue }
        digits.append(byte)
        if digits.count == 2 {
          text[used] = digits.withUnsafeBufferPointer { hexByte($0.baseAddress!) }
          used += 1
          digits = []
        }
      } else {
        if isEscaped, !":;\\\"".utf8.contains(byte) { return nil }
        isEscaped = false
        text[used] = byte
        used += 1
      }
    }
    return text
  }
}
