/// One value of a record in place: where it lies and what it is. Strings are without quotes and still escaped.
struct RawValue {
  enum Kind: UInt8 { case string, number, yes, no, null, object, array }

  var kind: Kind
  /// Whether a string holds escapes that have to be undone.
  var escaped = false
  var start: UnsafePointer<UInt8>
  var count: Int

  @inline(__always) var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: start, count: count) }
  @inline(__always) var end: UnsafePointer<UInt8> { start + count }
}
