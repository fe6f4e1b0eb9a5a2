import CMicroHTTPD
import Glibc
import Synchronization

/// Ends connections whose client takes too long to say what it wants, however busy it looks.
///
/// An idle timeout alone is met by a client that sends one byte now and then (slowloris).
final class ConnectionWatch: Sendable {
  private let waiting = Mutex<[Int32: ContinuousClock.Instant]>([:])
  private let patience: Duration

  init(patience: Duration) { self.patience = patience }

  /// A connection was opened, or its request has been answered: the next one must come whole in time.
  func expect(on socket: Int32) { waiting.withLock { $0[socket] = .now } }

  /// Nothing is owed by the client now.
  func rest(_ socket: Int32) { waiting.withLock { $0[socket] = nil } }

  /// Ends those that are late. The lock is held, so that no socket closes and its number means another meanwhile.
  func sweep() {
    let now = ContinuousClock.now
    waiting.withLock { waiting in
      for (socket, since) in waiting where now - since > patience {
        shutdown(socket, Int32(SHUT_RDWR))
        waiting[socket] = nil
      }
    }
  }
}
