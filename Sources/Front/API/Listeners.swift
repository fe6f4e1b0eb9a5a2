import Dispatch
import Net
import Synchronization
import Watch

/// Everybody who listens for changes, and the beat that shows who is gone.
final class Listeners: Sendable {
  private struct Listener {
    let stream: EventStream
    let number: Int
    let token: AccessToken
  }

  private struct State: @unchecked Sendable {
    var listeners: [Listener] = []
    var timer: (any DispatchSourceTimer)?
  }

  private let state = Mutex(State())
  static let limit = 500
  private static let beatSeconds = 15

  var count: Int { state.withLock { $0.listeners.count } }

  func add(_ stream: EventStream, _ number: Int, _ token: AccessToken, of server: APIServer) {
    state.withLock { state in
      state.listeners.append(Listener(stream: stream, number: number, token: token))
      guard state.timer == nil else { return }
      let timer = DispatchSource.makeTimerSource(queue: .global())
      timer.schedule(deadline: .now() + .seconds(Self.beatSeconds), repeating: .seconds(Self.beatSeconds))
      timer.setEventHandler { [weak self, weak server] in
        guard let self, let server else { return }
        keep(server.isGood)
        beat(server.floor.bell)
      }
      timer.resume()
      state.timer = timer
    }
  }

  /// Ends the streams of tokens that are not good any more; the next beat forgets them.
  func keep(_ isGood: (AccessToken) -> Bool) {
    state.withLock { state in
      for listener in state.listeners where !isGood(listener.token) { listener.stream.end() }
    }
  }

  private func beat(_ bell: Bell) {
    state.withLock { state in
      for listener in state.listeners where !listener.stream.beat() { bell.ignore(listener.number) }
      state.listeners.removeAll { $0.stream.isOver }
    }
  }
}
