import Detect
import Dispatch
import Foundation
import Intake
import Model
import Records
import Synchronization

/// How a watch floor is run.
package struct FloorSettings: Sendable {
  /// The folder that holds everything.
  package var folder: String
  /// Names of the customers: letters, digits, `-`, `_`, `.`.
  package var customers: [String]
  /// Bytes that may wait for detection for each customer before receivers wait or are told to come again.
  package var backlogBytes = 128 << 20
  /// How long what arrived is kept.
  package var keepSeconds = 7 * 86_400
  /// How much from before the checkpoint is looked at again after a restart, so that windows are warm.
  package var warmUpSeconds = 3_600

  package init(folder: String, customers: [String]) {
    self.folder = folder
    self.customers = customers
  }
}

/// The watch floor: what arrives is kept, looked at, and what comes of it is written down, all the time.
package final class WatchFloor: Sendable {
  package let settings: FloorSettings
  package let assembly: Assembly
  package let journal: Journal
  package let spool: Spool
  package let bell = Bell()
  /// What start-up found and put right, in words.
  package let remarks: [String]
  private let folder: DataFolder
  private let customers: [String: LiveCustomer]
  private let timer = Mutex<TimerBox?>(nil)

  private struct TimerBox: @unchecked Sendable { let timer: any DispatchSourceTimer }

  /// Opens the data folder, makes every room, and looks again at what arrived since a while before the last stop.
  ///
  /// Errors: another process has the folder, a record that cannot be read, content that is wrong.
  package init(_ settings: FloorSettings, _ assembly: Assembly) throws {
    self.settings = settings
    self.assembly = assembly
    folder = try DataFolder(settings.folder)
    journal = try Journal(folder: settings.folder)
    spool = try Spool(data: settings.folder)
    let detector = try assembly.detector()
    let crew = try Crew(assembly, detector: detector)
    let formats = try LogFormats.all(assembly.content, assembly.configuration.intake)
    var customers: [String: LiveCustomer] = [:]
    for name in settings.customers {
      customers[name] = try LiveCustomer(
        name, formats, assembly.configuration.intake, detector: detector, crew: crew, journal: journal, bell: bell)
    }
    self.customers = customers
    var remarks = spool.repairs
    if let words = try Self.catchUp(settings, spool, customers) { remarks.append(words) }
    self.remarks = remarks
    try journal.append(
      [NewFact(customer: "", kind: "floor.started", body: LiveFacts.json(["remarks": remarks]))])
    startTimer()
  }

  /// Looks again at what arrived since a while before the last checkpoint; what it found then is known and not told
  /// twice, what was not yet durable is told now.
  private static func catchUp(_ settings: FloorSettings, _ spool: Spool, _ customers: [String: LiveCustomer]) throws
    -> String?
  {
    let checkpoint = Checkpoint.read(settings.folder)
    let since = (checkpoint?.arrival ?? 0) - Int64(settings.warmUpSeconds) * 1_000_000_000
    var count = 0
    let damaged = try spool.replay(from: spool.sequence(arrivedSince: since)) { delivery in
      // What a segment begins with may be what the rest of it needs: names of columns, templates of flows.
      guard let customer = customers[delivery.customer], delivery.arrival >= since || delivery.firstLine == 1 else {
        return
      }
      while customer.backlog > settings.backlogBytes { usleep(5_000) }
      customer.take(delivery, isHistory: delivery.arrival <= checkpoint?.arrival ?? 0)
      count += 1
    }
    for customer in customers.values { _ = customer.settled() }
    guard count + damaged > 0 else { return nil }
    let lost = damaged > 0 ? "; \(Words.count(damaged, "delivery", "deliveries")) no longer readable" : ""
    return "looked again at \(Words.count(count, "delivery", "deliveries")) from before the last stop\(lost)"
  }

  package var customerNames: [String] { settings.customers }

  /// A customer as it stands; nil where there is none of that name.
  package func view(of customer: String) -> LiveView? { customers[customer]?.view }

  /// Bytes that wait for detection.
  package func backlog(of customer: String) -> Int { customers[customer]?.backlog ?? 0 }

  /// Whether a customer's detection is too far behind to be sent more.
  package func isBusy(_ customer: String) -> Bool { backlog(of: customer) > settings.backlogBytes }

  /// Keeps lines and has them looked at; durable when this returns. Waits while the customer's detection is far behind.
  ///
  /// Errors: the disk refuses; nothing was kept. The customer must be one of this floor.
  package func accept(
    customer: String, stream: String, lines: [UInt8], mark: DeliveryMark = DeliveryMark()
  ) throws(RecordsError) {
    guard let live = customers[customer] else { preconditionFailure("customers are checked where they come in") }
    while live.backlog > settings.backlogBytes { usleep(5_000) }
    if let delivery = try spool.append(customer: customer, stream: stream, lines: lines, mark: mark) {
      live.take(delivery)
    }
  }

  /// Keeps records of a binary stream and has them looked at, as lines are; a file of them begins with `opening`.
  package func accept(
    customer: String, stream: String, records: [UInt8], count: Int, opening: [UInt8], openingCount: Int
  ) throws(RecordsError) {
    guard let live = customers[customer] else { preconditionFailure("customers are checked where they come in") }
    while live.backlog > settings.backlogBytes { usleep(5_000) }
    live.take(
      try spool.append(
        customer: customer, stream: stream, records: records, count: count, opening: opening,
        openingCount: openingCount))
  }

  /// Returns when everything accepted so far is looked at and durable, and gives the folder back. Nothing may be accepted
  /// any more.
  package func stop() {
    timer.withLock { box in
      box?.timer.cancel()
      box = nil
    }
    writeCheckpoint()
    for customer in customers.values { customer.close() }
    _ = try? journal.append([NewFact(customer: "", kind: "floor.stopped", body: "{}")])
    folder.release()
  }

  /// Waits until all that was accepted is looked at.
  package func settle() { for customer in customers.values { _ = customer.settled() } }

  private func startTimer() {
    let source = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "weir.floor"))
    source.schedule(deadline: .now() + 10, repeating: 10)
    source.setEventHandler { [weak self] in
      self?.writeCheckpoint()
      self?.expire()
    }
    source.resume()
    timer.withLock { $0 = TimerBox(timer: source) }
  }

  /// What arrived before now is looked at; the checkpoint stays where it is while a customer's facts are not durable.
  private func writeCheckpoint() {
    let now = Int64(Date().timeIntervalSince1970 * 1e9)
    guard customers.values.map({ $0.settled() }).allSatisfy({ $0 }) else { return }
    Checkpoint(arrival: now).write(settings.folder)
  }

  private func expire() {
    let oldest = Int64(Date().timeIntervalSince1970) - Int64(settings.keepSeconds)
    for gone in spool.expire(before: oldest * 1_000_000_000) {
      let body = LiveFacts.json([
        "segments": gone.paths.map { $0.split(separator: "/").suffix(2).joined(separator: "/") }
      ])
      _ = try? journal.append([NewFact(customer: gone.customer, kind: "spool.expired", body: body)])
    }
  }
}
