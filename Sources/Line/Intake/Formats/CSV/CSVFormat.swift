import Model

/// Comma-, semicolon- or tab-separated values whose first line names the columns.
///
/// Names are understood as the keys of any JSON record are: by the condition language's fields, Logpush and Sigma
/// names, and the usual spellings. Before it is fitted to a file it only recognises; fitted it knows the columns.
package struct CSVFormat: LogFormat {
  package let name: String
  package let fields: [EventField]
  private let map: RecordMap
  private let layout: Layout?
  private let kind: RecordClass
  /// Bits of the telling keys that the columns must have for the table to be of a certain format; 0: of none.
  private let required: UInt8
  private let place = DecodeScratch.MemoryPlace()

  /// What a file's first line says.
  struct Layout: Sendable {
    let separator: UInt8
    let header: [UInt8]
    let columns: [(name: String, action: FieldAction)]
    var timeColumn: Int? { columns.firstIndex { $0.action.field == .time && $0.action.take == .time } }
  }

  init(_ map: RecordMap, kind: RecordClass = .any) {
    self.init("", map, kind, 0, layout: nil)
  }

  /// A certain format's records as a table.
  init(_ format: JSONFormat) { self.init(format.name, format.map, format.kind, format.required, layout: nil) }

  private init(_ name: String, _ map: RecordMap, _ kind: RecordClass, _ required: UInt8, layout: Layout?) {
    self.kind = kind
    self.required = required
    self.name = name.isEmpty || required == 0 ? (layout?.separator == 0x09 ? "tsv" : "csv") : name
    self.map = map
    self.layout = layout
    fields = map.fields
  }

  package var framing: Framing {
    guard let separator = layout?.separator else { return .lines }
    return .records(end: { CSVRecord.end(of: $0, separator: separator) })
  }

  /// This format with the columns that the sample's first line names.
  func fitted(to sample: Sample) -> CSVFormat {
    Self.layout(sample.bytes, map).map { CSVFormat(name, map, kind, required, layout: $0) } ?? self
  }

  /// Sure when the first line names columns of which a fair share is known, and the records have that many cells.
  package func likeness(of sample: Sample, _ scratch: DecodeScratch) -> Int {
    guard let layout = Self.layout(sample.bytes, map),
      layout.columns.reduce(0, { $0 | $1.action.mark }) & required == required
    else { return 0 }
    let known = layout.columns.count { $0.action.take != .skip }
    guard layout.columns.count >= 3, known >= 3, known * 4 >= layout.columns.count else { return 0 }
    var rest = UnsafeBufferPointer(rebasing: sample.bytes[Self.lineEnd(sample.bytes)...])
    var records = 0, fitting = 0
    while records < Sample.tried, rest.count > 0 {
      let length = CSVRecord.end(of: rest, separator: layout.separator) ?? rest.count
      let record = Self.withoutLineEnd(UnsafeBufferPointer(rebasing: rest[..<length]))
      if record.count > 0 {
        records += 1
        if Self.cells(record, layout.separator) == layout.columns.count { fitting += 1 }
      }
      rest = UnsafeBufferPointer(rebasing: rest[length...])
    }
    return records == 0 ? 60 : fitting * (required == 0 ? 95 : 100) / records
  }

  package func decodeRecord(_ record: LinePlace, _ batch: EventBatch, _ scratch: DecodeScratch) -> Rejection? {
    guard let layout else { return .noHeader }
    let bytes = batch.bytes(record.slice)
    if bytes.elementsEqual(layout.header) { return nil }
    guard Self.cells(bytes, layout.separator) == layout.columns.count else { return .columnCount }
    let ranks = scratch.memory(at: place) { RankMemory() }.ranks
    ranks.update(repeating: 0, count: 128)
    let isUsed = scratch.withClock { clock -> Bool in
      var writer = CellWriter(batch, budget: bytes.count, clock: clock, ranks: ranks)
      write(bytes, layout, &writer)
      writer.finish(as: kind, prefix: UnsafeBufferPointer(start: bytes.baseAddress, count: 0))
      guard !writer.isAbsent(.time) || !writer.address.pointee.isAbsent || !writer.isAbsent(.uri) else { return false }
      batch.arena.advance(writer.out - batch.arena.end)
      return true
    }
    guard isUsed else {
      batch.abandonRow()
      return .unknownShape
    }
    batch.commitRow(record)
    return nil
  }

  package func time(of record: UnsafeBufferPointer<UInt8>, _ scratch: DecodeScratch) -> Int64? {
    guard let layout, let column = layout.timeColumn, record.baseAddress != nil else { return nil }
    var cells = CSVRecord(record, separator: layout.separator)
    for _ in 0..<column { _ = cells.next() }
    guard let cell = cells.next()?.cell else { return nil }
    return scratch.clock.parse(trimmed(cell), power: layout.columns[column].action.power)
  }

  package func extras(of row: Int, _ batch: EventBatch, _ scratch: DecodeScratch) -> [(key: String, json: String)] {
    guard let layout, batch.line(row).count > 0 else { return [] }
    var cells = CSVRecord(batch.line(row), separator: layout.separator)
    var found: [(key: String, json: String)] = []
    for column in layout.columns {
      guard let cell = cells.next()?.cell else { break }
      if column.action.take == .skip, cell.count > 0 {
        found.append((column.name, "\"" + Escape.json(String(decoding: cell, as: UTF8.self)) + "\""))
      }
    }
    return found
  }

  private func write(_ record: UnsafeBufferPointer<UInt8>, _ layout: Layout, _ writer: inout CellWriter) {
    var cells = CSVRecord(record, separator: layout.separator)
    for column in layout.columns {
      guard let (cell, isDoubled) = cells.next() else { break }
      if column.action.take == .skip { continue }
      let text = isDoubled ? writer.undoubled(cell) : cell
      // A list or map in a cell is JSON; anything else is text.
      writer.write(column.action, RawValue(kind: .string, start: text.baseAddress!, count: text.count))
    }
  }

  // Reading the header.

  private static func layout(_ bytes: UnsafeBufferPointer<UInt8>, _ map: RecordMap) -> Layout? {
    let header = withoutLineEnd(UnsafeBufferPointer(rebasing: bytes[..<lineEnd(bytes)]))
    guard header.count > 4, header.count < 16_384 else { return nil }
    let counts = ([0x2c, 0x09, 0x3b, 0x7c] as [UInt8]).map { separator in (separator, header.count { $0 == separator })
    }
    guard let best = counts.max(by: { $0.1 < $1.1 }), best.1 > 0 else { return nil }
    var cells = CSVRecord(header, separator: best.0)
    var columns: [(name: String, action: FieldAction)] = []
    while let cell = cells.next()?.cell {
      let name = String(decoding: trimmed(cell), as: UTF8.self)
      guard isName(name) else { return nil }
      columns.append((name, map.resolve(name, below: "").action))
    }
    return Layout(separator: best.0, header: Array(header), columns: columns)
  }

  /// A column's name: short, begins with a letter or `@`, holds no `=` or quote.
  private static func isName(_ name: String) -> Bool {
    guard let first = name.unicodeScalars.first, name.utf8.count <= 80 else { return false }
    return (first.properties.isAlphabetic || first == "@" || first == "_")
      && !name.contains { $0 == "=" || $0 == "\"" || $0 == "{" }
  }

  private static func lineEnd(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
    bytes.firstIndex(of: 0x0a).map { $0 + 1 } ?? bytes.count
  }

  private static func withoutLineEnd(_ bytes: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
    var end = bytes.count
    while end > 0, bytes[end - 1] == 0x0a || bytes[end - 1] == 0x0d { end -= 1 }
    return UnsafeBufferPointer(rebasing: bytes[..<end])
  }

  private static func cells(_ record: UnsafeBufferPointer<UInt8>, _ separator: UInt8) -> Int {
    guard record.count > 0 else { return 0 }
    var cells = CSVRecord(record, separator: separator)
    var count = 0
    while cells.next() != nil { count += 1 }
    return count
  }
}

extension CellWriter {
  /// A quoted cell with its doubled quotes made single.
  fileprivate mutating func undoubled(_ cell: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
    guard cell.count <= outEnd - out else { return cell }
    let start = out
    var isPair = false
    for byte in cell {
      if byte == 0x22, !isPair {
        isPair = true
        continue
      }
      isPair = false
      out.pointee = byte
      out += 1
    }
    return UnsafeBufferPointer(start: start, count: out - start)
  }
}
