import Model

/// A log of one JSON object a line, by a table of keys: Cloudflare Logpush, Caddy, Fastly and so on are such tables.
///
/// Something may stand before the object (a syslog header, a container's stamp). Several objects on one line, which
/// happens where files were joined without a line end, are several events. Unknown keys stay in the raw line.
package struct JSONFormat: LogFormat {
  package let name: String
  package let fields: [EventField]
  let map: RecordMap
  let kind: RecordClass
  /// The bits that `RecordDecoder.seen` must hold for a record to be of this format.
  let required: UInt8
  /// Confidence in a sample that decodes whole, 0…100: tables that would take anything are less sure.
  let sureness: Int
  private let place = DecodeScratch.MemoryPlace()

  init(name: String, map: RecordMap, kind: RecordClass, required: UInt8, sureness: Int = 100) {
    self.name = name
    self.map = map
    self.kind = kind
    self.required = required
    self.sureness = sureness
    fields = map.fields
  }

  package func likeness(of sample: Sample, _ scratch: DecodeScratch) -> Int {
    sample.share(decodedBy: self, scratch) * sureness / 100
  }

  package func decodeRecord(_ record: LinePlace, _ batch: EventBatch, _ scratch: DecodeScratch) -> Rejection? {
    let line = batch.bytes(record.slice)
    guard let start = Self.objectStart(line) else { return .unknownShape }
    let memory = memory(scratch)
    var cursor = JSONCursor(start, line.baseAddress! + line.count)
    repeat {
      if let reason = decodeObject(&cursor, record, batch, scratch, memory) { return reason }
    } while Self.another(&cursor)
    return cursor.p == cursor.end ? nil : .badJSON
  }

  private func memory(_ scratch: DecodeScratch) -> KeyMemory { scratch.memory(at: place) { KeyMemory(map) } }

  @inline(__always)
  private func decodeObject(
    _ cursor: inout JSONCursor, _ record: LinePlace, _ batch: EventBatch, _ scratch: DecodeScratch, _ memory: KeyMemory
  ) -> Rejection? {
    memory.beginRecord()
    cursor.p += 1
    let reason = scratch.withClock { clock -> Rejection? in
      let writer = CellWriter(batch, budget: Int(record.slice.length), clock: clock, ranks: memory.ranks)
      var decoder = RecordDecoder(cursor: cursor, writer: writer, memory: memory)
      do throws(JSONFault) {
        try decoder.object(0)
      } catch {
        return error == .truncated ? .cutOff : .badJSON
      }
      guard decoder.seen & required == required else { return .unknownShape }
      decoder.writer.finish(as: kind)
      cursor.p = decoder.cursor.p
      batch.arena.advance(decoder.writer.out - batch.arena.end)
      return nil
    }
    if let reason {
      batch.abandonRow()
      return reason
    }
    batch.commitRow(record)
    return nil
  }

  /// The first brace: at the start, behind the comma or bracket of a JSON list, or behind a prefix of bounded length.
  static func objectStart(_ line: UnsafeBufferPointer<UInt8>) -> UnsafePointer<UInt8>? {
    guard let base = line.baseAddress, line.count > 1 else { return nil }
    if base.pointee == 0x7b { return base }
    for i in 0..<min(line.count, 400) where line[i] == 0x7b { return base + i }
    return nil
  }

  /// Steps over what stands between two objects of one line; false at the end, or before something that is no object.
  private static func another(_ cursor: inout JSONCursor) -> Bool {
    while cursor.p < cursor.end, cursor.p.pointee <= 0x20 || cursor.p.pointee == 0x2c || cursor.p.pointee == 0x5d {
      cursor.p += 1
    }
    return cursor.p < cursor.end && cursor.p.pointee == 0x7b
  }
}

extension CellWriter {
  /// A writer for the row under construction, with room for `budget` bytes of made text so far as the arena has them.
  @inline(__always)
  init(_ batch: EventBatch, budget: Int, clock: UnsafeMutablePointer<TimeParser>, ranks: UnsafeMutablePointer<UInt8>) {
    let end = batch.arena.end
    let free = batch.arena.capacity - batch.arena.count
    self.init(
      cells: batch.cells, stride: batch.capacity, row: batch.count, address: batch.addresses + batch.count,
      base: batch.arena.base, out: end, outEnd: end + min(budget, free), clock: clock, ranks: ranks)
  }
}
