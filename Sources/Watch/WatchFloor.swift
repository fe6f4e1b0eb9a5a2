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
  /// What somebody expects, and why.
  package var exemptions: [Exemption] = []
  /// Bytes that may wait for detection for each customer before receivers wait or are told to come again.
  package var backlogBytes = 128 << 20
  /// How long what arrived is kept.
  package var keepSeconds = 7 * 86_400
  /// How much from before the checkpoint is looked at again after a restart, so that windows are warm.
  package var warmUpSeconds = 3_600
  /// How events are archived; nil: they are not.
  package var archive: ArchivePlan?
  /// By whose clocks a customer's week runs; UTC where none is named. Taken up when a customer is.
  package var zones: [String: TimeZone] = [:]

  package init(folder: String, customers: [String]) {
    self.folder = folder
    self.customers = customers
  }
}

/// The watch floor: what arrives is kept, looked at, and what comes of it is written down, all the time.
package final class WatchFloor: Sendable {
  package let journal: Journal
  package let spool: Spool
  package let bell = Bell()
  /// Marks of pushed deliveries that were looked at again at the start, in order: what a sender sends again is known.
  package let recentPushes: [DeliveryMark]
  /// What start-up found and put right, in words.
  package let remarks: [String]
  /// Brings what arrived into the archives; nil where that is not wanted or DuckDB is not here.
  let keeper: ArchiveKeeper?
  private let folder: DataFolder
  private let live: Mutex<Live>
  /// When what is usual was written last, and whether it could be.
  private let seasonsWritten = Mutex(ContinuousClock.now)
  private let areSeasonsKept = Atomic<Bool>(true)
  private static let seasonPause = Duration.seconds(600)
  private let timer = Mutex<TimerBox?>(nil)

  /// What a reload replaces, as a whole.
  private struct Live: Sendable {
    var settings: FloorSettings
    var rooms: LiveRooms
    var customers: [String: LiveCustomer]
    /// How often the configuration was replaced, and how often a wrong one was refused.
    var reloads = 0
    var refusals = 0
  }

  private struct TimerBox: @unchecked Sendable { let timer: any DispatchSourceTimer }

  /// Opens the data folder, makes every room, and looks again at what arrived since a while before the last stop.
  ///
  /// Errors: another process has the folder, a record that cannot be read, content that is wrong.
  package init(_ settings: FloorSettings, _ assembly: Assembly) throws {
    folder = try DataFolder(settings.folder)
    journal = try Journal(folder: settings.folder)
    spool = try Spool(data: settings.folder)
    let rooms = try LiveRooms(assembly)
    var customers: [String: LiveCustomer] = [:]
    var remarks = spool.repairs
    for name in settings.customers {
      customers[name] = try LiveCustomer(
        name, rooms, assembly.configuration.intake, exemptions: try Self.book(settings, name, 0),
        seasons: Self.seasons(of: name, settings, &remarks),
        journal: journal, bell: bell)
    }
    live = Mutex(Live(settings: settings, rooms: rooms, customers: customers))
    var pushes: [DeliveryMark] = []
    if let words = try Self.catchUp(settings, spool, customers, &pushes) { remarks.append(words) }
    recentPushes = pushes
    keeper = ArchiveKeeper(settings, spool, journal, rooms, assembly.configuration.intake, remarks: &remarks)
    self.remarks = remarks
    try journal.append(
      [NewFact(customer: "", kind: "floor.started", body: LiveFacts.json(["remarks": remarks]))])
    startTimer()
    keeper?.start()
  }

  /// Looks again at what arrived since a while before the last checkpoint; what it found then is known and not told
  /// twice, what was not yet durable is told now.
  private static func catchUp(
    _ settings: FloorSettings, _ spool: Spool, _ customers: [String: LiveCustomer],
    _ pushes: inout [DeliveryMark]
  ) throws -> String? {
    let checkpoint = Checkpoint.read(settings.folder)
    let since = (checkpoint?.arrival ?? 0) - Int64(settings.warmUpSeconds) * 1_000_000_000
    var count = 0
    let damaged = try spool.replay(from: spool.sequence(arrivedSince: since)) { delivery in
      // What a segment begins with may be what the rest of it needs: names of columns, templates of flows.
      guard let customer = customers[delivery.customer], delivery.arrival >= since || delivery.firstLine == 1 else {
        return
      }
      while customer.backlog > settings.backlogBytes { usleep(5_000) }
      // Receivers of files, partitions and objects use marks of their own, with an offset or no second number.
      if delivery.mark.print != 0, delivery.mark.offset == 0 { pushes.append(delivery.mark) }
      customer.take(delivery, isHistory: delivery.arrival <= checkpoint?.arrival ?? 0)
      count += 1
    }
    for customer in customers.values { _ = customer.settled() }
    guard count + damaged > 0 else { return nil }
    let lost = damaged > 0 ? "; \(Words.count(damaged, "delivery", "deliveries")) no longer readable" : ""
    return "looked again at \(Words.count(count, "delivery", "deliveries")) from before the last stop\(lost)"
  }

  package var settings: FloorSettings { live.withLock { $0.settings } }
  package var assembly: Assembly { live.withLock { $0.rooms.assembly } }
  package var customerNames: [String] { settings.customers }
  /// How often the configuration was replaced while running, and how often a wrong one was refused.
  package var reloads: (applied: Int, refused: Int) { live.withLock { ($0.reloads, $0.refusals) } }
  private var customers: [LiveCustomer] { live.withLock { Array($0.customers.values) } }
  private func customer(_ name: String) -> LiveCustomer? { live.withLock { $0.customers[name] } }

  /// A customer as it stands; nil where there is none of that name.
  package func view(of customer: String) -> LiveView? { self.customer(customer)?.view }

  /// Bytes that wait for detection.
  package func backlog(of customer: String) -> Int { self.customer(customer)?.backlog ?? 0 }

  /// Whether a customer's detection is too far behind to be sent more.
  package func isBusy(_ customer: String) -> Bool { backlog(of: customer) > settings.backlogBytes }

  /// Keeps lines and has them looked at; durable when this returns. Waits while the customer's detection is far behind.
  ///
  /// Errors: the disk refuses, or there is no such customer any more; nothing was kept.
  package func accept(
    customer: String, stream: String, lines: [UInt8], mark: DeliveryMark = DeliveryMark()
  ) throws(WorldError) {
    let live = try door(customer)
    if let delivery = try spool.append(customer: customer, stream: stream, lines: lines, mark: mark) {
      live.take(delivery)
    }
  }

  /// Keeps records of a binary stream and has them looked at, as lines are; a file of them begins with `opening`.
  package func accept(
    customer: String, stream: String, records: [UInt8], count: Int, opening: [UInt8], openingCount: Int
  ) throws(WorldError) {
    let live = try door(customer)
    live.take(
      try spool.append(
        customer: customer, stream: stream, records: records, count: count, opening: opening,
        openingCount: openingCount))
  }

  /// The customer, once its detection is not too far behind to be given more.
  private func door(_ name: String) throws(WorldError) -> LiveCustomer {
    guard let live = customer(name) else {
      throw WorldError(what: "nothing can be kept", place: name, why: "there is no such customer any more")
    }
    let limit = settings.backlogBytes
    while live.backlog > limit { usleep(5_000) }
    return live
  }

  /// Goes on with another configuration and other content; windows, alerts and incidents stay. What could not stay is
  /// told in words.
  ///
  /// `ready` is called when everything is made and nothing replaced yet. Errors: whatever is wrong, all at once; the old
  /// one stays then.
  package func reload(
    _ settings: FloorSettings, _ assembly: Assembly, actor: String = "weir", ready: () throws -> Void = {}
  ) throws {
    let rooms = try LiveRooms(assembly)
    let generation = reloads.applied + 1
    var books: [String: ExemptionBook] = [:]
    for name in settings.customers { books[name] = try Self.book(settings, name, generation) }
    let known = live.withLock { $0.customers }
    var customers: [String: LiveCustomer] = [:]
    var remarks: [String] = []
    for name in settings.customers {
      customers[name] =
        try known[name]
        ?? LiveCustomer(
          name, rooms, assembly.configuration.intake, exemptions: books[name],
          seasons: Self.seasons(of: name, settings, &remarks),
          journal: journal, bell: bell)
    }
    try ready()
    let before = live.withLock { live in
      defer {
        live = Live(
          settings: settings, rooms: rooms, customers: customers, reloads: generation, refusals: live.refusals)
      }
      return live
    }
    let keepsFormats = before.rooms.formatsDigest == rooms.formatsDigest
    keeper?.adopt(settings, keepsFormats ? nil : rooms.formats)
    for (name, customer) in known {
      if customers[name] == nil {
        _ = customer.settled()
      } else {
        customer.adopt(rooms, keepsFormats: keepsFormats, exemptions: books[name])
      }
    }
    try journal.append([
      NewFact(actor: actor, customer: "", kind: "floor.reloaded", body: LiveFacts.json(changes(before, settings)))
    ])
  }

  /// Writes down that a configuration was wrong and the old one stays.
  package func noteRefusal(_ words: String, actor: String = "weir") {
    live.withLock { $0.refusals += 1 }
    let body = LiveFacts.json(["problems": words.split(separator: "\n").map(String.init)])
    _ = try? journal.append([NewFact(actor: actor, customer: "", kind: "floor.reload_refused", body: body)])
  }

  /// What a reload changed, for the fact that tells of it.
  private func changes(_ before: Live, _ settings: FloorSettings) -> [String: [String]] {
    let names = (before.settings.customers, settings.customers)
    let exemptions = (before.settings.exemptions, settings.exemptions)
    func words(_ list: [Exemption]) -> [String] {
      list.map { "\($0.suppression.words): \($0.condition)" }
    }
    return [
      "customers_added": names.1.filter { !names.0.contains($0) },
      "customers_removed": names.0.filter { !names.1.contains($0) },
      "exemptions_added": words(exemptions.1.filter { !exemptions.0.contains($0) }),
      "exemptions_removed": words(exemptions.0.filter { !exemptions.1.contains($0) }),
    ].filter { !$0.value.isEmpty }
  }

  private static func book(_ settings: FloorSettings, _ customer: String, _ generation: Int) throws -> ExemptionBook? {
    try ExemptionBook(
      settings.exemptions.filter { $0.customers?.contains(customer) ?? true }, generation: generation)
  }

  /// Returns when everything accepted so far is looked at and durable, and gives the folder back. Nothing may be accepted
  /// any more.
  package func stop() {
    timer.withLock { box in
      box?.timer.cancel()
      box = nil
    }
    keeper?.stop()
    writeCheckpoint()
    writeSeasons()
    for customer in customers { customer.close() }
    _ = try? journal.append([NewFact(customer: "", kind: "floor.stopped", body: "{}")])
    folder.release()
  }

  /// Waits until all that was accepted is looked at.
  package func settle() { for customer in customers { _ = customer.settled() } }

  private func startTimer() {
    let source = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "weir.floor"))
    source.schedule(deadline: .now() + 10, repeating: 10)
    source.setEventHandler { [weak self] in
      guard let self else { return }
      writeCheckpoint()
      if ContinuousClock.now - seasonsWritten.withLock({ $0 }) > Self.seasonPause { writeSeasons() }
      expire()
    }
    source.resume()
    timer.withLock { $0 = TimerBox(timer: source) }
  }

  /// What arrived before now is looked at; the checkpoint stays where it is while a customer's facts are not durable.
  private func writeCheckpoint() {
    let now = Int64(Date().timeIntervalSince1970 * 1e9)
    guard customers.map({ $0.settled() }).allSatisfy({ $0 }) else { return }
    Checkpoint(arrival: now).write(folder.path)
  }

  /// Whether what is usual could be written the last time.
  package var keepsSeasons: Bool { areSeasonsKept.load(ordering: .relaxed) }

  private static func seasons(of customer: String, _ settings: FloorSettings, _ remarks: inout [String]) -> Seasons {
    let seasons = SeasonFile(folder: settings.folder, customer: customer).read(remarks: &remarks) ?? Seasons()
    seasons.zone = settings.zones[customer] ?? .gmt
    return seasons
  }

  /// Keeps what is usual. What arrived since is learned again after a kill: the hour that is looked at again holds it.
  private func writeSeasons() {
    seasonsWritten.withLock { $0 = .now }
    var isKept = true
    for customer in customers {
      do {
        try SeasonFile(folder: folder.path, customer: customer.name).write(customer.seasonBytes())
      } catch {
        isKept = false
      }
    }
    areSeasonsKept.store(isKept, ordering: .relaxed)
  }

  private func expire() {
    let oldest = Int64(Date().timeIntervalSince1970) - Int64(settings.keepSeconds)
    for gone in spool.expire(before: oldest * 1_000_000_000) {
      let paths = gone.paths.map { $0.split(separator: "/").suffix(2).joined(separator: "/") }
      let isMissed = keeper?.note(expired: gone.last, of: gone.customer) ?? false
      let body = LiveFacts.json(
        ["segments": paths, "not_archived": isMissed ? paths : []].filter { !$0.value.isEmpty })
      _ = try? journal.append([NewFact(customer: gone.customer, kind: "spool.expired", body: body)])
    }
  }
}
