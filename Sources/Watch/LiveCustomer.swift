import Detect
import Dispatch
import Foundation
import Intake
import Model
import Records
import Synchronization

/// One customer's detection, delivery after delivery: decode → enrich → inspect → observe → fold, then what is new goes
/// to the journal.
///
/// Deliveries of one customer are worked on in their order, those of several customers side by side. This loop orders
/// and carries; rooms decide.
final class LiveCustomer: @unchecked Sendable {
  let name: String
  private var crew: Crew
  private var exemptions: ExemptionBook?
  private let journal: Journal
  private let bell: Bell
  private let queue: DispatchQueue
  private let shown = Mutex(LiveView())
  private let waiting = Atomic<Int>(0)
  // Everything below is touched on `queue` only.
  private let inputs: LiveInputs
  private let state: DetectState
  private let seasons: Seasons
  /// What arrived until then was learned from before the start.
  private let learnedBefore: Int64
  private var alerts: AlertLedger
  private var incidents: IncidentLedger
  private var counts = LiveCounts()
  private var unwritten: [NewFact] = []
  private var rings: [Bell.Ring] = []
  private var nextTick = ContinuousClock.now
  private var nextFold = ContinuousClock.now
  private var nextSummary = ContinuousClock.now
  /// Whether alerts have changed since they were last folded into incidents.
  private var isUnfolded = false
  /// Whether a look is on its way that shows what nothing else has shown by then.
  private var isLookComing = false
  private var isClosed = false
  /// Arrival of the oldest delivery whose alerts are not durable yet; nil while history is looked at again.
  private var oldestArrival: Int64?

  /// Ticks are at least this far apart while deliveries queue, and ten times what the last one took, so that they cost a
  /// tenth of the time at most; the last delivery is followed by a tick at once.
  private static let tick = Duration.milliseconds(20)
  private static let day: Int64 = 86_400_000_000_000

  /// Errors: the journal cannot be read.
  init(
    _ name: String, _ rooms: LiveRooms, _ options: IntakeOptions, exemptions: ExemptionBook?, seasons: Seasons,
    journal: Journal, bell: Bell
  ) throws(WorldError) {
    self.name = name
    crew = rooms.crew
    self.exemptions = exemptions
    self.journal = journal
    self.bell = bell
    queue = DispatchQueue(label: "weir.customer.\(name)")
    inputs = LiveInputs(formats: rooms.formats, options: options)
    state = rooms.detector.state()
    self.seasons = seasons
    learnedBefore = seasons.learnedUntil
    state.attach(seasons)
    (alerts, incidents) = try LiveFacts.restored(journal, name)
    _ = incidents.fold(foldable)
    publish()
  }

  /// The customer as it stands.
  var view: LiveView { shown.withLock { $0 } }
  /// Bytes of deliveries that are kept and not yet looked at.
  var backlog: Int { waiting.load(ordering: .relaxed) }

  /// Puts a delivery in the queue; `isHistory` where it was looked at before a restart.
  func take(_ delivery: Delivery, isHistory: Bool = false) {
    waiting.add(delivery.lines.count, ordering: .relaxed)
    queue.async { [self] in
      work(delivery, isHistory: isHistory)
      let left = waiting.subtract(delivery.lines.count, ordering: .relaxed).newValue
      tick(isLast: left == 0)
    }
  }

  /// Waits until everything taken so far is looked at; whether what came of it is durable.
  func settled() -> Bool {
    queue.sync {
      look()
      return unwritten.isEmpty
    }
  }

  /// What is usual by now, for its file.
  func seasonBytes() -> [UInt8] { queue.sync { seasons.bytes } }

  /// Writes nothing any more: the journal may be another process's from now on.
  func close() { queue.sync { isClosed = true } }

  /// Goes on with other rooms and exemptions, behind the delivery that is worked on now; windows stay.
  func adopt(_ rooms: LiveRooms, keepsFormats: Bool, exemptions: ExemptionBook?) {
    // The book is this queue's from now on.
    nonisolated(unsafe) let exemptions = exemptions
    queue.async { [self] in
      crew = rooms.crew
      self.exemptions = exemptions
      if !keepsFormats { inputs.adopt(rooms.formats) }
      state.adopt(rooms.detector)
    }
  }

