/// A place in an arena.
struct Slice: Equatable, Sendable {
  var start: Int32
  var count: Int32

  static let empty = Slice(start: 0, count: 0)

  /// Without its first `n` bytes.
  func dropping(_ n: Int) -> Slice { Slice(start: start + Int32(n), count: count - Int32(n)) }

  func prefix(_ n: Int) -> Slice { Slice(start: start, count: Int32(n)) }
}

/// The bytes of one request's values and of their transformations; one per judge, emptied for each request.
///
/// Every text is followed by a NUL, because libinjection may look there.
final class Arena {
  private(set) var base: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  private var used = 1

  init(capacity: Int = 64 << 10) {
    self.capacity = capacity
    base = .allocate(capacity: capacity)
    base[0] = 0
  }

  deinit { base.deallocate() }

  /// Forgets all texts; a request of unusual size does not keep its memory.
  func reset() {
    used = 1
    if capacity > 4 << 20 {
      base.deallocate()
      capacity = 64 << 10
      base = .allocate(capacity: capacity)
      base[0] = 0
    }
  }

  @inline(__always)
  func pointer(_ slice: Slice) -> UnsafePointer<UInt8> { UnsafePointer(base + Int(slice.start)) }

  func bytes(_ slice: Slice) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: pointer(slice), count: Int(slice.count))
  }

  func add(_ text: UnsafeRawBufferPointer) -> Slice {
    add(text.baseAddress?.assumingMemoryBound(to: UInt8.self), text.count)
  }

  func add(_ text: UnsafePointer<UInt8>?, _ count: Int) -> Slice {
    reserve(count)
    if let text { (base + used).update(from: text, count: count) }
    return close(count)
  }

  /// The parts one after the other.
  func join(_ parts: [UnsafeRawBufferPointer]) -> Slice {
    let count = parts.reduce(0) { $0 + $1.count }
    reserve(count)
    var at = used
    for part in parts where !part.isEmpty {
      UnsafeMutableRawPointer(base + at).copyMemory(from: part.baseAddress!, byteCount: part.count)
      at += part.count
    }
    return close(count)
  }

  /// Copies a text that is in the arena already.
  func copy(_ slice: Slice) -> Slice {
    reserve(Int(slice.count))
    (base + used).update(from: pointer(slice), count: Int(slice.count))
    return close(Int(slice.count))
  }

  /// Writes a text made from another: `make` gets the bytes, their count and room for `room` bytes.
  func derive(
    _ slice: Slice, room: Int, _ make: (UnsafePointer<UInt8>, Int, UnsafeMutablePointer<UInt8>) -> Int
  ) -> Slice {
    reserve(room)
    return close(make(pointer(slice), Int(slice.count), base + used))
  }

  private func close(_ count: Int) -> Slice {
    let slice = Slice(start: Int32(used), count: Int32(count))
    base[used + count] = 0
    used += count + 1
    return slice
  }

  private func reserve(_ count: Int) {
    guard used + count + 1 > capacity else { return }
    let larger = max(capacity * 2, used + count + 1)
    let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
    moved.update(from: base, count: used)
    base.deallocate()
    base = moved
    capacity = larger
  }
}
