import Model

/// Values of one facet and their codes, exactly: 0 is absent, 1 stands for all values beyond the bound.
///
/// One allocation per distinct value and none per event.
struct ValueTable {
  static let absent: UInt32 = 0
  static let other: UInt32 = 1
  /// Distinct values kept, and the length beyond which a value is too long to be a rule.
  static let limit = 200_000
  static let longest = 512

  private var slots: [UInt32]
  private var hashes: [UInt64] = [0, 0]
  private(set) var values: [[UInt8]] = [[], []]

  init() { slots = Array(repeating: 0, count: 256) }

  var count: Int { values.count }

  mutating func code(of bytes: UnsafeBufferPointer<UInt8>) -> UInt32 {
    if bytes.count > Self.longest { return Self.other }
    let hash = byteHash(bytes, seed: 0x5eed_0f_c0de)
    var at = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[at] != 0 {
      let code = Int(slots[at])
      if hashes[code] == hash, values[code].elementsEqual(bytes) { return slots[at] }
      at = (at + 1) & (slots.count - 1)
    }
    guard values.count < Self.limit else { return Self.other }
    values.append(Array(bytes))
    hashes.append(hash)
    slots[at] = UInt32(values.count - 1)
    if values.count * 2 > slots.count { widen() }
    return UInt32(values.count - 1)
  }

  private mutating func widen() {
    slots = Array(repeating: 0, count: slots.count * 2)
    for code in 2..<values.count {
      var at = Int(truncatingIfNeeded: hashes[code]) & (slots.count - 1)
      while slots[at] != 0 { at = (at + 1) & (slots.count - 1) }
      slots[at] = UInt32(code)
    }
  }
}
