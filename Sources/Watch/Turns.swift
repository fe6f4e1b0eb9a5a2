import Foundation
import Synchronization

/// Lets threads act one at a time in the order of their numbers, 0, 1, 2 and so on without gaps.
final class Turns: @unchecked Sendable {
  private let condition = NSCondition()
  // Guarded by `condition`.
  private var next = 0
  private let over = Atomic<Bool>(false)

  /// Whether somebody said that no more is needed.
  var isOver: Bool { over.load(ordering: .relaxed) }

  /// Waits until it is `number`'s turn and acts; `act` says whether others shall act after it.
  func take(_ number: Int, act: () -> Bool) {
    condition.lock()
    while next != number { condition.wait() }
    condition.unlock()
    // Nobody else can have this turn, so the work itself needs no lock.
    if !isOver, !act() { over.store(true, ordering: .relaxed) }
    condition.lock()
    next += 1
    condition.broadcast()
    condition.unlock()
  }
}
