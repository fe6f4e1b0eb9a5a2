import Model

/// What one worker remembers of one column's texts: for each distinct text the tests that hold.
///
/// Hits compare bytes, not only hashes. Bounded: when entries, bytes or lists run out everything is forgotten and learnt
/// anew, which costs time and never an answer. A column whose texts hardly repeat is not remembered for a while.
/// Some 1.3 MB where a column is full of different texts.
final class TextMemory {
  private struct Entry {
    /// The upper half of the hash; 0 in an empty slot.
    var tag: UInt32 = 0
    var offset: UInt32 = 0
    var length: UInt16 = 0
    var list: UInt16 = 0
  }

  /// A text waiting to be looked up, so that the look-ups of many rows wait for memory together.
  private struct Queued {
    var text: UnsafeBufferPointer<UInt8>
    var row: Int
    var hash: UInt64
    /// The same text as the one before: methods, hosts and versions often are.
    var isRepeat: Bool
    /// What was loaded ahead: kept only so that it is loaded.
    var ahead: UInt32
  }

  let scan: ScanScratch
  private let entries: UnsafeMutablePointer<Entry>
  private let bytes: UnsafeMutablePointer<UInt8>
  private let seed = UInt64.random(in: 1 ... .max)
  @exclusivity(unchecked) private var used = 0
  @exclusivity(unchecked) private var usedBytes = 0

  /// Lists of tests, each kept once: found by its bytes.
  private var lists: ByteMemo
  /// Where each list begins in `hits`; list 0 is empty.
  private let starts: UnsafeMutablePointer<Int32>
  private let hits: UnsafeMutablePointer<Int32>
  @exclusivity(unchecked) private var listCount = 1
  @exclusivity(unchecked) private var building: [Int32] = []

  private let queue: UnsafeMutablePointer<Queued>
  @exclusivity(unchecked) private var queued = 0

