import Net
import Records
import Synchronization

/// Remembers how requests with an idempotency key were answered, so that a request sent again is done once.
///
/// The same key with another body is refused. Kept in memory, the latest 4,096; answers above 64 KiB are not kept, and
/// neither are failures of this side, which trying again may cure. Source: IETF draft "The Idempotency-Key HTTP Header
/// Field".
final class Replies: Sendable {
  enum State: Sendable {
    case new
    case running
    case answered(HTTPResponse)
    /// The key was used for something else.
    case other
  }

  private struct Entry {
    let body: SHA256
    var response: HTTPResponse?
  }

  private struct Book {
    var entries: [SHA256: Entry] = [:]
    var order: [SHA256] = []
  }

  private let book = Mutex(Book())
  private static let memory = 4_096

  /// The name of a request under its sender's key.
  static func name(_ token: AccessToken, _ method: String, _ path: String, _ key: String) -> SHA256 {
    SHA256(of: token.digest.bytes + Array("\(method) \(path)\u{0}\(key)".utf8))
  }

  /// What is known of it; a new one is running from now on.
  func begin(_ name: SHA256, body: SHA256) -> State {
    book.withLock { book in
      if let known = book.entries[name] {
        if known.body != body { return .other }
        return known.response.map(State.answered) ?? .running
      }
      book.entries[name] = Entry(body: body)
      book.order.append(name)
      if book.order.count > Self.memory { book.entries[book.order.removeFirst()] = nil }
      return .new
    }
  }

  func end(_ name: SHA256, _ response: HTTPResponse) {
    book.withLock { book in
      let isKept = response.status < 500 && response.status != 429 && response.bytes.count <= 64 << 10
      if isKept {
        book.entries[name]?.response = response
      } else {
        book.entries[name] = nil
        book.order.removeAll { $0 == name }
      }
    }
  }
}
