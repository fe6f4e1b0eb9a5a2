import Records
import Synchronization

/// People who signed in on the page with their token: a random word in a cookie stands for them.
///
/// Kept in memory: a restart signs everybody out. The cookie cannot be read by scripts and is not sent along from other
/// sites (HttpOnly, SameSite=Strict), so that no other page can ask in a person's name.
final class Sessions: Sendable {
  static let cookie = "weir_session"
  /// Signed in for at most this long.
  private static let life = Duration.seconds(12 * 3_600)
  private static let limit = 10_000

  private struct Session {
    let token: AccessToken
    let since: ContinuousClock.Instant
  }

  private let sessions = Mutex<[SHA256: Session]>([:])

  /// Signs somebody in; the word for the cookie.
  func begin(_ token: AccessToken) -> String {
    let word = Secret.word()
    sessions.withLock { sessions in
      sessions = sessions.filter { ContinuousClock.now - $0.value.since < Self.life }
      if sessions.count >= Self.limit, let oldest = sessions.min(by: { $0.value.since < $1.value.since }) {
        sessions[oldest.key] = nil
      }
      sessions[SHA256(of: Array(word.utf8))] = Session(token: token, since: .now)
    }
    return word
  }

  func end(_ word: String) { sessions.withLock { $0[SHA256(of: Array(word.utf8))] = nil } }

  /// Ends the sessions of tokens that are not good any more.
  func keep(_ isGood: (AccessToken) -> Bool) {
    sessions.withLock { sessions in sessions = sessions.filter { isGood($0.value.token) } }
  }

  func token(for word: String) -> AccessToken? {
    sessions.withLock { sessions in
      guard let session = sessions[SHA256(of: Array(word.utf8))], ContinuousClock.now - session.since < Self.life else {
        return nil
      }
      return session.token
    }
  }
}
