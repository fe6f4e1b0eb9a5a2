import Model

/// The different texts of a column that repeats itself, numbered as they come: a table of hashes with open addresses.
///
/// Cost: one hash and one comparison a text. The seed keeps an attacker from choosing texts that collide. Whoever made it
/// frees it: a class would be counted with every text.
struct TextDictionary {
  private struct Entry {
    var text: UnsafeMutablePointer<UInt8>
    var length: Int
    var hash: UInt64
  }

  private(set) var count = 0
  private var entries: UnsafeMutablePointer<Entry>
  /// Numbers plus one; zero is free. At most half are taken.
  private var slots: UnsafeMutablePointer<UInt32>
  private var capacity = 256
  private let seed: UInt64

  init() {
    seed = .random(in: 1 ... .max)
    entries = .allocate(capacity: capacity / 2)
    slots = .allocate(capacity: capacity)
    slots.initialize(repeating: 0, count: capacity)
  }

  func free() {
    entries.deallocate()
    slots.deallocate()
  }

  func hash(_ text: UnsafeBufferPointer<UInt8>) -> UInt64 { byteHash(text, seed: seed) }

  /// The number of a text; nil: it has none yet.
  func number(of text: UnsafeBufferPointer<UInt8>, hash: UInt64) -> UInt32? {
    var slot = Int(truncatingIfNeeded: hash) & (capacity - 1)
    while slots[slot] != 0 {
      let entry = entries + Int(slots[slot] - 1)
      if entry.pointee.hash == hash, entry.pointee.length == text.count,
        text.count == 0 || sameBytes(entry.pointee.text, text.baseAddress!, text.count)
      {
        return slots[slot] - 1
      }
      slot = (slot + 1) & (capacity - 1)
    }
    return nil
  }

  /// Numbers a text that has no number; `text` must stay where it is.
  mutating func add(_ text: UnsafeMutablePointer<UInt8>, length: Int, hash: UInt64) -> UInt32 {
    if count == capacity / 2 { grow() }
    entries[count] = Entry(text: text, length: length, hash: hash)
    place(count)
    count += 1
    return UInt32(count - 1)
  }

  func text(_ number: UInt32) -> UnsafeBufferPointer<UInt8> {
    let entry = entries[Int(number)]
    return UnsafeBufferPointer(start: entry.text, count: entry.length)
  }

  mutating func forget() {
    slots.update(repeating: 0, count: capacity)
    count = 0
  }

  private func place(_ number: Int) {
    var slot = Int(truncatingIfNeeded: entries[number].hash) & (capacity - 1)
    while slots[slot] != 0 { slot = (slot + 1) & (capacity - 1) }
    slots[slot] = UInt32(number + 1)
  }

  private mutating func grow() {
    let wider = UnsafeMutablePointer<Entry>.allocate(capacity: capacity)
    wider.moveInitialize(from: entries, count: count)
    entries.deallocate()
    entries = wider
    slots.deallocate()
    capacity *= 2
    slots = .allocate(capacity: capacity)
    slots.initialize(repeating: 0, count: capacity)
    for number in 0..<count { place(number) }
  }
}
