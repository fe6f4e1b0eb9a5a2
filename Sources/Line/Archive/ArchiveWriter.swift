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
  /// Rows, and bytes of texts, that wait in memory at most before they are written: a row group of the library's.
  package var pendingRows = 122_880
  package var pendingBytes = 64 << 20

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
  private let rows = GatheredRows()
  private let feed: RowFeed
  /// Fields that files have a column for even when nothing is in it, so that few sets of columns are in use.
  private var usual: Set<EventField>
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
      feed = try RowFeed(connection)
    } catch {
      close(lock)
      throw error
    }
    let newest = manifest.files.max { $0.written < $1.written }
    usual = Set((newest.map(manifest.fields) ?? []).compactMap(EventField.named))
    sweepUp()
  }

  deinit { close(lock) }

  /// Files that no manifest names: they were written and never became part of the archive.
  private func sweepUp() {
    let known = Set(manifest.files.map(\.path) + manifest.retired.map(\.path))
    guard let walker = FileManager.default.enumerator(atPath: folder.path) else { return }
    for case let name as String in walker where name.hasSuffix(".parquet") || name.hasSuffix(".new") {
      if !known.contains(name) { unlink(folder.path + "/" + name) }
    }
  }

  /// Rows that were gathered and are not written yet.
  package var pendingRows: Int { rows.count }

  /// Whether what was gathered should be written before more is.
  package var isFull: Bool { rows.count >= settings.pendingRows || rows.textBytes >= settings.pendingBytes }

  /// Gathers a batch's events; `inputs` are the names of their inputs in the order of `LinePlace.source`.
  package func append(_ batch: EventBatch, inputs: [String]) {
    if batch.count > 0 { rows.append(batch, inputs: inputs, keepsLines: settings.keepsLines) }
  }

  /// Makes files of what was gathered, one an hour; durable when this returns, and not yet part of the archive.
  ///
  /// Errors: what was gathered is still there: try again.
  package func spill() throws(ArchiveError) {
    guard rows.count > 0 else { return }
    let fields = rows.fields(and: usual)
    var made: [ArchiveManifest.File] = []
    var next = spilled ?? manifest
    do throws(ArchiveError) {
      defer { feed.forget() }
      try feed.offer(rows.columns(of: fields))
      for (number, hour) in rows.hours.sorted(by: { $0.key < $1.key }) {
        made.append(try write(number, hour, fields, &next))
      }
    } catch {
      for file in made { unlink(folder.path + "/" + file.path) }
      throw ArchiveError("the archive cannot be written", why: error.why, cause: error.cause)
    }
    next.files += made
    next.written += rows.count
    spilled = next
    usual.formUnion(fields)
    rows.forget()
  }

  /// Makes what was gathered and spilled part of the archive, all in one step; durable when this returns. `through` is
  /// the last delivery that is in it, `sources` the files that were brought in.
  ///
  /// Errors: nothing became part of the archive, and nothing is lost: try again.
  package func commit(through: UInt64? = nil, sources: [ArchiveManifest.Source] = []) throws(ArchiveError) {
    try spill()
    var next = spilled ?? manifest
    if let through { next.through = through }
    if spilled != nil, !sources.isEmpty { next.sources = (next.sources ?? []) + sources }
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

  private func write(
    _ number: Int64, _ hour: GatheredRows.Hour, _ fields: [EventField], _ next: inout ArchiveManifest
  ) throws(ArchiveError) -> ArchiveManifest.File {
    let (path, final) = try place(of: number, &next)
    feed.offer(hour.runs)
    try connection.execute(
      "COPY (FROM gathered()) TO ? (\(Self.format), DICTIONARY_SIZE_LIMIT 4096)", [.text(Array((final + ".new").utf8))])
    let digest = try finish(final)
    return ArchiveManifest.File(
      path: path, hour: number == GatheredRows.undated ? nil : number * GatheredRows.hour, rows: hour.rows,
      bytes: digest.bytes, sha256: digest.sha256, first: hour.first, last: hour.last,
      written: Int64(Date().timeIntervalSince1970 * 1e9),
      schema: next.schema(of: fields.map(\.name)), odd: hour.odd, keepsLines: settings.keepsLines)
  }

  /// Parquet's second pages hold numbers as differences, and level 1 of zstd costs a third of level 3's time. Texts come
  /// with a dictionary; looking for one of numbers goes no further than a processor's cache.
  static let format = "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, PARQUET_VERSION v2"

  /// Where an hour's next file goes.
  func place(of part: Int64, _ next: inout ArchiveManifest) throws(ArchiveError) -> (path: String, final: String) {
    let serial = String(next.next)
    next.next += 1
    let name = String(repeating: "0", count: max(0, 12 - serial.count)) + serial + ".parquet"
    var path = "undated/" + name
    if part != GatheredRows.undated {
      let time = UTCTime(part.multipliedReportingOverflow(by: GatheredRows.hour).partialValue)
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
