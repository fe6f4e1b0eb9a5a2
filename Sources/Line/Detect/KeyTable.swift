import CBytes

/// Keys and their states by open addressing: no allocation per event, memory bounded by a limit of keys.
///
/// A key of 0 is no key. Most keys of a spoofed flood come once and never again: a key's first event may be kept in the
/// table itself, 32 bytes in all, and a state is made when there is a second. States lie densely beside the entries.
final class KeyTable<State> {
  /// What the table itself knows of a key.
  struct Entry {
    var key: UInt64
    /// The first event, while it is the only one.
    var time: Int64
    var value: UInt64
    /// Place of the state, or -1.
    var state: Int32
    var marks: UInt8

    static var free: Entry { Entry(key: 0, time: 0, value: 0, state: -1, marks: 0) }
  }

  private(set) var entries: UnsafeMutablePointer<Entry>
  private var capacity: Int
  private(set) var count = 0
  /// Valid until the next state is made.
  private(set) var states: UnsafeMutablePointer<State>
  private var stateCapacity: Int
  private var stateCount = 0
  private var freeStates: [Int32] = []

  init(capacity: Int = 64) {
    self.capacity = capacity
    entries = .allocate(capacity: capacity)
    entries.initialize(repeating: .free, count: capacity)
    stateCapacity = capacity / 4
    states = .allocate(capacity: stateCapacity)
  }

  deinit {
    forEachState { $1.deinitialize(count: 1) }
    entries.deallocate()
    states.deallocate()
  }

  // MARK: Looking up

  /// Has the memory fetched where a key's look-up will begin.
  @inline(__always) func prefetch(_ key: UInt64) {
    cbytes_prefetch(entries + Int(truncatingIfNeeded: key) & (capacity &- 1))
  }

  /// Has a key's state fetched where its entry lies at its own place.
  @inline(__always) func prefetchState(_ key: UInt64) {
    let entry = entries + Int(truncatingIfNeeded: key) & (capacity &- 1)
    guard entry.pointee.key == key, entry.pointee.state >= 0 else { return }
    let state = UnsafeRawPointer(states + Int(entry.pointee.state))
    for line in stride(from: 0, to: min(MemoryLayout<State>.stride, 192), by: 64) { cbytes_prefetch(state + line) }
  }

  /// Whether its memory is more than a processor keeps near.
  @inline(__always) var isLarge: Bool { capacity > 1 << 10 }

  /// Where the key's entry is, or -1.
  @inline(__always) func find(_ key: UInt64) -> Int {
    let mask = capacity &- 1
    var at = Int(truncatingIfNeeded: key) & mask
    while entries[at].key != 0 {
      if entries[at].key == key { return at }
      at = (at &+ 1) & mask
    }
    return -1
  }

  var isFull: Bool { count * 4 >= capacity * 3 }

  // MARK: Putting in

  /// Puts a key in that is not there; the table must not be full. Gives the place of its entry.
  @inline(__always) @discardableResult func insert(_ entry: Entry) -> Int {
    let mask = capacity &- 1
    var at = Int(truncatingIfNeeded: entry.key) & mask
    while entries[at].key != 0 { at = (at &+ 1) & mask }
    entries[at] = entry
    count += 1
    return at
  }

  /// Gives the entry at a place its state.
  @inline(__always) func give(_ at: Int, _ state: State) -> UnsafeMutablePointer<State> {
    let place: Int
    if let free = freeStates.popLast() {
      place = Int(free)
    } else {
      if stateCount == stateCapacity { growStates() }
      place = stateCount
      stateCount += 1
    }
    entries[at].state = Int32(truncatingIfNeeded: place)
    (states + place).initialize(to: state)
    return states + place
  }

  private func growStates() {
    let old = states
    stateCapacity = max(16, stateCapacity * 2)
    states = .allocate(capacity: stateCapacity)
    // All are in use: there was no free one.
    states.moveInitialize(from: old, count: stateCount)
    old.deallocate()
  }

  // MARK: All of them

  func forEach(_ body: (Entry) -> Void) {
    for index in 0..<capacity where entries[index].key != 0 { body(entries[index]) }
  }

  func forEachState(_ body: (UInt64, UnsafeMutablePointer<State>) -> Void) {
    for index in 0..<capacity where entries[index].key != 0 && entries[index].state >= 0 {
      body(entries[index].key, states + Int(entries[index].state))
    }
  }

  /// Drops the keys that `keep` refuses and makes the table twice as large where more than half of it stays in use.
  func rebuild(keep: (Entry) -> Bool) {
    let (old, oldCapacity) = (entries, capacity)
    var kept = 0
    for index in 0..<oldCapacity where old[index].key != 0 {
      if keep(old[index]) {
        kept += 1
        continue
      }
      if old[index].state >= 0 {
        (states + Int(old[index].state)).deinitialize(count: 1)
        freeStates.append(old[index].state)
      }
      old[index].key = 0
    }
    while kept * 2 > capacity { capacity *= 2 }
    entries = .allocate(capacity: capacity)
    entries.initialize(repeating: .free, count: capacity)
    count = 0
    for index in 0..<oldCapacity where old[index].key != 0 { insert(old[index]) }
    old.deallocate()
  }
}
