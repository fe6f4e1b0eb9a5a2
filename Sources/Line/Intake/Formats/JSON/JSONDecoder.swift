import CBytes
import Model

/// Decodes one JSON object into cells, in one pass.
///
/// The key that is expected next is compared with 16-byte loads; only keys out of order are looked up. Duplicate keys:
/// the last wins. Cost: some 40 instructions a key where nothing has to be converted.
struct RecordDecoder {
  var cursor: JSONCursor
  var writer: CellWriter
  let memory: KeyMemory
  /// One bit for each of the format's telling keys that was met.
  var seen: UInt8 = 0

  /// Reads the object whose opening brace has been passed.
  mutating func object(_ node: Int) throws(JSONFault) {
    if cursor.take(0x7d) { return }
    let end = cursor.end
    var p = cursor.p
    var previous = memory.head(node)
    while true {
      if p < end, p.pointee == 0x22 {
        p += 1
      } else {
        p = try step(over: 0x22, from: p)
      }
      if let expected = previous.pointee.next, expected.pointee.count < end - p,
        cbytes_same(p, expected.pointee.bytes, expected.pointee.count &+ 1) != 0
      {
        p += expected.pointee.count &+ 1
        previous = expected
      } else {
        cursor.p = p
        previous = try key(after: previous, below: node)
        p = cursor.p
      }
      if p < end, p.pointee == 0x3a {
        p += 1
      } else {
        p = try step(over: 0x3a, from: p)
      }
      seen |= previous.pointee.action.mark
      if let behind = plainValue(previous, p, end) {
        p = behind
      } else {
        p = try value(previous, from: p)
      }
      if p < end, p.pointee == 0x2c {
        p += 1
        continue
      }
      cursor.p = p
      if cursor.take(0x7d) { return }
      p = try step(over: 0x2c, from: p)
    }
  }

  /// Steps over `byte`, white space before it allowed.
  private mutating func step(
    over byte: UInt8, from p: UnsafePointer<UInt8>
  ) throws(JSONFault) -> UnsafePointer<UInt8> {
    cursor.p = p
    guard cursor.take(byte) else { throw cursor.p == cursor.end ? .truncated : .malformed }
    return cursor.p
  }

  /// The entry of the key whose opening quote has been passed, looked up.
  private mutating func key(
    after previous: UnsafeMutablePointer<KeyEntry>, below node: Int
  ) throws(JSONFault) -> UnsafeMutablePointer<KeyEntry> {
    let key = try cursor.string()
    let entry = memory.entry(key.bytes, below: node)
    // A key too long to remember has no place of its own and so no successor.
    if key.count <= KeyEntry.limit, previous.pointee.count <= KeyEntry.limit { previous.pointee.next = entry }
    return entry
  }

  /// The two values that records are made of, a string without escapes and a short whole number, without detours: what
  /// stands behind it; nil, and nothing was written, where the value is another.
  @inline(__always) private mutating func plainValue(
    _ entry: UnsafeMutablePointer<KeyEntry>, _ p: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
  ) -> UnsafePointer<UInt8>? {
    guard p < end else { return nil }
    let way = entry.pointee.way
    if p.pointee == 0x22 {
      let start = p + 1
      let stop = cbytes_find2(start, end, 0x22, 0x5c)!
      guard stop < end, stop.pointee == 0x22 else { return nil }
      let count = stop - start
      if way == .text, count > 2 {
        if writer.claims(entry.pointee.column, entry.pointee.action.rank) {
          writer.setColumn(entry.pointee.column, writer.slice(start, count))
        }
      } else if way != .skip {
        writer.write(entry.pointee.action, RawValue(kind: .string, start: start, count: count))
      }
      return stop + 1
    }
    guard p.pointee &- 0x30 < 10 else { return way == .skip ? skipped(p, end) : nil }
    guard way == .skip || way == .number else { return nil }
    var at = p
    var number: Int64 = 0
    let limit = min(end, p + 18)
    while at < limit, at.pointee &- 0x30 < 10 {
      number = number &* 10 &+ Int64(at.pointee &- 0x30)
      at += 1
    }
    guard at < limit, at.pointee == 0x2c || at.pointee == 0x7d else { return nil }
    if way == .number, writer.claims(entry.pointee.column, entry.pointee.action.rank) {
      writer.setColumn(entry.pointee.column, UInt64(bitPattern: number))
    }
    return at
  }

  /// Behind `true`, `false`, `null` or `[]` where nobody asked for it.
  @inline(__always) private func skipped(
    _ p: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
  ) -> UnsafePointer<UInt8>? {
    guard end - p > 6 else { return nil }
    if p.pointee == 0x5b { return p[1] == 0x5d ? p + 2 : nil }
    if (p.pointee == 0x74 || p.pointee == 0x6e) && (p[4] == 0x2c || p[4] == 0x7d) { return p + 4 }
    return p.pointee == 0x66 && (p[5] == 0x2c || p[5] == 0x7d) ? p + 5 : nil
  }

  /// Any other value: what stands behind it.
  @inline(never) private mutating func value(
    _ entry: UnsafeMutablePointer<KeyEntry>, from p: UnsafePointer<UInt8>
  ) throws(JSONFault) -> UnsafePointer<UInt8> {
    cursor.p = p
    let action = entry.pointee.action
    if entry.pointee.node != 0 {
      cursor.skipSpace()
      if cursor.p < cursor.end, cursor.p.pointee == 0x7b {
        cursor.p += 1
        try object(entry.pointee.node)
        return cursor.p
      }
    }
    let value = try cursor.value()
    if action.take != .skip { writer.write(action, value) }
    return cursor.p
  }
}
