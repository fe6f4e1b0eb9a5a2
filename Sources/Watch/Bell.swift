import Synchronization

/// Tells whoever listens what has just become durable.
package final class Bell: Sendable {
  /// One thing that changed: what it is, whose, and which.
  package struct Ring: Sendable {
    /// `alert`, `incident` or `traffic`.
    package var kind: String
    package var customer: String
    package var id: String
  }

  private let listeners = Mutex<[Int: @Sendable (Ring) -> Void]>([:])
  private let next = Atomic<Int>(0)

  package init() {}

  /// Calls `hear` for each change until `ignore`; it must not wait for anything.
  package func listen(_ hear: @escaping @Sendable (Ring) -> Void) -> Int {
    let number = next.add(1, ordering: .relaxed).newValue
    listeners.withLock { $0[number] = hear }
    return number
  }

  package func ignore(_ number: Int) { listeners.withLock { $0[number] = nil } }

  func ring(_ ring: Ring) {
    for hear in listeners.withLock({ Array($0.values) }) { hear(ring) }
  }
}
