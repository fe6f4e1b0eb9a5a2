import Synchronization

/// Says whether a name and a password belong together, and holds back names that are guessed at.
///
/// Five wrong words lock a name for a minute, each one after that for twice as long, up to a quarter of an hour; names
/// that do not exist are locked alike and take as long to refuse, so that nobody learns which exist. Hashing is done two
/// at a time: it costs 19 MiB each.
package final class LogIn: Sendable {
  package enum Answer: Sendable, Equatable {
    case user(User)
    case wrong
    /// Too many tries at this name; `isNew` where this try locked it.
    case locked(seconds: Int, isNew: Bool)
    /// Too many sign in at once.
    case busy
  }

  private struct Tries {
    var count = 0
    var lockedUntil = ContinuousClock.now
  }

  private struct State {
    var tries: [String: Tries] = [:]
    var hashing = 0
  }

  private let state = Mutex(State())
  private static let free = 5
  private static let hashingLimit = 2
  /// Names remembered; a flood of others makes it forget.
  private static let memory = 10_000

  package init() {}

  /// Checks a word against the users. Takes some 30 ms.
  package func check(_ name: String, _ word: String, among users: [User]) -> Answer {
    let name = String(name.prefix(64))
    let now = ContinuousClock.now
    let refusal: Answer? = state.withLock { state in
      if let tries = state.tries[name], tries.lockedUntil > now {
        return .locked(seconds: Int((tries.lockedUntil - now) / .seconds(1)) + 1, isNew: false)
      }
      guard state.hashing < Self.hashingLimit else { return .busy }
      state.hashing += 1
      return nil
    }
    if let refusal { return refusal }
    let user = users.first { $0.name == name && !$0.isDisabled }
    let isRight = (user?.password ?? Password.nobody)?.matches(word) ?? false
    return state.withLock { state in
      state.hashing -= 1
      if isRight, let user {
        state.tries[name] = nil
        return .user(user)
      }
      return miss(name, now, &state)
    }
  }

  private func miss(_ name: String, _ now: ContinuousClock.Instant, _ state: inout State) -> Answer {
    if state.tries.count >= Self.memory { state.tries = [:] }
    var tries = state.tries[name] ?? Tries()
    tries.count += 1
    defer { state.tries[name] = tries }
    guard tries.count >= Self.free else { return .wrong }
    let seconds = min(900, 60 << min(tries.count - Self.free, 10))
    tries.lockedUntil = now + .seconds(seconds)
    return .locked(seconds: seconds, isNew: true)
  }
}
