import CDuckDB
import Foundation
import Model
import Records

/// How an archive is written.
package struct ArchiveSettings: Sendable {
  /// Whether each event's line is kept as it came in.
  package var keepsLines = false
  /// Memory of DuckDB, in MiB.
  package var memory = 512
  /// Files of one hour beyond which they are made one.
  package var filesAnHour = 4
  /// Rows from which on a file is large enough to be left alone.
  package var fileRows = 1_000_000
  /// Rows that wait in memory at most before they are written.
  package var pendingRows = 60_000

  package init() {}
}

/// Writes events into one customer's archive: they gather in memory until `commit` makes files of them, all or none.
///
/// One writer a customer at a time, in one process or another. What was gathered and not committed is lost with the
/// process: whoever feeds it keeps it until then.
package final class ArchiveWriter {
  package let folder: ArchiveFolder
  package private(set) var manifest: ArchiveManifest
  package let settings: ArchiveSettings
  let connection: DuckConnection
  private let lock: Int32
  private var fields: [EventField] = []
  private var appender: duck_appender?
  private var chunk: duck_chunk?
  /// Rows gathered since the last commit.
  package private(set) var pendingRows = 0
  /// The manifest as it will be once the files that are spilled are part of the archive.
  private var spilled: ArchiveManifest?

  /// Takes the archive for writing and removes what a stop in the middle of writing left.
  ///
  /// Errors: another process writes it, the disk, no DuckDB.
  package init(_ folder: ArchiveFolder, settings: ArchiveSettings = ArchiveSettings()) throws(ArchiveError) {
    self.folder = folder
    self.settings = settings
    let library = try DuckLibrary.get()
    try ArchiveFolder.makeFolder(folder.path)
    let path = folder.path + "/lock"
    lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard lock >= 0 else { throw ArchiveFolder.failure(path) }
    guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
      close(lock)
      throw ArchiveError("the archive cannot be written", why: "\(folder.path): another process writes it")
    }
    do throws(ArchiveError) {
      manifest = try folder.manifest()
      connection = try DuckConnection(
        library,
        settings: ["threads": "1", "memory_limit": "\(settings.memory)MiB", "preserve_insertion_order": "true"])
    } catch {
      close(lock)
      throw error
    }
    sweepUp()
  }

  deinit {
    connection.api.destroy_data_chunk(&chunk)
    _ = connection.api.appender_destroy(&appender)
    close(lock)
  }

  /// Files that no manifest names: they were written and never became part of the archive.
  private func sweepUp() {
    let known = Set(manifest.files.map(\.path) + manifest.retired.map(\.path))
    guard let walker = FileManager.default.enumerator(atPath: folder.path) else { return }
    for case let name as String in walker where name.hasSuffix(".parquet") || name.hasSuffix(".new") {
      if !known.contains(name) { unlink(folder.path + "/" + name) }
    }
  }

  /// Gathers a batch's events; `inputs` are the names of their inputs in the order of `LinePlace.source`.
  package func append(_ batch: EventBatch, inputs: [String]) throws(ArchiveError) {
    if batch.count == 0 { return }
    let touched = EventField.allCases.filter { batch.isTouched($0) || $0 == .ipSource }
    if !Set(touched).isSubset(of: fields) || chunk == nil { try widen(to: touched) }
    let names = inputs.map { Array($0.utf8) }
    let plain = names.map { name in
      let text = Array(String(decoding: name, as: UTF8.self).replacing("\0", with: "").utf8)
      let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(1, text.count))
      _ = copy.initialize(from: text)
      return UnsafeBufferPointer(rebasing: UnsafeBufferPointer(copy)[..<text.count])
    }
    defer { for name in plain { UnsafeMutablePointer(mutating: name.baseAddress)?.deallocate() } }
    let filler = ChunkFiller(api: connection.api, chunk: chunk!)
    for start in stride(from: 0, to: batch.count, by: ChunkFiller.rows) {
      let range = start..<min(batch.count, start + ChunkFiller.rows)
      _ = filler.fill(batch, range, fields: fields, inputs: plain, keepsLines: settings.keepsLines)
      guard connection.api.append_data_chunk(appender!, chunk!) == 0 else {
        throw connection.failure("events cannot be gathered", connection.api.appender_error(appender!))
      }
    }
    pendingRows += batch.count
  }

  /// Gathers with more columns from now on.
  private func widen(to touched: [EventField]) throws(ArchiveError) {
    try flush()
    let api = connection.api
    _ = api.appender_destroy(&appender)
    api.destroy_data_chunk(&chunk)
    let wanted = EventField.allCases.filter { fields.contains($0) || touched.contains($0) }
    let columns =
      wanted.map { "\($0.column) \($0.columnKind.type)" } + ArchiveColumn.extra.map { "\($0.name) \($0.type)" }
    try connection.execute("CREATE TABLE wider (part BIGINT, \(columns.joined(separator: ", ")))")
    if !fields.isEmpty {
      try connection.execute("INSERT INTO wider BY NAME SELECT * FROM pending")
      try connection.execute("DROP TABLE pending")
    }
    try connection.execute("ALTER TABLE wider RENAME TO pending")
    fields = wanted
    guard api.appender_create(connection.handle, nil, "pending", &appender) == 0 else {
      throw connection.failure("events cannot be gathered", appender.flatMap { api.appender_error($0) })
    }
    let numbers = [DUCK_BIGINT] + wanted.map(\.columnKind.number) + ArchiveColumn.extra.map(\.number)
    var types = numbers.map { api.create_logical_type(Int32($0)) }
    defer { for index in types.indices { api.destroy_logical_type(&types[index]) } }
    chunk = api.create_data_chunk(&types, UInt64(types.count))
  }

  /// Begins with no rows; a table that is dropped gives its memory back, one that is emptied does not.
  private func empty() throws(ArchiveError) {
    let kept = fields
    _ = connection.api.appender_destroy(&appender)
    try connection.execute("DROP TABLE pending")
    fields = []
    try widen(to: kept)
  }

  private func flush() throws(ArchiveError) {
    guard let appender else { return }
    guard connection.api.appender_flush(appender) == 0 else {
      throw connection.failure("events cannot be gathered", connection.api.appender_error(appender))
    }
  }

  /// Makes files of what was gathered, one an hour; durable when this returns, and not yet part of the archive.
  ///
  /// Errors: what was gathered is still there: try again.
  package func spill() throws(ArchiveError) {
    guard pendingRows > 0 else { return }
    try flush()
    var made: [ArchiveManifest.File] = []
    var next = spilled ?? manifest
    do throws(ArchiveError) {
      for part in try parts() { made.append(try write(part, &next)) }
      try empty()
    } catch {
      for file in made { unlink(folder.path + "/" + file.path) }
      throw error
    }
    next.files += made
    next.written += pendingRows
    spilled = next
    pendingRows = 0
  }

  /// Makes what was gathered and spilled part of the archive, all in one step; durable when this returns. `through` is
  /// the last delivery that is in it.
  ///
  /// Errors: nothing became part of the archive, and nothing is lost: try again.
  package func commit(through: UInt64? = nil) throws(ArchiveError) {
    try spill()
    var next = spilled ?? manifest
    if let through { next.through = through }
    guard spilled != nil || next.through != manifest.through else { return }
    next.files.sort { ($0.hour ?? .min, $0.path) < ($1.hour ?? .min, $1.path) }
    try folder.write(next)
    manifest = next
    spilled = nil
  }

  /// Changes the manifest in one step.
  func change(_ body: (inout ArchiveManifest) throws(ArchiveError) -> Void) throws(ArchiveError) {
    try commit()
    var next = manifest
    try body(&next)
    try folder.write(next)
    manifest = next
  }

  /// What is known of one hour before it is written.
  private struct Part {
    var part: Int64
    var rows: Int
    var first: Int64?
    var last: Int64?
    var odd: Int
  }

  private func parts() throws(ArchiveError) -> [Part] {
    let time = fields.contains(.time) ? EventField.time.column : "NULL::TIMESTAMP_NS"
    let result = try connection.query(
      "SELECT part, count(*), epoch_ns(min(\(time))), epoch_ns(max(\(time))), count(odd) FROM pending GROUP BY part ORDER BY part"
    )
    var parts: [Part] = []
    while let chunk = try result.next() {
      for row in 0..<chunk.count {
        parts.append(
          Part(
            part: chunk.int(0, row)!, rows: Int(chunk.int(1, row)!), first: chunk.int(2, row), last: chunk.int(3, row),
            odd: Int(chunk.int(4, row)!)))
      }
    }
    return parts
  }

  private func write(_ part: Part, _ next: inout ArchiveManifest) throws(ArchiveError) -> ArchiveManifest.File {
    let (path, final) = try place(of: part.part, &next)
    try connection.execute(
      "COPY (SELECT * EXCLUDE (part) FROM pending WHERE part = \(part.part)) TO ? \(Self.format)",
      [.text(Array((final + ".new").utf8))])
    let digest = try finish(final)
    return ArchiveManifest.File(
      path: path, hour: part.part == ChunkFiller.undated ? nil : part.part * ChunkFiller.hour, rows: part.rows,
      bytes: digest.bytes, sha256: digest.sha256, first: part.first, last: part.last,
      written: Int64(Date().timeIntervalSince1970 * 1e9),
      schema: next.schema(of: fields.map(\.name)), odd: part.odd, keepsLines: settings.keepsLines)
  }

  /// Parquet's second pages hold numbers as differences, and level 1 of zstd costs a third of level 3's time.
  static let format = "(FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, PARQUET_VERSION v2)"

  /// Where an hour's next file goes.
  func place(of part: Int64, _ next: inout ArchiveManifest) throws(ArchiveError) -> (path: String, final: String) {
    let serial = String(next.next)
    next.next += 1
    let name = String(repeating: "0", count: max(0, 12 - serial.count)) + serial + ".parquet"
    var path = "undated/" + name
    if part != ChunkFiller.undated {
      let time = UTCTime(part.multipliedReportingOverflow(by: ChunkFiller.hour).partialValue)
      path = "\(time.isoDate)/\(time.clock.prefix(2))-\(name)"
    }
    let final = folder.path + "/" + path
    try ArchiveFolder.makeFolder((final as NSString).deletingLastPathComponent)
    return (path, final)
  }

  /// Makes what was written beside `final` the file itself, durable.
  func finish(_ final: String) throws(ArchiveError) -> (bytes: Int, sha256: String) {
    guard let digest = ArchiveFolder.digest(final + ".new") else { throw ArchiveFolder.failure(final) }
    try ArchiveFolder.publish(final + ".new", as: final)
    return digest
  }
}
