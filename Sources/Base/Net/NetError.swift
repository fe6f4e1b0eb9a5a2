import Glibc

/// An address that cannot be used: what, where, why, and whether trying again helps.
package struct NetError: Error, Sendable, CustomStringConvertible {
  package let what: String
  package let place: String
  package let why: String
  package let retryHelps: Bool

  init(what: String, place: String, why: String, retryHelps: Bool = false) {
    self.what = what
    self.place = place
    self.why = why
    self.retryHelps = retryHelps
  }

  init(what: String, place: String, code: Int32) {
    self.init(
      what: what, place: place, why: String(cString: strerror(code)).lowercased(),
      retryHelps: [EADDRINUSE, EMFILE, ENFILE, ENOMEM].contains(code))
  }

  package var description: String { "\(what): \(place): \(why)" }
}
