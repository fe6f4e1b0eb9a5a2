/// Union-find over 0..<count. Source: Tarjan 1975; union by size with path halving, nearly constant time each.
struct DisjointSets {
  private var parent: [Int]
  private var size: [Int]

  init(count: Int) {
    parent = Array(0..<count)
    size = [Int](repeating: 1, count: count)
  }

  mutating func root(of element: Int) -> Int {
    var element = element
    while parent[element] != element {
      parent[element] = parent[parent[element]]
      element = parent[element]
    }
    return element
  }

  mutating func join(_ a: Int, _ b: Int) {
    let (a, b) = (root(of: a), root(of: b))
    guard a != b else { return }
    let (small, large) = size[a] < size[b] ? (a, b) : (b, a)
    parent[small] = large
    size[large] += size[small]
  }

  /// The sets, each in ascending order, ordered by their first element.
  mutating func sets() -> [[Int]] {
    var place: [Int: Int] = [:]
    var sets: [[Int]] = []
    for element in parent.indices {
      let root = root(of: element)
      if let at = place[root] {
        sets[at].append(element)
      } else {
        place[root] = sets.count
        sets.append([element])
      }
    }
    return sets
  }
}

/// Spans of time that overlap, or follow each other within a gap.
enum Spans {
  /// Runs of connected spans, as indices into `spans`, which must be in order of their begin.
  static func runs(_ spans: [(first: Int64, last: Int64)], gap: Int64) -> [[Int]] {
    var runs: [[Int]] = []
    var reach = Int64.min
    for (index, span) in spans.enumerated() {
      if runs.isEmpty || span.first > reach {
        runs.append([index])
      } else {
        runs[runs.count - 1].append(index)
      }
      let (end, overflow) = max(span.last, span.first).addingReportingOverflow(gap)
      reach = max(reach, overflow ? .max : end)
    }
    return runs
  }
}

extension Int {
  /// Seconds as nanoseconds.
  var secondsInNanoseconds: Int64 { Int64(clamping: self).multipliedReportingOverflow(by: 1_000_000_000).partialValue }
}
