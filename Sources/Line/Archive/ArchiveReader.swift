import Conditions
import Foundation
import Model

/// Bounds of one question to the archive.
package struct QuestionLimits: Sendable {
  package var threads = 2
  /// Memory of DuckDB, in MiB; nothing is spilled to the disk.
  package var memory = 1_024

  package init() {}
}

/// One question's view of one customer's archive: the files of a span as they are now, and nothing else.
///
/// Files that are compacted away meanwhile stay readable for a while. One thread at a time, but `stop` from any.
package final class ArchiveReader {
  let folder: ArchiveFolder
  let manifest: ArchiveManifest
  let files: [ArchiveManifest.File]
  let connection: DuckConnection
  /// The fields that some file holds.
  let columns: Set<EventField>
  package private(set) var inputs: [String] = []
  private var inputPlaces: [String: Int] = [:]

  /// Errors: no DuckDB, a manifest that is none.
  package init(
    _ folder: ArchiveFolder, since: Int64? = nil, until: Int64? = nil, limits: QuestionLimits = QuestionLimits()
  ) throws(ArchiveError) {
    self.folder = folder
    manifest = try folder.manifest()
    files = manifest.files(since: since, until: until)
    columns = Set(files.flatMap { [manifest] in manifest.fields(of: $0) }.compactMap(EventField.named))
    connection = try DuckConnection(
      DuckLibrary.get(), settings: ["threads": "\(limits.threads)", "memory_limit": "\(limits.memory)MiB"])
  }

  /// Ends the question; may be called from any thread.
  package var stop: @Sendable () -> Void { { [connection] in connection.interrupt() } }

  /// Whether somebody did.
  package var isStopped: Bool { connection.isStopped }

  /// Up to which delivery of the spool the archive goes.
  package var through: UInt64 { manifest.through }
  package var fileCount: Int { files.count }
  var paths: DuckValue { .texts(files.map { folder.path + "/" + $0.path }) }
  var hasOdd: Bool { files.contains { $0.odd > 0 } }
  /// Whether every file of the span holds raw lines.
  package var keepsLines: Bool { files.allSatisfy(\.keepsLines) }

  /// The files as one table, to be asked with their paths as its value, for a question that looks at some fields.
  ///
  /// Where every file has them DuckDB need not read the ends of all files before it begins.
  func table(for fields: Set<EventField>) -> String {
    let wanted = Set(fields.intersection(columns).map(\.name))
    let schemas = Set(files.map(\.schema)).map { place in Set(manifest.schemas[place]) }
    return schemas.allSatisfy(wanted.isSubset) ? "read_parquet(?)" : "read_parquet(?, union_by_name = true)"
  }

  /// Hands over, in the archive's order, batches of rows that may meet the condition, until `body` answers false.
  ///
  /// `fields` are the columns wanted. Errors: a file that cannot be read, a limit.
  package func candidates(
    _ condition: Condition, fields: Set<EventField>, computed: Set<EventField>, withLines: Bool, in batch: EventBatch,
    _ body: (EventBatch) -> Bool
  ) throws(ArchiveError) {
    if files.isEmpty { return }
    let sql = ConditionSQL(condition, columns: columns, computed: computed)
    let wanted = EventField.allCases.filter { fields.contains($0) && columns.contains($0) }
    let lines = withLines ? ArchiveColumn.text : "NULL::BLOB"
    let names = wanted.map(\.column) + [ArchiveColumn.input, ArchiveColumn.line, lines, ArchiveColumn.odd]
    let filter = hasOdd ? "((\(sql.text)) OR \(ArchiveColumn.odd) IS NOT NULL)" : sql.text
    let result = try connection.query(
      "SELECT \(names.joined(separator: ", ")) FROM \(table(for: Set(wanted).union(condition.fields))) WHERE \(filter)",
      [paths] + sql.values)
    while let chunk = try result.next() {
      fill(batch, from: chunk, wanted)
      if !body(batch) { return }
    }
  }

  private func fill(_ batch: EventBatch, from chunk: DuckChunk, _ fields: [EventField]) {
    batch.reset()
    for (index, field) in fields.enumerated() {
      batch.touch(field)
      fill(field, chunk.column(index), chunk.count, batch)
    }
    let (input, line) = (chunk.column(fields.count), chunk.column(fields.count + 1))
    let (text, odd) = (chunk.column(fields.count + 2), chunk.column(fields.count + 3))
    for row in 0..<chunk.count {
      let slice = text.isThere(row) ? batch.arena.append(text.bytes(row)) : .absent
      let name = input.isThere(row) ? String(decoding: input.bytes(row), as: UTF8.self) : ""
      let number = line.isThere(row) ? Int(line.int(row)) : 0
      batch.commitRow(LinePlace(slice: slice, source: place(of: name), number: number))
      if odd.isThere(row) { OddCells.forEach(odd.bytes(row)) { restore($0, $1, row, batch) } }
    }
  }

  private func fill(_ field: EventField, _ column: DuckChunk.Column, _ count: Int, _ batch: EventBatch) {
    switch field.columnKind {
    case .address: for row in 0..<count where column.isThere(row) { batch.set(field, row, column.address(row)) }
    case .int, .time: for row in 0..<count where column.isThere(row) { batch.set(field, row, column.int(row)) }
    case .bool: for row in 0..<count where column.isThere(row) { batch.set(field, row, column.bool(row) ? 1 : 0) }
    case .keyword(let words):
      for row in 0..<count where column.isThere(row) {
        let bytes = column.bytes(row)
        if let place = words.firstIndex(where: { $0.utf8.elementsEqual(bytes) }) { batch.set(field, row, Int64(place)) }
      }
    case .text:
      for row in 0..<count where column.isThere(row) { batch.set(field, row, batch.arena.append(column.bytes(row))) }
    }
  }

  private func restore(_ field: EventField, _ bytes: UnsafeBufferPointer<UInt8>, _ row: Int, _ batch: EventBatch) {
    guard batch.isTouched(field) else { return }
    switch field.columnKind {
    case .text: batch.set(field, row, batch.arena.append(bytes))
    case .time:
      if bytes.count == 8 { batch.set(field, row, UnsafeRawBufferPointer(bytes).loadUnaligned(as: Int64.self)) }
    default: break
    }
  }

  /// Names of inputs are few.
  private func place(of input: String) -> Int {
    if let known = inputPlaces[input] { return known }
    inputs.append(input)
    inputPlaces[input] = inputs.count - 1
    return inputs.count - 1
  }

  /// The name of a row's input.
  package func input(_ batch: EventBatch, _ row: Int) -> String { inputs[Int(batch.lines[row].source)] }
}
