/// Bytes written one behind the other into a buffer of fixed size.
///
/// What does not fit is cut: callers keep `room` larger than their longest line, so nothing is.
struct ByteSink: ~Copyable {
  let base: UnsafeMutablePointer<UInt8>
  let capacity: Int
  private(set) var count = 0

  init(capacity: Int) {
    self.capacity = capacity
    base = .allocate(capacity: capacity)
    base.initialize(repeating: 0, count: capacity)
  }

  deinit { base.deallocate() }

  var room: Int { capacity - count }
  var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: base, count: count) }

  mutating func clear() { count = 0 }

  mutating func put(_ byte: UInt8) {
    guard count < capacity else { return }
    base[count] = byte
    count &+= 1
  }

  mutating func put(_ text: StaticString) {
    put(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  mutating func put(_ bytes: UnsafeBufferPointer<UInt8>) {
    let length = min(bytes.count, room)
    guard length > 0, let start = bytes.baseAddress else { return }
    (base + count).update(from: start, count: length)
    count &+= length
  }

  mutating func put(_ text: String) {
    var text = text
    text.withUTF8 { put($0) }
  }

  mutating func putNumber(_ value: Int) {
    if value < 0 { put(UInt8(ascii: "-")) }
    var rest = value.magnitude
    var digits = 1
    var bound: UInt = 10
    while digits < 19, rest >= bound {
      digits += 1
      bound &*= 10
    }
    guard room >= digits else { return }
    var place = count + digits
    count = place
    repeat {
      place &-= 1
      base[place] = UInt8(truncatingIfNeeded: 48 + rest % 10)
      rest /= 10
    } while rest > 0
  }

  /// The number's last `digits` decimal digits, zeros in front.
  mutating func putNumber(_ value: Int, digits: Int) {
    guard room >= digits else { return }
    var rest = value
    for place in stride(from: count + digits - 1, through: count, by: -1) {
      base[place] = UInt8(truncatingIfNeeded: 48 + rest % 10)
      rest /= 10
    }
    count &+= digits
  }

  mutating func putHex(_ value: UInt64, digits: Int) {
    for place in stride(from: (digits - 1) * 4, through: 0, by: -4) {
      let nibble = UInt8(truncatingIfNeeded: value >> UInt64(place) & 15)
      put(nibble < 10 ? 48 + nibble : 87 + nibble)
    }
  }
}
