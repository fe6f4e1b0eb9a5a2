import CBytes

/// Keys and their states by open addressing: no allocation per event, memory bounded by a limit of keys.
///
/// A key of 0 is no key. States lie in an array beside the keys, so that a probe reads keys only.
final class KeyTable<State> {
  private var keys: UnsafeMutablePointer<UInt64>
  private(set) var states: UnsafeMutablePointer<State>
  private var capacity: Int
  private(set) var count = 0

  init(capacity: Int = 64) {
    self.capacity = capacity
    keys = .allocate(capacity: capacity)
    keys.initialize(repeating: 0, count: capacity)
    states = .allocate(capacity: capacity)
  }

  deinit {
    for index in 0..<capacity where keys[index] != 0 { (states + index).deinitialize(count: 1) }
    keys.deallocate()
    states.deallocate()
  }

  /// Has the memory fetched where a key's look-up will begin, and its state will most likely lie.
  @inline(__always) func prefetch(_ key: UInt64) {
    let at = Int(truncatingIfNeeded: key) & (capacity &- 1)
    cbytes_prefetch(keys + at)
    let state = UnsafeRawPointer(states + at)
    for line in stride(from: 0, to: min(MemoryLayout<State>.stride, 192), by: 64) { cbytes_prefetch(state + line) }
  }

  /// Whether its memory is more than a processor keeps near.
  @inline(__always) var isLarge: Bool { capacity > 1 << 10 }

  /// Where the key is, or -1.
  @inline(__always) func find(_ key: UInt64) -> Int {
    let mask = capacity &- 1
    var at = Int(truncatingIfNeeded: key) & mask
    while keys[at] != 0 {
      if keys[at] == key { return at }
      at = (at &+ 1) & mask
    }
    return -1
  }

  var isFull: Bool { count * 4 >= capacity * 3 }

  /// Puts a key in that is not there; the table must not be full.
  @inline(__always) func insert(_ key: UInt64, _ state: State) -> Int {
    let mask = capacity &- 1
    var at = Int(truncatingIfNeeded: key) & mask
    while keys[at] != 0 { at = (at &+ 1) & mask }
    keys[at] = key
    (states + at).initialize(to: state)
    count += 1
    return at
  }

  func forEach(_ body: (UInt64, UnsafeMutablePointer<State>) -> Void) {
    for index in 0..<capacity where keys[index] != 0 { body(keys[index], states + index) }
  }

  /// Drops the keys that `keep` refuses and makes the table twice as large where more than half of it stays in use.
  func rebuild(keep: (UInt64, UnsafeMutablePointer<State>) -> Bool) {
    var kept = 0
    for index in 0..<capacity where keys[index] != 0 {
      if keep(keys[index], states + index) {
        kept += 1
      } else {
        (states + index).deinitialize(count: 1)
        keys[index] = 0
      }
    }
    let (oldKeys, oldStates, oldCapacity) = (keys, states, capacity)
    while kept * 2 > capacity { capacity *= 2 }
    keys = .allocate(capacity: capacity)
    keys.initialize(repeating: 0, count: capacity)
    states = .allocate(capacity: capacity)
    let mask = capacity - 1
    for index in 0..<oldCapacity where oldKeys[index] != 0 {
      var at = Int(truncatingIfNeeded: oldKeys[index]) & mask
      while keys[at] != 0 { at = (at &+ 1) & mask }
      keys[at] = oldKeys[index]
      (states + at).moveInitialize(from: oldStates + index, count: 1)
    }
    count = kept
    oldKeys.deallocate()
    oldStates.deallocate()
  }
}
