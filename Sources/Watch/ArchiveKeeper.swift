import Archive
import Foundation
import Intake
import Records

/// How a floor archives what arrives.
package struct ArchivePlan: Sendable, Equatable {
  /// How long events stay, counted from their own time or from when they came, whichever is later; of single customers
  /// otherwise.
  package var keepSeconds = 90 * 86_400
  package var keepSecondsOf: [String: Int] = [:]
  /// Whether each event's line is kept too, for evidence.
  package var keepsLines = false
  /// How long what arrived may wait for being archived.
  package var pauseSeconds = 30

  package init() {}
}

/// What is known of one customer's archive.
package struct ArchiveCounts: Sendable {
  package var events = 0
  package var bytes = 0
  package var files = 0
  package var missed = 0
  /// Why the last attempt failed; nil: it did not.
  package var failure: String?

  package init() {}
}

/// Brings what the spool holds into the customers' archives, on a thread of its own and at its own pace.
///
/// The spool is the queue: detection never waits for this. Each archive's manifest says up to which delivery it goes,
/// and is replaced in one step with the files that hold them; so a stop at any moment neither loses a delivery nor
/// brings it in twice. What the spool had to give up before it was archived is counted and told.
final class ArchiveKeeper: @unchecked Sendable {
  private let spool: Spool
  private let journal: Journal
  private let folder: String
  private let condition = NSCondition()
  // Guarded by `condition`.
  private var plan: ArchivePlan
  private var customers: [String]
  private var formats: [any LogFormat]
  private var round: [String] = []
  private var nextRound = ContinuousClock.now
  private var asked: [String: Int] = [:]
  private var served: [String: Int] = [:]
  private var urgent: [String] = []
  private var isOver = false
  private var isDone = true
  private var counts: [String: ArchiveCounts] = [:]
  private var missed: [String: Int] = [:]
  // Touched by the keeper's thread only.
  private let options: IntakeOptions
  private var lanes: [String: ArchiveLane] = [:]

  /// nil where nothing is to be archived, or DuckDB is not here, which is a remark.
  init?(
    _ settings: FloorSettings, _ spool: Spool, _ journal: Journal, _ rooms: LiveRooms, _ options: IntakeOptions,
    remarks: inout [String]
  ) {
    guard let plan = settings.archive else { return nil }
    do throws(ArchiveError) {
      _ = try DuckLibrary.get()
    } catch {
      remarks.append("nothing is archived: \(error)")
      return nil
    }
    self.plan = plan
    self.spool = spool
    self.journal = journal
    self.options = options
    folder = settings.folder
    customers = settings.customers
    formats = rooms.formats
  }

  func folder(of customer: String) -> ArchiveFolder { ArchiveFolder(data: folder, customer: customer) }
  func counts(of customer: String) -> ArchiveCounts { condition.withLock { counts[customer] ?? ArchiveCounts() } }

  func start() {
    condition.withLock { isDone = false }
    let thread = Thread { [self] in
      // Detection goes first where there is not enough for both.
      setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 10)
      work()
    }
    thread.name = "weir.archive"
    thread.start()
  }

  /// Returns when the thread has ended; what is not archived yet is taken up by the next start.
  func stop() {
    condition.withLock {
      isOver = true
      condition.broadcast()
      while !isDone { condition.wait() }
    }
  }

  /// Goes on with other settings; `formats` where they changed.
  func adopt(_ settings: FloorSettings, _ formats: [any LogFormat]?) {
    condition.withLock {
      plan = settings.archive ?? plan
      customers = settings.customers
      if let formats { self.formats = formats }
    }
  }

  /// Has everything that was accepted until now archived; whether that was done in time.
  func catchUp(_ customer: String, until deadline: Date) -> Bool {
    condition.withLock {
      asked[customer, default: 0] += 1
      let mine = asked[customer]!
      urgent.append(customer)
      condition.broadcast()
      while served[customer] ?? 0 < mine, !isOver { if !condition.wait(until: deadline) { return false } }
      return served[customer] ?? 0 >= mine && counts[customer]?.failure == nil
    }
  }

  /// Whether a delivery that the spool gave up had not been archived; it is counted then.
  func note(expired last: UInt64, of customer: String) -> Bool {
    guard let through = try? folder(of: customer).manifest().through, last > through else { return false }
    condition.withLock { missed[customer, default: 0] += 1 }
    return true
  }

  private func work() {
    while let (customer, number) = next() {
      let lane = lane(of: customer)
      let (plan, formats, missed) = condition.withLock {
        (self.plan, self.formats, self.missed.removeValue(forKey: customer) ?? 0)
      }
      var counts = lane.pass(plan, formats, missed: missed) { [self] in !condition.withLock { isOver } }
      condition.withLock {
        // What could not be counted is counted next time.
        if counts.failure != nil, missed > 0 { self.missed[customer, default: 0] += missed }
        if counts.failure != nil, counts.events == 0, let before = self.counts[customer] {
          let failure = counts.failure
          counts = before
          counts.failure = failure
        }
        self.counts[customer] = counts
        served[customer] = number
        condition.broadcast()
      }
    }
    condition.withLock {
      isDone = true
      condition.broadcast()
    }
  }

  /// The next customer to be looked after, with the number of the last request for it; nil at the end.
  private func next() -> (String, Int)? {
    condition.withLock {
      while true {
        if isOver { return nil }
        if let customer = urgent.first {
          urgent.removeAll { $0 == customer }
          return (customer, asked[customer] ?? 0)
        }
        if let customer = round.popLast() { return (customer, asked[customer] ?? 0) }
        if ContinuousClock.now >= nextRound {
          round = customers.reversed()
          nextRound = .now + .seconds(plan.pauseSeconds)
        } else {
          _ = condition.wait(until: Date(timeIntervalSinceNow: max(0, (nextRound - .now) / .seconds(1))))
        }
      }
    }
  }

  private func lane(of customer: String) -> ArchiveLane {
    if let known = lanes[customer] { return known }
    let lane = ArchiveLane(folder(of: customer), spool, journal, options)
    lanes[customer] = lane
    return lane
  }
}
