import CBytes
import Model

/// Zeek's logs as it writes them by itself: tab-separated columns behind a header that names them.
///
/// Names mean what they mean in Zeek's JSON, whose tables are taken: the one whose telling keys the header has. Source:
/// Zeek manual, "Log Formats and Inspection".
struct ZeekFormat: LogFormat {
  let name = "zeek-tsv"
  let fields: [EventField]
  private let tables: [JSONFormat]
  private let place = DecodeScratch.MemoryPlace()

  init(_ tables: [JSONFormat]) {
    self.tables = tables
    fields = EventField.allCases.filter { field in tables.contains { $0.fields.contains(field) } }
  }

  var framing: Framing { .headed { line, _ in line.starts(with: "#fields\t".utf8) } }

  /// What the header met last says.
  private final class Memory {
    var header: [UInt8] = []
    var columns: [FieldAction] = []
    var kind: RecordClass?
    let ranks = RankMemory()
  }

  func likeness(of sample: Sample, _ scratch: DecodeScratch) -> Int {
    guard sample.bytes.starts(with: "#separator \\x09".utf8) else { return 0 }
    return sample.share(decodedBy: self, scratch)
  }

  func decodeRecord(_ record: LinePlace, _ batch: EventBatch, _ scratch: DecodeScratch) -> Rejection? {
    let line = batch.bytes(record.slice)
    if line[0] == 0x23 { return nil }
    let memory = memory(for: batch.bytes(scratch.header), scratch)
    guard let kind = memory.kind else { return .noHeader }
    memory.ranks.ranks.update(repeating: 0, count: 128)
    let isWhole = scratch.withClock { clock -> Bool in
      var writer = CellWriter(batch, budget: line.count, clock: clock, ranks: memory.ranks.ranks)
      var cells = CSVRecord(line, separator: 0x09)
      for action in memory.columns {
        guard let cell = cells.next()?.cell else { return false }
        if action.take == .skip || cell.count == 0 || cell.elementsEqual("(empty)".utf8) { continue }
        writer.write(action, RawValue(kind: .string, start: cell.baseAddress!, count: cell.count))
      }
      writer.finish(as: kind, prefix: UnsafeBufferPointer(start: line.baseAddress, count: 0))
      batch.arena.advance(writer.out - batch.arena.end)
      return true
    }
    guard isWhole else {
      batch.abandonRow()
      return .columnCount
    }
    batch.commitRow(record)
    return nil
  }

  func time(of record: UnsafeBufferPointer<UInt8>, _ scratch: DecodeScratch) -> Int64? {
    // The first column of every log is its time.
    guard let start = record.baseAddress, record.count > 0, record[0] != 0x23 else { return nil }
    let stop = cbytes_find(start, start + record.count, 0x09)! - start
    return scratch.clock.parse(UnsafeBufferPointer(rebasing: record[..<stop]), power: 9)
  }

  private func memory(for header: UnsafeBufferPointer<UInt8>, _ scratch: DecodeScratch) -> Memory {
    let memory = scratch.memory(at: place) { Memory() }
    if memory.header.elementsEqual(header) { return memory }
    memory.header = Array(header)
    memory.kind = nil
    let names = String(decoding: header.dropFirst(8), as: UTF8.self).split(separator: "\t").map(String.init)
    for table in tables {
      let columns = names.map { table.map.resolve($0, below: "").action }
      guard columns.reduce(0, { $0 | $1.mark }) & table.required == table.required else { continue }
      (memory.columns, memory.kind) = (columns, table.kind)
      break
    }
    return memory
  }
}
