/// Lists of test numbers, each kept once; list 0 is empty.
struct HitLists {
  private(set) var hits: [Int32] = []
  private(set) var starts: [Int32] = [0, 0]
  private var known: [[Int32]: Int32] = [[]: 0]

  /// The place of the list that holds exactly these tests.
  mutating func place(of tests: [Int32]) -> Int32 {
    if let place = known[tests] { return place }
    let place = Int32(starts.count - 1)
    hits += tests
    starts.append(Int32(hits.count))
    known[tests] = place
    return place
  }

  var count: Int { starts.count - 1 }
}

/// Sorted ranges of many tests cut into pieces within which the same tests hold; one binary search finds the piece.
///
/// Cost: memory for two pieces a range; a look-up takes the logarithm of that.
struct SegmentTable<Bound: Comparable & Sendable>: Sendable {
  /// Where each piece begins; it ends before the next one.
  private let starts: [Bound]
  /// The list of tests that hold in each piece.
  private let lists: [Int32]
  let hits: HitLists

  init(_ tests: [(test: Int, ranges: [ClosedRange<Bound>])], after: (Bound) -> Bound?) {
    var edges: [(at: Bound, test: Int32, opens: Bool)] = []
    for (test, ranges) in tests {
      for range in ranges {
        edges.append((range.lowerBound, Int32(test), true))
        if let end = after(range.upperBound) { edges.append((end, Int32(test), false)) }
      }
    }
    // Of one test, what ends where the next range begins must close before that opens.
    edges.sort { $0.at != $1.at ? $0.at < $1.at : !$0.opens && $1.opens }
    var starts: [Bound] = [], lists: [Int32] = [], hits = HitLists(), open: Set<Int32> = []
    for (index, edge) in edges.enumerated() {
      if edge.opens { open.insert(edge.test) } else { open.remove(edge.test) }
      if index + 1 < edges.count, edges[index + 1].at == edge.at { continue }
      starts.append(edge.at)
      lists.append(hits.place(of: open.sorted()))
    }
    (self.starts, self.lists, self.hits) = (starts, lists, hits)
  }

  var count: Int { starts.count }

  /// The list of tests that hold for `value`.
  func list(for value: Bound) -> Int32 {
    starts.withUnsafeBufferPointer { starts in
      var low = 0, high = starts.count
      while low < high {
        let middle = (low &+ high) / 2
        if starts[middle] <= value { low = middle &+ 1 } else { high = middle }
      }
      return low == 0 ? 0 : lists[low - 1]
    }
  }
}
