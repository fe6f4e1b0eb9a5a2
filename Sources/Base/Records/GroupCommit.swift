import Foundation
import Model

/// Lets many threads share one costly commit: whoever comes while one is under way is carried by the next.
///
/// `commit` gets the items in the order they came in, one group at a time; an error is thrown to everyone in the group.
final class GroupCommit<Item>: @unchecked Sendable {
  private let condition = NSCondition()
  // All guarded by `condition`.
  private var waiting: [Item] = []
  private var isCommitting = false
  /// Number of the group that gathers now, and of the last one that is done.
  private var gathering = 1
  private var done = 0
  private var failures: [Int: (error: WorldError, readers: Int)] = [:]
  private let commit: ([Item]) throws(WorldError) -> Void

  init(_ commit: @escaping ([Item]) throws(WorldError) -> Void) { self.commit = commit }

  /// Returns when the item is committed. Errors: the group's.
  func submit(_ item: Item) throws(WorldError) {
    condition.lock()
    waiting.append(item)
    let group = gathering
    while done < group, isCommitting { condition.wait() }
    if done < group { lead(group) }
    let failure = read(group)
    condition.unlock()
    if let failure { throw failure }
  }

  /// Commits the group in the name of all its members; called and left with the lock held.
  private func lead(_ group: Int) {
    let items = waiting
    waiting = []
    gathering += 1
    isCommitting = true
    condition.unlock()
    var failure: WorldError?
    do throws(WorldError) { try commit(items) } catch { failure = error }
    condition.lock()
    if let failure { failures[group] = (failure, items.count) }
    isCommitting = false
    done = group
    condition.broadcast()
  }

  private func read(_ group: Int) -> WorldError? {
    guard let failure = failures[group] else { return nil }
    failures[group] = failure.readers > 1 ? (failure.error, failure.readers - 1) : nil
    return failure.error
  }
}
