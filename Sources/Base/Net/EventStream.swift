import CMicroHTTPD
import Synchronization

/// A connection that stays open and is told things as they happen (server-sent events).
///
/// A client that does not read is dropped once `limit` bytes wait for it. Source: HTML standard, section 9.2.
package final class EventStream: Sendable {
  private static let limit = 1 << 20
  private let state = Mutex(State())

  private struct State: @unchecked Sendable {
    var waiting: [UInt8] = []
    var isOver = false
    /// The connection, while it sleeps because nothing waits.
    var asleep: OpaquePointer?

    mutating func wake() {
      guard let connection = asleep else { return }
      asleep = nil
      MHD_resume_connection(connection)
    }
  }

  package init() {}

  /// Whether nobody listens any more.
  package var isOver: Bool { state.withLock { $0.isOver } }

  /// Sends an event; `data` is one line. False when nobody listens any more.
  @discardableResult package func send(event: String, id: Int64? = nil, data: String) -> Bool {
    send((id.map { "id: \($0)\n" } ?? "") + "event: \(event)\ndata: \(data)\n\n")
  }

  /// Sends a comment, so that a connection that is gone shows.
  @discardableResult package func beat() -> Bool { send(":\n\n") }

  private func send(_ text: String) -> Bool {
    state.withLock { state in
      if state.isOver { return false }
      state.waiting += text.utf8
      if state.waiting.count > Self.limit { state.isOver = true }
      state.wake()
      return !state.isOver
    }
  }

  /// Ends the stream from this side.
  package func end() {
    state.withLock { state in
      state.isOver = true
      state.wake()
    }
  }

  /// What waits, at most `capacity` bytes; -1 at the end, 0 after the connection was put to sleep.
  func read(into target: UnsafeMutablePointer<CChar>, capacity: Int, _ connection: OpaquePointer) -> Int {
    state.withLock { state in
      if state.waiting.isEmpty {
        if state.isOver { return -1 }
        state.asleep = connection
        MHD_suspend_connection(connection)
        return 0
      }
      let count = min(capacity, state.waiting.count)
      state.waiting.withUnsafeBytes {
        UnsafeMutableRawPointer(target).copyMemory(from: $0.baseAddress!, byteCount: count)
      }
      state.waiting.removeFirst(count)
      return count
    }
  }

  /// The connection is gone.
  func forget() {
    state.withLock { state in
      state.isOver = true
      state.asleep = nil
    }
  }
}
