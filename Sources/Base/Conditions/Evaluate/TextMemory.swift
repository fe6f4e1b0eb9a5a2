import Model

/// What one worker remembers of one column's texts: for each distinct text the tests that hold.
///
/// Hits compare bytes, not only hashes. Bounded: when entries, bytes or lists run out everything is forgotten and learnt
/// anew, which costs time and never an answer. Some 1.5 MB where a column is full of different texts.
final class TextMemory {
  private struct Entry {
    var hash: UInt64 = 0
    var offset: UInt32 = 0
    var length: UInt32 = 0
    var list: Int32 = 0
  }

  let scan: ScanScratch
  private let entries: UnsafeMutablePointer<Entry>
  private let bytes: UnsafeMutablePointer<UInt8>
  private let seed = UInt64.random(in: 1 ... .max)
  @exclusivity(unchecked) private var used = 0
  @exclusivity(unchecked) private var usedBytes = 0

  /// Lists of tests, each kept once: found by its bytes.
  private var lists: ByteMemo<Int32>
  /// Where each list begins in `hits`; list 0 is empty.
  private let starts: UnsafeMutablePointer<Int32>
  private let hits: UnsafeMutablePointer<Int32>
  @exclusivity(unchecked) private var listCount = 1
  @exclusivity(unchecked) private var building: [Int32] = []

  private static let slots = 1 << 14
  private static let byteLimit = 1 << 20
  /// Longer texts are looked through each time.
  private static let longest = 4096
  private static let listLimit = 1 << 14
  private static let hitLimit = 1 << 17

  init(scan: ScanScratch) {
    self.scan = scan
    entries = .allocate(capacity: Self.slots)
    entries.initialize(repeating: Entry(), count: Self.slots)
    bytes = .allocate(capacity: Self.byteLimit)
    starts = .allocate(capacity: Self.listLimit + 2)
    starts.initialize(repeating: 0, count: 2)
    hits = .allocate(capacity: Self.hitLimit)
    lists = Self.combinations()
  }

  deinit {
    entries.deallocate()
    bytes.deallocate()
    starts.deallocate()
    hits.deallocate()
  }

  private static func combinations() -> ByteMemo<Int32> { ByteMemo(slots: 1 << 12, byteLimit: 1 << 18, filler: 0) }

  func add(_ test: Int32) { building.append(test) }

  /// Calls `body` with each test that holds for `text`; `work` adds them where the text is new, or never kept since
  /// each comes once.
  @inline(__always) func forEachHit(
    _ text: UnsafeBufferPointer<UInt8>, isKept: Bool, work: () -> Void, _ body: (Int) -> Void
  ) {
    if !isKept {
      building.removeAll(keepingCapacity: true)
      work()
      for test in building { body(Int(test)) }
      return
    }
    let hash = byteHash(text, seed: seed) | 1
    var slot = Int(truncatingIfNeeded: hash >> 1) & (Self.slots &- 1)
    while entries[slot].hash != 0 {
      let entry = entries[slot]
      if entry.hash == hash, Int(entry.length) == text.count,
        text.count == 0 || sameBytes(bytes + Int(entry.offset), text.baseAddress!, text.count)
      {
        return forEachHit(in: entry.list, body)
      }
      slot = (slot &+ 1) & (Self.slots &- 1)
    }
    building.removeAll(keepingCapacity: true)
    work()
    if building.count > Self.hitLimit / 2 {
      for test in building { body(Int(test)) }
    } else {
      forEachHit(in: learn(text, hash: hash), body)
    }
  }

  @inline(__always) private func forEachHit(in list: Int32, _ body: (Int) -> Void) {
    for at in Int(starts[Int(list)])..<Int(starts[Int(list) &+ 1]) { body(Int(hits[at])) }
  }

  private func learn(_ text: UnsafeBufferPointer<UInt8>, hash: UInt64) -> Int32 {
    let isFull = used * 2 > Self.slots || usedBytes + text.count > Self.byteLimit
    if isFull || listCount == Self.listLimit || Int(starts[listCount]) + building.count > Self.hitLimit { forget() }
    let list = building.isEmpty ? 0 : kept()
    guard text.count <= Self.longest else { return list }
    var slot = Int(truncatingIfNeeded: hash >> 1) & (Self.slots - 1)
    while entries[slot].hash != 0 { slot = (slot &+ 1) & (Self.slots - 1) }
    if let base = text.baseAddress { (bytes + usedBytes).update(from: base, count: text.count) }
    entries[slot] = Entry(
      hash: hash, offset: UInt32(truncatingIfNeeded: usedBytes), length: UInt32(truncatingIfNeeded: text.count),
      list: list)
    used += 1
    usedBytes += text.count
    return list
  }

  private func forget() {
    entries.update(repeating: Entry(), count: Self.slots)
    (used, usedBytes, listCount) = (0, 0, 1)
    lists = Self.combinations()
  }

  /// The place of the list under construction.
  private func kept() -> Int32 {
    building.sort()
    return building.withUnsafeBytes { raw in
      lists.value(of: raw.assumingMemoryBound(to: UInt8.self)) { _ in
        let start = Int(starts[listCount])
        for (index, test) in building.enumerated() { hits[start + index] = test }
        listCount += 1
        starts[listCount] = Int32(start + building.count)
        return Int32(listCount - 1)
      }
    }
  }
}
