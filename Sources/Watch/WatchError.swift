import Glibc

/// The world refused something that the watch needs.
package struct WatchError: Error, Sendable, CustomStringConvertible {
  package let what: String
  package let path: String
  package let why: String
  /// Whether the same call may work later.
  package let retryHelps: Bool

  init(what: String, path: String, code: Int32) {
    self.what = what
    self.path = path
    why = String(cString: strerror(code))
    retryHelps = [EAGAIN, ENOSPC, ENOMEM, EMFILE, ENFILE].contains(code)
  }

  package var description: String { "\(what): \(path): \(why)" }
}
