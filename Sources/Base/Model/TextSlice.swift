/// A piece of a batch's arena: offset and length in bytes, eight bytes in all.
package struct TextSlice: Equatable, Sendable {
  package var offset: UInt32
  package var length: UInt32

  @inlinable package init(offset: Int, length: Int) {
    self.offset = UInt32(truncatingIfNeeded: offset)
    self.length = UInt32(truncatingIfNeeded: length)
  }

  /// No text was recorded; an empty text is something else.
  package static let absent = TextSlice(cell: EventBatch.absentCell)

  @inlinable package init(cell: UInt64) {
    offset = UInt32(truncatingIfNeeded: cell)
    length = UInt32(truncatingIfNeeded: cell >> 32)
  }

  @inlinable package var cell: UInt64 { UInt64(length) << 32 | UInt64(offset) }
  @inlinable package var isAbsent: Bool { length == 0x8000_0000 }
  @inlinable package var end: Int { Int(offset) + Int(length) }
}
