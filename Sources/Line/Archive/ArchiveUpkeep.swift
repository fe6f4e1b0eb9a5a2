import Foundation
import Model

extension ArchiveWriter {
  /// Makes one file of the many that an hour has gathered; how many files were made one.
  ///
  /// Hours that are over (before `time`, ns since 1970 UTC) are left with one file, others with few: of those only the
  /// smaller files are made one, so that an event is not written again with every file that comes. The old files stay
  /// readable until `forget` takes them.
  @discardableResult package func compact(before time: Int64, now: Int64 = Int64(Date().timeIntervalSince1970 * 1e9))
    throws(ArchiveError) -> Int
  {
    try commit()
    var count = 0
    // What is large already is not written again and again.
    let hours = Dictionary(grouping: manifest.files.filter { $0.rows < settings.fileRows }) { $0.hour }
    for (hour, files) in hours.sorted(by: { ($0.key ?? .min) < ($1.key ?? .min) }) {
      let isOver = hour.map { $0 + GatheredRows.hour <= time } ?? false
      guard files.count > (isOver ? 1 : settings.filesAnHour) else { continue }
      let most = files.reduce(0) { max($0, $1.rows) }
      let small = isOver ? files : files.filter { $0.rows <= most / 2 }
      let chosen = small.count > 1 ? small : files
      do throws(ArchiveError) {
        try merge(chosen, hour: hour, now: now)
        count += chosen.count
      } catch {
        // An hour that no memory suffices for stays as it is, and must not keep the others from being looked after.
        guard error.cause == .limit else { throw error }
      }
    }
    return count
  }

  private func merge(_ files: [ArchiveManifest.File], hour: Int64?, now: Int64) throws(ArchiveError) {
    var next = manifest
    let (path, final) = try place(of: hour.map { $0 / GatheredRows.hour } ?? GatheredRows.undated, &next)
    try copy(files.map { folder.path + "/" + $0.path }, to: final + ".new")
    let rows = try connection.numbers(
      "SELECT count(*) FROM read_parquet(?)", [.texts([final + ".new"])])
    let expected = files.reduce(0) { $0 + $1.rows }
    guard rows == [Int64(expected)] else {
      unlink(final + ".new")
      throw ArchiveError(
        "an hour cannot be compacted", why: "\(expected) events became \(rows.first ?? 0); the files stay as they are")
    }
    let digest = try finish(final)
    let held = Set(files.flatMap { manifest.fields(of: $0) })
    let fields = EventField.allCases.map(\.name).filter(held.contains)
    let merged = ArchiveManifest.File(
      path: path, hour: hour, rows: expected, bytes: digest.bytes, sha256: digest.sha256,
      first: files.compactMap(\.first).min(), last: files.compactMap(\.last).max(),
      written: files.map(\.written).max() ?? now, schema: next.schema(of: fields),
      odd: files.reduce(0) { $0 + $1.odd }, keepsLines: files.allSatisfy(\.keepsLines))
    let old = Set(files.map(\.path))
    try change { manifest in
      manifest.next = next.next
      manifest.schemas = next.schemas
      manifest.files.removeAll { old.contains($0.path) }
      manifest.files.append(merged)
      manifest.files.sort { ($0.hour ?? .min, $0.path) < ($1.hour ?? .min, $1.path) }
      manifest.retired += old.sorted().map { .init(path: $0, since: now) }
    }
  }

  /// Rows of long texts need more memory in a group of the usual size than there is: they come in smaller ones.
  private func copy(_ paths: [String], to new: String) throws(ArchiveError) {
    for (rows, isLast) in [(122_880, false), (8_192, false), (2_048, true)] {
      do throws(ArchiveError) {
        return try connection.execute(
          """
          COPY (SELECT * FROM read_parquet(?, union_by_name = true)) TO ? \
          (\(Self.format), ROW_GROUP_SIZE \(rows))
          """, [.texts(paths), .text(Array(new.utf8))])
      } catch {
        unlink(new)
        if isLast || error.cause != .limit { throw error }
      }
    }
  }

  /// Takes whole files whose last event is older than `time` out of the archive; what was taken.
  ///
  /// With `alsoWritten` only those that were written before `time` too, so that old logs that came in today stay.
  @discardableResult package func expire(
    before time: Int64, alsoWritten: Bool = false, now: Int64 = Int64(Date().timeIntervalSince1970 * 1e9)
  ) throws(ArchiveError) -> [ArchiveManifest.File] {
    try commit()
    let gone = manifest.files.filter { ($0.last ?? $0.written) < time && (!alsoWritten || $0.written < time) }
    if gone.isEmpty { return [] }
    let paths = Set(gone.map(\.path))
    try change { manifest in
      manifest.files.removeAll { paths.contains($0.path) }
      manifest.retired += gone.map { .init(path: $0.path, since: now) }
      manifest.expired += gone.reduce(0) { $0 + $1.rows }
    }
    return gone
  }

  /// Removes files that left the archive before `time`, when no question can be reading them any more.
  package func forget(retiredBefore time: Int64) throws(ArchiveError) {
    let gone = manifest.retired.filter { $0.since < time }
    if gone.isEmpty { return }
    for file in gone { unlink(folder.path + "/" + file.path) }
    let paths = Set(gone.map(\.path))
    try change { manifest in manifest.retired.removeAll { paths.contains($0.path) } }
  }

  /// Counts deliveries that were gone before they could be archived.
  package func note(missed: Int) throws(ArchiveError) {
    try change { manifest in manifest.missed += missed }
  }
}

extension ArchiveFolder {
  /// What is wrong with the archive, in words; empty where every file is what it was when it was written.
  ///
  /// Cost: reads every byte once.
  package func faults() throws(ArchiveError) -> [String] {
    let manifest = try manifest()
    var faults: [String] = []
    let connection = try DuckConnection(DuckLibrary.get(), settings: ["threads": "1"])
    for file in manifest.files {
      let place = path + "/" + file.path
      guard let digest = Self.digest(place) else {
        faults.append("\(file.path) is missing: \(Words.count(file.rows, "event"))")
        continue
      }
      guard digest.sha256 == file.sha256 else {
        faults.append("\(file.path) was changed: its SHA-256 is \(digest.sha256) and should be \(file.sha256)")
        continue
      }
      let rows = try connection.numbers("SELECT count(*) FROM read_parquet(?)", [.texts([place])])
      if rows != [Int64(file.rows)] {
        faults.append("\(file.path) holds \(rows.first ?? 0) events and should hold \(file.rows)")
      }
    }
    let kept = manifest.rows + manifest.expired
    if kept != manifest.written {
      faults.append("\(kept) events are here or expired, and \(manifest.written) were written")
    }
    return faults
  }
}
