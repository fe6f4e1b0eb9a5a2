/// A growing run of bytes with 64 spare bytes behind its end, so that wide loads never leave the buffer.
///
/// Offsets stay valid when it grows; pointers do not. Holds at most 2 GiB, since slices are 31 bits long.
package struct ByteArena: ~Copyable {
  package private(set) var base: UnsafeMutablePointer<UInt8>
  package private(set) var capacity: Int
  package private(set) var count = 0

  package static let padding = 64
  package static let limit = Int(Int32.max) - padding

  package init(capacity: Int) {
    self.capacity = max(capacity, 4096)
    base = .allocate(capacity: self.capacity + Self.padding)
    base.initialize(repeating: 0, count: self.capacity + Self.padding)
  }

  deinit { base.deallocate() }

  package mutating func reset() { count = 0 }

  /// Makes room for `bytes` more; false when the arena would pass its limit.
  package mutating func reserve(_ bytes: Int) -> Bool {
    if bytes <= capacity - count { return true }
    guard bytes <= Self.limit - count else { return false }
    let wider = min(Self.limit, max(capacity * 2, count + bytes))
    let new = UnsafeMutablePointer<UInt8>.allocate(capacity: wider + Self.padding)
    new.update(from: base, count: count)
    (new + count).initialize(repeating: 0, count: wider + Self.padding - count)
    base.deallocate()
    base = new
    capacity = wider
    return true
  }

  /// Where the next byte goes; valid for the bytes reserved, until the next `reserve`.
  package var end: UnsafeMutablePointer<UInt8> { base + count }

  /// Counts `bytes` written at `end` as part of the arena.
  package mutating func advance(_ bytes: Int) {
    precondition(bytes >= 0 && bytes <= capacity - count, "more bytes than were reserved")
    count += bytes
  }

  /// Takes back everything behind `count` bytes.
  package mutating func truncate(to count: Int) {
    precondition(count >= 0 && count <= self.count, "an arena only shrinks this way")
    self.count = count
  }

  /// Copies bytes to the end; absent when the arena is full.
  package mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) -> TextSlice {
    // The bytes may lie in this very arena, which reserving may move.
    let inside = bytes.baseAddress.map { UnsafePointer(base) <= $0 && $0 < UnsafePointer(base + capacity) } ?? false
    let offset = inside ? bytes.baseAddress! - UnsafePointer(base) : 0
    guard reserve(bytes.count) else { return .absent }
    if bytes.count > 0 {
      let source = inside ? UnsafePointer(base) + offset : bytes.baseAddress!
      end.update(from: source, count: bytes.count)
    }
    let slice = TextSlice(offset: count, length: bytes.count)
    count += bytes.count
    return slice
  }

  package mutating func append(_ text: some Collection<UInt8>) -> TextSlice {
    guard reserve(text.count) else { return .absent }
    let start = count
    for byte in text {
      base[count] = byte
      count += 1
    }
    return TextSlice(offset: start, length: count - start)
  }
}
