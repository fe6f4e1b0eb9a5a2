import Glibc

/// The world refused what was asked of it, a disk, a socket, a file: what failed, where, why, and whether trying again
/// helps.
package struct WorldError: Error, Sendable, CustomStringConvertible {
  package let what: String
  /// A path or an address.
  package let place: String
  package let why: String
  /// Whether the same call may work later, when there is space again say.
  package let retryHelps: Bool

  package init(what: String, place: String, why: String, retryHelps: Bool = false) {
    self.what = what
    self.place = place
    self.why = why
    self.retryHelps = retryHelps
  }

  /// From an error number of the system.
  package init(what: String, place: String, code: Int32) {
    self.init(
      what: what, place: place, why: String(cString: strerror(code)).lowercased(),
      retryHelps: Self.passing.contains(code))
  }

  /// The errors that end by themselves, or once somebody makes room.
  private static let passing = [EADDRINUSE, EAGAIN, EDQUOT, EMFILE, ENFILE, ENOMEM, ENOSPC]

  package var description: String { "\(what): \(place): \(why)" }
}
