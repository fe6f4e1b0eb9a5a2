/// Bytes as they were captured, read as numbers in network order.
///
/// Reads are unchecked: whoever calls has compared `count` first. Valid as long as the memory behind it.
package struct Wire {
  package let base: UnsafePointer<UInt8>
  package let count: Int

  @inlinable package init(base: UnsafePointer<UInt8>, count: Int) {
    self.base = base
    self.count = count
  }

  @inlinable package init(_ bytes: UnsafeBufferPointer<UInt8>) {
    self.init(base: bytes.baseAddress ?? Self.nothing, count: bytes.count)
  }

  /// Somewhere to point to where there are no bytes.
  @usableFromInline nonisolated(unsafe) static let nothing = UnsafePointer(
    UnsafeMutablePointer<UInt8>.allocate(capacity: 1))

  @inlinable package subscript(_ at: Int) -> UInt8 { base[at] }

  @inlinable package func u16(_ at: Int) -> UInt16 {
    UInt16(bigEndian: UnsafeRawPointer(base + at).loadUnaligned(as: UInt16.self))
  }

  @inlinable package func u32(_ at: Int) -> UInt32 {
    UInt32(bigEndian: UnsafeRawPointer(base + at).loadUnaligned(as: UInt32.self))
  }

  @inlinable package func u64(_ at: Int) -> UInt64 {
    UInt64(bigEndian: UnsafeRawPointer(base + at).loadUnaligned(as: UInt64.self))
  }

  /// A number of 1 to 8 bytes, as flow exporters shorten them.
  @inlinable package func number(_ at: Int, _ width: Int) -> UInt64 {
    var value: UInt64 = 0
    for place in 0..<min(width, 8) { value = value << 8 | UInt64(base[at &+ place]) }
    return value
  }

  /// What follows the first `skipped` bytes, of which there must be as many.
  @inlinable package func dropped(_ skipped: Int) -> Wire { Wire(base: base + skipped, count: count &- skipped) }

  /// At most the first `kept` bytes.
  @inlinable package func kept(_ kept: Int) -> Wire { Wire(base: base, count: max(0, min(count, kept))) }

  @inlinable package var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: base, count: count) }
}
