import Synchronization

/// The questions that are being answered and have a name, so that they can be stopped.
final class RunningHunts: Sendable {
  private struct Name: Hashable {
    let customer: String
    let id: String
  }

  private struct Running: Sendable {
    var stop: (@Sendable () -> Void)?
    var isStopped = false
  }

  private let running = Mutex<[Name: Running]>([:])

  /// False where one of that name is under way.
  func begin(_ id: String, of customer: String) -> Bool {
    let name = Name(customer: customer, id: id)
    return running.withLock { running in
      if running[name] != nil { return false }
      running[name] = Running()
      return true
    }
  }

  /// Says how it can be stopped, which happens at once where that was asked already.
  func set(_ id: String, of customer: String, stop: @escaping @Sendable () -> Void) {
    let name = Name(customer: customer, id: id)
    let isStopped = running.withLock { running in
      running[name]?.stop = stop
      return running[name]?.isStopped ?? false
    }
    if isStopped { stop() }
  }

  func end(_ id: String, of customer: String) {
    _ = running.withLock { $0.removeValue(forKey: Name(customer: customer, id: id)) }
  }

  /// Stops it; false where there is none.
  func stop(_ id: String, of customer: String) -> Bool {
    let name = Name(customer: customer, id: id)
    let found = running.withLock { running in
      running[name]?.isStopped = true
      return running[name]
    }
    found?.stop?()
    return found != nil
  }
}