  @exclusivity(unchecked) private var lookups = 0
  @exclusivity(unchecked) private var misses = 0
  /// Batches for which nothing is remembered.
  @exclusivity(unchecked) private var pause = 0

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
    // One more, so that even the place behind the last text can be loaded.
    bytes = .allocate(capacity: Self.byteLimit + 1)
    starts = .allocate(capacity: Self.listLimit + 2)
    starts.initialize(repeating: 0, count: 2)
    hits = .allocate(capacity: Self.hitLimit)
    queue = .allocate(capacity: 64)
    lists = Self.combinations()
  }

  deinit {
    entries.deallocate()
    bytes.deallocate()
    starts.deallocate()
    hits.deallocate()
    queue.deallocate()
  }

  private static func combinations() -> ByteMemo { ByteMemo(slots: 1 << 12, byteLimit: 1 << 18) }

  /// Whether this batch's texts are to be remembered.
  func startBatch() -> Bool {
    if pause > 0 {
      pause -= 1
      return false
    }
    if lookups > 8192 {
      // Looking up and learning costs about as much as a scan: it must spare every second one.
      if misses * 2 > lookups { pause = 30 }
      (lookups, misses) = (0, 0)
    }
    return true
  }

  func add(_ test: Int32) { building.append(test) }

  // MARK: Looking up

  @inline(__always) private func slot(of hash: UInt64) -> Int { Int(truncatingIfNeeded: hash) & (Self.slots &- 1) }
  @inline(__always) private func tag(of hash: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: hash >> 32) | 1 }

  /// Puts one of at most 64 texts into the queue; it must stay where it is until `forEachQueued`.
  @inline(__always) func enqueue(_ text: UnsafeBufferPointer<UInt8>, row: Int) {
    if queued > 0, isSame(queue[queued &- 1].text, text) {
      queue[queued] = Queued(text: text, row: row, hash: 0, isRepeat: true, ahead: 0)
    } else {
      let hash = byteHash(text, seed: seed)
      queue[queued] = Queued(text: text, row: row, hash: hash, isRepeat: false, ahead: entries[slot(of: hash)].tag)
    }
    queued &+= 1
  }

  @inline(__always) private func isSame(_ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>) -> Bool {
    a.count == b.count && (a.count == 0 || sameBytes(a.baseAddress!, b.baseAddress!, a.count))
  }

  /// Looks up what was queued, in order, and empties the queue: `body` gets each test that holds and its row.
  @inline(__always) func forEachQueued(
    work: (UnsafeBufferPointer<UInt8>, Int) -> Void, _ body: (Int, Int) -> Void
  ) {
    for index in 0..<queued where !queue[index].isRepeat {
      let entry = entries[slot(of: queue[index].hash)]
      if entry.tag == tag(of: queue[index].hash) { queue[index].ahead = UInt32(bytes[Int(entry.offset)]) }
    }
    var list = 0
    for index in 0..<queued {
      let (text, row) = (queue[index].text, queue[index].row)
      if !queue[index].isRepeat { list = self.list(for: text, hash: queue[index].hash) { work(text, row) } }
      if list >= 0 {
        forEachHit(in: list) { body($0, row) }
      } else {
        for test in building { body(Int(test), row) }
      }
    }
    queued = 0
  }

  // MARK: One by one

  /// Calls `body` with each test that holds for `text`; `work` adds them where the text is new, or is not to be kept.
  @inline(__always) func forEachHit(
    _ text: UnsafeBufferPointer<UInt8>, isKept: Bool, work: () -> Void, _ body: (Int) -> Void
  ) {
    if isKept {
      let list = list(for: text, hash: byteHash(text, seed: seed), work: work)
      if list >= 0 { return forEachHit(in: list, body) }
    } else {
      building.removeAll(keepingCapacity: true)
      work()
    }
    for test in building { body(Int(test)) }
  }

  /// The place of the list of tests that hold for `text`, learnt where the text is new; -1 where the list is too long to
  /// be kept and stands in `building`.
  @inline(__always) private func list(for text: UnsafeBufferPointer<UInt8>, hash: UInt64, work: () -> Void) -> Int {
    lookups &+= 1
    let tag = tag(of: hash)
    var slot = slot(of: hash)
    while entries[slot].tag != 0 {
      let entry = entries[slot]
      if entry.tag == tag, Int(entry.length) == text.count,
        text.count == 0 || sameBytes(bytes + Int(entry.offset), text.baseAddress!, text.count)
      {
        return Int(entry.list)
      }
      slot = (slot &+ 1) & (Self.slots &- 1)
    }
    misses &+= 1
    building.removeAll(keepingCapacity: true)
    work()
    return building.count > Self.hitLimit / 2 ? -1 : learn(text, hash: hash)
  }

  @inline(__always) private func forEachHit(in list: Int, _ body: (Int) -> Void) {
    for at in Int(starts[list])..<Int(starts[list &+ 1]) { body(Int(hits[at])) }
  }

  // MARK: Learning

  private func learn(_ text: UnsafeBufferPointer<UInt8>, hash: UInt64) -> Int {
    let isFull = used * 2 > Self.slots || usedBytes + text.count > Self.byteLimit
    if isFull || listCount == Self.listLimit || Int(starts[listCount]) + building.count > Self.hitLimit { forget() }
    let list = building.isEmpty ? 0 : kept()
    guard text.count <= Self.longest else { return list }
    var slot = slot(of: hash)
    while entries[slot].tag != 0 { slot = (slot &+ 1) & (Self.slots - 1) }
    if let base = text.baseAddress { (bytes + usedBytes).update(from: base, count: text.count) }
    entries[slot] = Entry(
      tag: tag(of: hash), offset: UInt32(truncatingIfNeeded: usedBytes), length: UInt16(truncatingIfNeeded: text.count),
      list: UInt16(truncatingIfNeeded: list))
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
  private func kept() -> Int {
    building.sort()
    return building.withUnsafeBytes { raw in
      Int(
        lists.value(of: raw.assumingMemoryBound(to: UInt8.self)) { _ in
          let start = Int(starts[listCount])
          for (index, test) in building.enumerated() { hits[start + index] = test }
          listCount += 1
          starts[listCount] = Int32(start + building.count)
          return UInt64(listCount - 1)
        })
    }
  }
}
