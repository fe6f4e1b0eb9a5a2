import Model

/// What one worker remembers of one column's texts: for each distinct text the tests that hold.
///
/// Bounded: past 200,000 remembered hits everything is forgotten and learnt anew, which costs time and never an answer.
final class TextMemory {
  let scan: ScanScratch
  private var memo: ByteMemo<Int32>
  /// Lists of tests, each kept once: found by its bytes.
  private var lists: ByteMemo<Int32>
  private var starts: [Int32] = []
  private var hits: [Int32] = []
  private var building: [Int32] = []
  private static let limit = 200_000

  init(scan: ScanScratch) {
    self.scan = scan
    memo = Self.texts()
    lists = Self.combinations()
    starts = [0, 0]
  }

  private static func texts() -> ByteMemo<Int32> { ByteMemo(slots: 1 << 14, byteLimit: 1 << 20, filler: 0) }
  private static func combinations() -> ByteMemo<Int32> { ByteMemo(slots: 1 << 12, byteLimit: 1 << 18, filler: 0) }

  func add(_ test: Int32) { building.append(test) }

  /// The list of tests that hold for `text`; `work` adds them where the text is new.
  func list(for text: UnsafeBufferPointer<UInt8>, work: () -> Void) -> Int32 {
    if hits.count > Self.limit { forget() }
    return memo.value(of: text) { _ in
      building.removeAll(keepingCapacity: true)
      work()
      return building.isEmpty ? 0 : kept()
    }
  }

  private func forget() {
    memo = Self.texts()
    lists = Self.combinations()
    starts = [0, 0]
    hits.removeAll(keepingCapacity: true)
  }

  private func kept() -> Int32 {
    building.sort()
    return building.withUnsafeBytes { bytes in
      lists.value(of: bytes.assumingMemoryBound(to: UInt8.self)) { _ in
        hits.append(contentsOf: building)
        starts.append(Int32(hits.count))
        return Int32(starts.count - 2)
      }
    }
  }

  @inline(__always) func forEachHit(_ list: Int32, _ body: (Int) -> Void) {
    if list == 0 { return }
    for at in Int(starts[Int(list)])..<Int(starts[Int(list) &+ 1]) { body(Int(hits[at])) }
  }
}
