import Foundation
import Records
import Synchronization

/// People who signed in on the page: a random word in a cookie stands for them.
///
/// The journal tells who signed in and out, with the digest of the cookie's word, so that a restart signs nobody out and
/// the word itself is kept nowhere. A session stands for a token or a user as they were: it is over when either is gone
/// or another, after twelve hours, and when somebody signs out. The cookie cannot be read by scripts and is not sent
/// along from other sites (HttpOnly, SameSite=Strict; over TLS with the prefix `__Host-`); whatever changes something must
/// say a second word as well, which follows from the first and which only this server's own page has been told. Source:
/// OWASP Cross-Site Request Forgery Prevention and Session Management.
final class Sessions: Sendable {
  static let cookie = "weir_session"
  /// The header for the second word.
  static let header = "x-weir-csrf"
  /// Signed in for at most this long.
  static let seconds = 12 * 3_600
  private static let limit = 10_000

  struct Session: Sendable, Equatable {
    let name: String
    /// Digest of the token, or stamp of the user, that it stands for.
    let stamp: SHA256
    /// When it began (ns since 1970 UTC).
    let since: Int64

    func isOver(at now: Int64) -> Bool { now &- since >= Int64(seconds) * 1_000_000_000 || since > now }
  }

  private let sessions: Mutex<[SHA256: Session]>

  /// With those that `facts` tell of, in their order.
  init(_ facts: [Fact] = []) {
    var known: [SHA256: Session] = [:]
    let now = Self.now()
    for fact in facts {
      guard let words = try? JSONDecoder().decode([String: String].self, from: Data(fact.body.utf8)) else { continue }
      let key = words["session"].flatMap { SHA256(hexadecimal: $0) }
      let stamp = words["stamp"].flatMap { SHA256(hexadecimal: $0) }
      switch (fact.kind, key, stamp) {
      case ("session.opened", let key?, let stamp?):
        let session = Session(name: fact.actor, stamp: stamp, since: fact.time)
        if !session.isOver(at: now) { known[key] = session }
      case ("session.closed", let key?, _): known[key] = nil
      case ("session.closed", nil, let stamp?): known = known.filter { $0.value.stamp != stamp }
      default: continue
      }
    }
    sessions = Mutex(known)
  }

  /// The cookie's name: browsers take one with the prefix only over TLS, for this host alone.
  static func cookie(isTLS: Bool) -> String { isTLS ? "__Host-" + cookie : cookie }

  /// The name under which the journal knows a cookie's word.
  static func key(of word: String) -> SHA256 { SHA256(of: Array(word.utf8)) }

  /// The second word, for whoever knows the first.
  static func second(of word: String) -> String { SHA256(of: Array("weir.csrf\u{0}\(word)".utf8)).description }

  /// Signs somebody in; the word for the cookie.
  func begin(_ token: AccessToken) -> String {
    let word = Secret.word()
    let now = Self.now()
    sessions.withLock { sessions in
      sessions = sessions.filter { !$0.value.isOver(at: now) }
      if sessions.count >= Self.limit, let oldest = sessions.min(by: { $0.value.since < $1.value.since }) {
        sessions[oldest.key] = nil
      }
      sessions[Self.key(of: word)] = Session(name: token.name, stamp: token.digest, since: now)
    }
    return word
  }

  func end(_ word: String) { sessions.withLock { $0[Self.key(of: word)] = nil } }

  /// Ends every session of somebody.
  func endAll(of stamp: SHA256) { sessions.withLock { $0 = $0.filter { $0.value.stamp != stamp } } }

  /// The session of a cookie's word.
  func session(for word: String) -> Session? {
    sessions.withLock { $0[Self.key(of: word)] }.flatMap { $0.isOver(at: Self.now()) ? nil : $0 }
  }

  private static func now() -> Int64 { Int64(Date().timeIntervalSince1970 * 1e9) }
}
