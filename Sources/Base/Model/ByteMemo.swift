/// Remembers 64 bits per distinct text, exactly: hits compare the bytes, not only the hash.
///
/// User agents, hosts and paths repeat; what was worked out for one need not be worked out again. Bounded: when either
/// the entries or the bytes run out, everything is forgotten and learnt anew, which costs time and never an answer.
/// Not shared between threads: one per worker. Not generic: a generic call from another room costs more than the look-up.
package struct ByteMemo: ~Copyable {
  private struct Entry {
    var hash: UInt64
    var offset: UInt32
    var length: UInt32
    var value: UInt64
  }

  private let entries: UnsafeMutablePointer<Entry>
  private let mask: Int
  private let bytes: UnsafeMutablePointer<UInt8>
  private let byteLimit: Int
  private var used = 0
  private var usedBytes = 0
  private let seed: UInt64

  /// `slots` is rounded up to a power of two; half of them are used at most.
  package init(slots: Int = 1 << 14, byteLimit: Int = 1 << 21, seed: UInt64 = .random(in: 1 ... .max)) {
    var size = 64
    while size < slots { size *= 2 }
    mask = size - 1
    self.byteLimit = byteLimit
    self.seed = seed
    entries = .allocate(capacity: size)
    bytes = .allocate(capacity: byteLimit)
    entries.initialize(repeating: Entry(hash: 0, offset: 0, length: 0, value: 0), count: size)
  }

  deinit {
    entries.deallocate()
    bytes.deallocate()
  }

  /// The value remembered for `text`, or what `work` finds, remembered from now on.
  package mutating func value(
    of text: UnsafeBufferPointer<UInt8>, work: (UnsafeBufferPointer<UInt8>) -> UInt64
  ) -> UInt64 {
    let hash = byteHash(text, seed: seed) | 1
    var slot = Int(truncatingIfNeeded: hash >> 1) & mask
    while entries[slot].hash != 0 {
      if entries[slot].hash == hash, matches(entries[slot], text) { return entries[slot].value }
      slot = (slot &+ 1) & mask
    }
    let value = work(text)
    remember(text, hash: hash, value: value)
    return value
  }

  private func matches(_ entry: Entry, _ text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard Int(entry.length) == text.count else { return false }
    return text.count == 0 || sameBytes(bytes + Int(entry.offset), text.baseAddress!, text.count)
  }

  private mutating func remember(_ text: UnsafeBufferPointer<UInt8>, hash: UInt64, value: UInt64) {
    guard text.count <= byteLimit / 16 else { return }
    if used * 2 > mask || usedBytes + text.count > byteLimit { forget() }
    var slot = Int(truncatingIfNeeded: hash >> 1) & mask
    while entries[slot].hash != 0 { slot = (slot &+ 1) & mask }
    if let base = text.baseAddress { (bytes + usedBytes).update(from: base, count: text.count) }
    entries[slot] = Entry(
      hash: hash, offset: UInt32(truncatingIfNeeded: usedBytes), length: UInt32(truncatingIfNeeded: text.count),
      value: value)
    used += 1
    usedBytes += text.count
  }

  private mutating func forget() {
    entries.update(repeating: Entry(hash: 0, offset: 0, length: 0, value: 0), count: mask + 1)
    used = 0
    usedBytes = 0
  }
}