  private func work(_ delivery: Delivery, isHistory: Bool) {
    if !isHistory, oldestArrival == nil { oldestArrival = delivery.arrival }
    let learns = !isHistory || delivery.arrival > learnedBefore
    crew.lend { kit in
      inputs.decode(
        delivery.lines, stream: delivery.stream, path: delivery.segment, firstLine: delivery.firstLine,
        arrival: delivery.arrival, in: kit.batch
      ) { batch in
        kit.enrich.enrich(batch)
        kit.inspect.inspect(batch)
        state.fold(kit.look.observe(batch), batch, excuses: exemptions?.excuses(batch), learns: learns)
        counts.events += batch.count
        tick(isLast: false)
      }
    }
    seasons.learnedUntil = max(seasons.learnedUntil, delivery.arrival)
    counts.deliveries += 1
    counts.bytes += delivery.lines.count
  }

  /// Takes what is new out of the windows, at most so often while deliveries queue; the cost of a tick keeps the next one
  /// away.
  private func tick(isLast: Bool) {
    let begun = ContinuousClock.now
    guard isLast || begun >= nextTick else { return }
    let isNews = takeNews()
    // An alert that is new makes an incident at once; those that grow wait a little for one another.
    if isUnfolded, isNews || begun >= nextFold { fold() }
    write()
    if isNews || begun >= nextSummary { publish() } else { lookLater() }
    nextTick = ContinuousClock.now + max(Self.tick, (ContinuousClock.now - begun) * 10)
  }

  /// Everything at once: what is new, incidents, facts and the picture.
  private func look() {
    _ = takeNews()
    state.settle()
    alerts.forgetOld()
    if isUnfolded { fold() }
    write()
    publish()
  }

  /// A look a second from now, unless one is coming: the last event of a burst must not wait for the next burst.
  private func lookLater() {
    if isLookComing { return }
    isLookComing = true
    queue.asyncAfter(deadline: .now() + 1) { [self] in
      isLookComing = false
      if !isClosed { look() }
    }
  }

  /// Alerts that were raised or changed, as facts to write; whether there was one.
  private func takeNews() -> Bool {
    var isNews = false
    let news = state.takeNews(inputs: inputs.inputPaths) { [exemptions] in exemptions?.suppression($0, $1) }
    for seen in news {
      let (alert, change) = alerts.take(seen)
      isUnfolded = true
      guard let fact = LiveFacts.alert(alert, change, name) else { continue }
      if change == .raised { counts.alertsRaised += 1 }
      if change == .raised, alert.suppression != nil { counts.alertsSuppressed += 1 }
      isNews = true
      unwritten.append(fact)
      rings.append(Bell.Ring(kind: "alert", customer: name, id: alert.id))
    }
    return isNews
  }

  /// What makes incidents: alerts that nobody expects, and those that had made one before somebody did.
  private var foldable: [Alert] {
    alerts.alerts.values.filter { $0.suppression == nil || incidents.holders[$0.id] != nil }
  }

  private func fold() {
    let begun = ContinuousClock.now
    isUnfolded = false
    for (incident, change) in incidents.fold(foldable) {
      if change == .opened { counts.incidentsOpened += 1 }
      unwritten.append(LiveFacts.incident(incident, change, name))
      rings.append(Bell.Ring(kind: "incident", customer: name, id: incident.id))
    }
    nextFold = ContinuousClock.now + max(.seconds(1), (ContinuousClock.now - begun) * 20)
  }

  /// Makes what is new durable. What the disk refuses waits for the next tick.
  private func write() {
    defer { if counts.factsWaiting == 0 { oldestArrival = nil } }
    guard !unwritten.isEmpty else { return }
    do {
      try journal.append(unwritten)
    } catch {
      counts.factsWaiting = unwritten.count
      return
    }
    if let oldestArrival, unwritten.contains(where: { $0.kind == "alert.raised" }) {
      counts.latency.add(seconds: max(0, Double(Self.now() - oldestArrival) / 1e9))
    }
    unwritten = []
    counts.factsWaiting = 0
  }

  private func publish() {
    counts.rejected = inputs.report.rejected
    nextSummary = .now + .seconds(1)
    var view = LiveView()
    view.incidents = incidents.incidents
    view.alerts = alerts.alerts
    view.holders = incidents.holders
    view.traffic = state.traffic()
    view.counts = counts
    // The picture of the traffic is that of about a day: its slots widen as it grows.
    if view.traffic.lastSeen - view.traffic.firstSeen > 2 * Self.day { state.restartTraffic() }
    shown.withLock { $0 = view }
    guard counts.factsWaiting == 0 else { return }
    rings.forEach(bell.ring)
    rings = []
  }

  private static func now() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
