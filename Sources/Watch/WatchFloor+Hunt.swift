import Archive
import Foundation
import Model

extension WatchFloor {
  /// Whether events are archived here.
  package var hasArchive: Bool { keeper != nil }

  /// What is known of a customer's archive; nil where nothing is archived.
  package func archiveCounts(of customer: String) -> ArchiveCounts? { keeper?.counts(of: customer) }

  /// Asks everything that was accepted of a customer until now: its archive, or where there is none what arrived of late.
  ///
  /// `stop` is given what ends the question from another thread. Errors: as for a hunt over files and over an archive.
  package func hunt(
    _ hunt: Hunt, of customer: String, limits: QuestionLimits, until deadline: ContinuousClock.Instant,
    stop: (@escaping @Sendable () -> Void) -> Void = { _ in }, print: @escaping ([UInt8]) -> Void
  ) throws -> Hunt.Answer {
    guard let keeper, !(hunt.condition.needsLines && !(settings.archive?.keepsLines ?? false)) else {
      return try hunt.run(spool.segments(of: customer), until: deadline, stop: stop, print: print)
    }
    let isWhole = keeper.catchUp(customer, until: Self.patience(deadline))
    var answer = try hunt.run(
      archive: keeper.folder(of: customer), limits: limits, until: deadline, stop: stop, print: print)
    answer.isUnfinished = answer.isUnfinished || !isWhole
    return answer
  }

  /// The same for a question in SQL. Errors: there is no archive; SQL that is wrong; a limit.
  package func answer(
    _ question: SQLQuestion, of customer: String, limits: QuestionLimits, until deadline: ContinuousClock.Instant,
    stop: (@escaping @Sendable () -> Void) -> Void = { _ in }
  ) throws -> (answer: SQLAnswer, isWhole: Bool) {
    guard let keeper else {
      throw ArchiveError("SQL cannot be asked", why: "nothing is archived here", cause: .question)
    }
    let isWhole = keeper.catchUp(customer, until: Self.patience(deadline))
    let answer = try question.run(keeper.folder(of: customer), limits: limits, until: deadline, stop: stop)
    return (answer, isWhole)
  }

  /// Half of the time is for waiting at most.
  private static func patience(_ deadline: ContinuousClock.Instant) -> Date {
    Date(timeIntervalSinceNow: max(0, (deadline - .now) / .seconds(1)) / 2)
  }
}
