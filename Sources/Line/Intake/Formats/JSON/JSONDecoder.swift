import CBytes
import Model

/// Decodes one JSON object into cells, in one pass.
///
/// The key that is expected next is compared with 16-byte loads; only keys out of order are looked up. Duplicate keys:
/// the last wins. Cost: about 8 ns a known key, 5 ns an unknown one.
struct RecordDecoder {
  var cursor: JSONCursor
  var writer: CellWriter
  let memory: KeyMemory
  /// One bit for each of the format's telling keys that was met.
  var seen: UInt8 = 0

  /// Reads the object whose opening brace has been passed.
  mutating func object(_ node: Int) throws(JSONFault) {
    if cursor.take(0x7d) { return }
    var previous = memory.head(node)
    repeat {
      guard cursor.take(0x22) else { throw cursor.p == cursor.end ? .truncated : .malformed }
      let entry = try key(after: previous, below: node)
      previous = entry
      guard cursor.take(0x3a) else { throw cursor.p == cursor.end ? .truncated : .malformed }
      try value(entry)
    } while cursor.take(0x2c)
    guard cursor.take(0x7d) else { throw cursor.p == cursor.end ? .truncated : .malformed }
  }

  @inline(__always)
  private mutating func key(
    after previous: UnsafeMutablePointer<KeyEntry>, below node: Int
  ) throws(JSONFault) -> UnsafeMutablePointer<KeyEntry> {
    if let expected = previous.pointee.next {
      let count = expected.pointee.count
      if count < cursor.end - cursor.p, cbytes_same(cursor.p, UnsafeRawPointer(expected).assumingMemoryBound(to: UInt8.self), count + 1) != 0 {
        cursor.p += count + 1
        return expected
      }
    }
    let key = try cursor.string()
    let entry = memory.entry(key.bytes, below: node)
    // A key too long to remember has no place of its own and so no successor.
    if key.count <= KeyEntry.limit, previous.pointee.count <= KeyEntry.limit { previous.pointee.next = entry }
    return entry
  }

  @inline(__always)
  private mutating func value(_ entry: UnsafeMutablePointer<KeyEntry>) throws(JSONFault) {
    let action = entry.pointee.action
    seen |= action.mark
    if entry.pointee.node != 0 {
      if cursor.p < cursor.end, cursor.p.pointee <= 0x20 { cursor.skipSpace() }
      if cursor.p < cursor.end, cursor.p.pointee == 0x7b {
        cursor.p += 1
        return try object(entry.pointee.node)
      }
    }
    let value = try cursor.value()
    if action.take != .skip { writer.write(action, value) }
  }
}
