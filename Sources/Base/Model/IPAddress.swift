/// An IPv4 or IPv6 address in 16 bytes; IPv4 is kept v4-mapped (`::ffff:a.b.c.d`), all zero means absent.
///
/// Source: RFC 4291 section 2.5.5.2 (mapped form), RFC 5952 (printed form).
package struct IPAddress: Hashable, Comparable, Sendable {
  /// The 128 bits in network order: `high` holds the first eight bytes as a big-endian number.
  package var high: UInt64
  package var low: UInt64

  @inlinable package init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  @inlinable package init(v4 bits: UInt32) {
    self.init(high: 0, low: 0xffff_0000_0000 | UInt64(bits))
  }

  package static let absent = IPAddress(high: 0, low: 0)

  @inlinable package var isAbsent: Bool { high == 0 && low == 0 }
  @inlinable package var isV4: Bool { high == 0 && low >> 32 == 0xffff }

  /// Whether it is nobody's: 0.0.0.0, which a client sends from that has no address yet.
  package var isUnspecified: Bool { isV4 && UInt32(truncatingIfNeeded: low) == 0 }

  /// Whether it means a machine of one's own network: RFC 1918, 4193, 4291 (link-local, loopback), 1122.
  package var isPrivate: Bool {
    if isV4 {
      let bits = UInt32(truncatingIfNeeded: low)
      return bits >> 24 == 10 || bits >> 24 == 127 || bits >> 20 == 0xac1 || bits >> 16 == 0xc0a8
        || bits >> 16 == 0xa9fe
    }
    return high >> 57 == 0x7e || high >> 54 == 0x3fa || high == 0 && low == 1
  }

  @inlinable package static func < (a: IPAddress, b: IPAddress) -> Bool {
    a.high != b.high ? a.high < b.high : a.low < b.low
  }

  /// The network of `bits` leading bits (0…32 for IPv4, 0…128 for IPv6), the rest zeroed.
  @inlinable package func network(_ bits: Int) -> IPAddress {
    let length = isV4 ? bits + 96 : bits
    if length >= 128 { return self }
    if length >= 64 {
      return IPAddress(high: high, low: length == 64 ? 0 : low & (~0 << UInt64(128 - length)))
    }
    return IPAddress(high: length <= 0 ? 0 : high & (~0 << UInt64(64 - length)), low: 0)
  }
}
