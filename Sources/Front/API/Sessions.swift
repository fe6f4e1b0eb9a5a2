import Records
import Synchronization

/// People who signed in on the page: a random word in a cookie stands for them.
///
/// Kept in memory: a restart signs everybody out. The cookie cannot be read by scripts and is not sent along from other
/// sites (HttpOnly, SameSite=Strict; over TLS with the prefix `__Host-`); whatever changes something must say a second
/// word as well, which only this server's own page has been told. Source: OWASP Cross-Site Request Forgery Prevention.
final class Sessions: Sendable {
  static let cookie = "weir_session"
  /// The header for the second word.
  static let header = "x-weir-csrf"
  /// Signed in for at most this long.
  private static let life = Duration.seconds(12 * 3_600)
  private static let limit = 10_000

  struct Session: Sendable {
    let token: AccessToken
    /// The second word.
    let word: String
    fileprivate let since: ContinuousClock.Instant
  }

  private let sessions = Mutex<[SHA256: Session]>([:])

  /// The cookie's name: browsers take one with the prefix only over TLS, for this host alone.
  static func cookie(isTLS: Bool) -> String { isTLS ? "__Host-" + cookie : cookie }

  /// Signs somebody in; the word for the cookie.
  func begin(_ token: AccessToken) -> (cookie: String, session: Session) {
    let word = Secret.word()
    let session = Session(token: token, word: Secret.word(), since: .now)
    sessions.withLock { sessions in
      sessions = sessions.filter { ContinuousClock.now - $0.value.since < Self.life }
      if sessions.count >= Self.limit, let oldest = sessions.min(by: { $0.value.since < $1.value.since }) {
        sessions[oldest.key] = nil
      }
      sessions[SHA256(of: Array(word.utf8))] = session
    }
    return (word, session)
  }

  func end(_ word: String) { sessions.withLock { $0[SHA256(of: Array(word.utf8))] = nil } }

  /// The session of a cookie's word.
  func session(for word: String) -> Session? {
    sessions.withLock { sessions in
      guard let session = sessions[SHA256(of: Array(word.utf8))], ContinuousClock.now - session.since < Self.life else {
        return nil
      }
      return session
    }
  }
}
