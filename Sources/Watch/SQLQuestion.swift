import Archive
import Conditions

/// A question in SQL to one customer's archive, with its limits.
package struct SQLQuestion: Sendable {
  private let sql: String
  private let span: TimeSpan
  private let limit: Int

  package init(_ sql: String, during span: TimeSpan, limit: Int) {
    self.sql = sql
    self.span = span
    self.limit = limit
  }

  /// Errors: `ArchiveError`, of cause `limit` where the deadline came first.
  package func run(
    _ folder: ArchiveFolder, limits: QuestionLimits, until deadline: ContinuousClock.Instant?,
    stop: (@escaping @Sendable () -> Void) -> Void = { _ in }
  ) throws -> SQLAnswer {
    let reader = try ArchiveReader(folder, since: span.since, until: span.until, limits: limits)
    stop(reader.stop)
    let watch = deadline.map { Deadline($0, reader.stop) }
    defer { watch?.cancel() }
    return try reader.answer(sql, during: (span.since, span.until), limit: limit)
  }
}
