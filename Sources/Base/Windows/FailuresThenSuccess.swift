/// A row of events and then one that bears mark 0: a log-in that worked after many that did not.
///
/// Order is known to the slot: what merges are counts of failures a slot and the slots of successes, so two workers
/// that saw half of the events each come to the same judgement as one that saw all.
package struct FailuresThenSuccess: Window {
  var failures = SlotRing<9>()
  var successes = SlotRing<9>()

  package init() {}

  package mutating func observe(_ event: WindowEvent) {
    if event.marks & 1 == 1 {
      successes.add(event.weight, slot: event.slot)
    } else {
      failures.add(event.weight, slot: event.slot)
    }
    align()
  }

  package mutating func merge(_ other: FailuresThenSuccess) {
    failures.merge(other.failures)
    successes.merge(other.successes)
    align()
  }

  private mutating func align() {
    if failures.isEmpty || successes.isEmpty { return }
    let end = max(failures.newest, successes.newest)
    _ = failures.move(to: end)
    _ = successes.move(to: end)
  }

  package mutating func judge(_ limits: WindowLimits) -> WindowLevel {
    let before = failuresBeforeSuccess
    if before >= limits.events { return .reached }
    return Int(failures.total) * 2 >= limits.events ? .warm : .quiet
  }

  /// Failures up to and within the slot of the latest success.
  private var failuresBeforeSuccess: Int {
    guard successes.total > 0 else { return 0 }
    var last = successes.newest
    while last > successes.oldest, successes[last] == 0 { last -= 1 }
    var sum = 0
    var slot = failures.oldest
    while slot <= min(last, failures.newest), !failures.isEmpty {
      sum += Int(failures[slot])
      slot += 1
    }
    return sum
  }

  package var events: Int { Int(failures.total) + Int(successes.total) }

  package var firstSlot: Int64 {
    if failures.isEmpty { return successes.firstUsed }
    if successes.isEmpty { return failures.firstUsed }
    return min(failures.total > 0 ? failures.firstUsed : .max, successes.total > 0 ? successes.firstUsed : .max)
  }

  package mutating func explain(_ limits: WindowLimits) -> String {
    "\(failuresBeforeSuccess) failures before a success (\(limits.events) suffice)"
  }
}
