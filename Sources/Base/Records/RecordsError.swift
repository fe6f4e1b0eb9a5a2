import Glibc

/// The world refused to keep or give back a record: what, where, why, and whether trying again helps.
package struct RecordsError: Error, Sendable, CustomStringConvertible {
  package let what: String
  package let path: String
  package let why: String
  /// Whether the same call may work later, when there is space again say.
  package let retryHelps: Bool

  package init(what: String, path: String, why: String, retryHelps: Bool = false) {
    self.what = what
    self.path = path
    self.why = why
    self.retryHelps = retryHelps
  }

  /// From an error number of the system.
  init(what: String, path: String, code: Int32) {
    self.init(
      what: what, path: path, why: String(cString: strerror(code)).lowercased(),
      retryHelps: [EAGAIN, ENOSPC, EDQUOT, ENOMEM, EMFILE, ENFILE].contains(code))
  }

  package var description: String { "\(what): \(path): \(why)" }
}
