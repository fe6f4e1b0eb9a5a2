import Foundation

/// What the archive of one customer consists of: the one list of its files; a file that is not in it does not count.
///
/// Kept as JSON beside the files and replaced in one step, so that a stop at any moment leaves the old one or the new.
package struct ArchiveManifest: Codable, Sendable {
  /// One Parquet file.
  package struct File: Codable, Sendable, Equatable {
    /// `2026-11-28/14-000000000042.parquet`, from the customer's folder.
    package var path: String
    /// The hour it is of (ns since 1970 UTC, its start); nil: events that carry no time.
    package var hour: Int64?
    package var rows: Int
    package var bytes: Int
    /// SHA-256 of the whole file, hexadecimal.
    package var sha256: String
    /// The first and last event in it (ns since 1970 UTC).
    package var first: Int64?
    package var last: Int64?
    /// When it was written, the newest part of it (ns since 1970 UTC).
    package var written: Int64
    /// Which of `schemas` its columns are.
    var schema: Int
    /// Rows with cells that their columns cannot hold exactly.
    var odd: Int
    /// Whether it holds raw lines.
    var keepsLines: Bool
  }

  /// A file that is no longer part of the archive and goes when nobody can be reading it.
  struct Retired: Codable, Sendable {
    var path: String
    var since: Int64
  }

  /// A file of logs that was brought in, so that it is not brought in again.
  package struct Source: Codable, Sendable, Equatable {
    /// What tells it from other files: see `LogIdentity`.
    package var identity: String
    package var path: String
    /// When (ns since 1970 UTC).
    package var written: Int64

    package init(identity: String, path: String, written: Int64) {
      self.identity = identity
      self.path = path
      self.written = written
    }
  }

  package var files: [File] = []
  /// What was imported; nil where nothing was, as in archives that a floor writes.
  package var sources: [Source]?
  /// Names of fields, as sets that files share.
  var schemas: [[String]] = []
  var retired: [Retired] = []
  /// The number of the next file.
  var next = 1
  /// The last delivery that is in here; 0 where none came through a spool.
  package var through: UInt64 = 0
  /// Events that were archived, that retention took, and deliveries that were gone before they could be archived.
  package var written = 0
  package var expired = 0
  package var missed = 0

  package var rows: Int { files.reduce(0) { $0 + $1.rows } }
  package var bytes: Int { files.reduce(0) { $0 + $1.bytes } }

  /// The fields of a file.
  func fields(of file: File) -> [String] { schemas.indices.contains(file.schema) ? schemas[file.schema] : [] }

  mutating func schema(of fields: [String]) -> Int {
    if let known = schemas.firstIndex(of: fields) { return known }
    schemas.append(fields)
    return schemas.count - 1
  }

  /// The files that may hold events of a span; those without a time only where no span is asked for.
  package func files(since: Int64?, until: Int64?) -> [File] {
    if since == nil, until == nil { return files }
    return files.filter { file in
      guard let first = file.first, let last = file.last else { return false }
      return last >= since ?? .min && first < until ?? .max
    }
  }
}
