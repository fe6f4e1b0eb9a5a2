/// The archive could not do what it was asked: what, why, and who can help.
package struct ArchiveError: Error, Sendable, CustomStringConvertible {
  package enum Cause: Sendable {
    /// The question itself: another one may be answered.
    case question
    /// A limit on time or memory; or somebody stopped it.
    case limit
    /// The disk, a file, the library.
    case world
  }

  package let what: String
  package let why: String
  package let cause: Cause

  package init(_ what: String, why: String, cause: Cause = .world) {
    self.what = what
    self.why = why
    self.cause = cause
  }

  package var description: String { "\(what): \(why)" }
}
