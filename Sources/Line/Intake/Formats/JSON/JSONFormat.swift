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
  /// Whether tables of columns with the same names are of the format too.
  let isTabular: Bool
  package var standsAmongText: Bool { kind == .any || kind == .host }
  private let place = DecodeScratch.MemoryPlace()

  init(name: String, map: RecordMap, kind: RecordClass, required: UInt8, sureness: Int = 100, isTabular: Bool = false) {
    self.name = name
    self.map = map
    self.kind = kind
    self.required = required
    self.sureness = sureness
    self.isTabular = isTabular
    fields = map.fields
  }

  package func likeness(of sample: Sample, _ scratch: DecodeScratch) -> Int {
    sample.share(decodedBy: self, scratch) * sureness / 100
  }

  package func decodeRecord(_ record: LinePlace, _ batch: EventBatch, _ scratch: DecodeScratch) -> Rejection? {
    guard let first = Self.objectStart(batch.bytes(record.slice)) else { return .unknownShape }
    let memory = scratch.memory(at: place) { KeyMemory(map) }
    // Offsets, not pointers, from object to object: the arena may move between them.
    var at = first - UnsafePointer(batch.arena.base)
    let isWithin = at > Int(record.slice.offset)
    repeat {
      if let reason = decodeObject(&at, isWithin, record, batch, scratch, memory) { return reason }
    } while at < record.slice.end && batch.arena.base[at] == 0x7b
    return nil
  }

  /// Steps over what may stand behind an object: the next one, the end of a list, and, behind an object within a line
  /// of text, a few bytes more, such as a second, empty list. False where something else stands there.
  private static func skipToNext(_ at: inout Int, _ record: LinePlace, _ base: UnsafePointer<UInt8>, isWithin: Bool)
    -> Bool
  {
    while at < record.slice.end, base[at] <= 0x20 || base[at] == 0x2c || base[at] == 0x5d { at += 1 }
    if at == record.slice.end || base[at] == 0x7b { return true }
    guard isWithin, record.slice.end - at <= 8 else { return false }
    at = record.slice.end
    return true
  }

  @inline(__always)
  private func decodeObject(
    _ at: inout Int, _ isWithin: Bool, _ record: LinePlace, _ batch: EventBatch, _ scratch: DecodeScratch,
    _ memory: KeyMemory
  ) -> Rejection? {
    memory.beginRecord()
    let base = UnsafePointer(batch.arena.base)
    let line = batch.bytes(record.slice)
    let reason = scratch.withClock { clock -> Rejection? in
      let writer = CellWriter(batch, budget: line.count, clock: clock, ranks: memory.ranks)
      let cursor = JSONCursor(base + at + 1, base + record.slice.end)
      var decoder = RecordDecoder(cursor: cursor, writer: writer, memory: memory)
      do throws(JSONFault) {
        try decoder.object(0)
      } catch {
        return error == .truncated ? .cutOff : .badJSON
      }
      guard decoder.seen & required == required else { return .unknownShape }
      var behind = decoder.cursor.p - base
      guard Self.skipToNext(&behind, record, base, isWithin: isWithin) else { return .badJSON }
      decoder.writer.finish(
        as: kind, prefix: UnsafeBufferPointer(start: line.baseAddress, count: at - Int(record.slice.offset)))
      at = behind
      batch.arena.advance(decoder.writer.out - batch.arena.end)
      return nil
    }
    if let reason {
      batch.abandonRow()
      return reason
    }
    if kind == .any { readRuleMatch(batch) }
    batch.commitRow(record)
    return nil
  }

  /// A message of ModSecurity or Coraza that came inside a record.
  private func readRuleMatch(_ batch: EventBatch) {
    let message = batch.slice(.message, batch.count)
    guard !message.isAbsent, holdsRuleMatch(batch.bytes(message)) else { return }
    for field in ModSecurityMessage.fields { batch.touch(field) }
    _ = ModSecurityMessage.write(message, batch.count, batch)
  }

  /// The first brace: at the start, behind the bracket of a JSON list, or, with a key behind it, within a line of text.
  static func objectStart(_ line: UnsafeBufferPointer<UInt8>) -> UnsafePointer<UInt8>? {
    guard let base = line.baseAddress, line.count > 1 else { return nil }
    if base.pointee == 0x7b { return base }
    for i in 0..<min(line.count, 400) where line[i] == 0x7b {
      var next = i + 1
      while next < line.count, line[next] <= 0x20 { next += 1 }
      if next < line.count, line[next] == 0x22 { return base + i }
    }
    return nil
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
      destination: batch.destinations + batch.count,
      base: batch.arena.base, out: end, outEnd: end + min(budget, free), clock: clock, ranks: ranks)
  }
}
