import Model
import Windows

/// One detection at work: its keys, their windows, its suspects and alerts.
protocol Lane: AnyObject {
  var detection: Detection { get }
  /// Goes on for the same events under other words, which are found elsewhere in what workers observe.
  func adopt(_ detection: Detection, _ part: ObservationPlan.Part)
  /// From now on learns what is usual in each hour of the week, and judges by it; nil where it watches no such thing.
  func attach(_ seasons: Seasons)
  func fold(_ context: FoldContext)
  /// Ends every episode and hands over all alerts.
  func finish() -> [ClosedCase]
  /// Alerts that were raised, grew or ended since the last call.
  func takeNews() -> [ClosedCase]
  /// Ends the episodes of keys that have been silent for long, as seen at `now`.
  func settle(at now: Int64)
  var statistics: LaneStatistics { get }
}

package struct LaneStatistics: Sendable, Equatable {
  package var detection: String
  /// Keys held now.
  package var keys = 0
  /// Keys dropped although they had not expired, because there were too many.
  package var evicted = 0
  /// Alerts, and events of keys, that were not followed because there were too many.
  package var alertsDropped = 0
}

/// State of one key.
struct KeyState<W: Window> {
  /// First and last event of the run of events without a pause that the newest event belongs to.
  var runStart: Int64
  var last: Int64
  var runCount: UInt32
  /// Index of its suspect, or -1.
  var suspect: Int32
  var window: W
  var sources: EarlySources?
  /// What it usually brings in each hour of the week, and the hour whose level the window knows.
  var season: SeasonalKey?
  var seasonHour: Int64
  /// What the key's traffic usually looks like, and when the next request is taken as a sample of it.
  var usual: UsualTraffic?
  var nextSample: Int64
  /// When it last fired for another detection, while its window stays reached.
  var firedAt = Int64.min
}

final class DetectionLane<W: Window>: Lane {
  typealias State = KeyState<W>
  private(set) var detection: Detection
  private var part: ObservationPlan.Part
  let table = KeyTable<State>()
  private let limits: WindowLimits
  private let slotWidth: Int64
  let episode: Int64
  let keyLimit: Int
  let byteLimit: Int
  /// Events until memory is looked through, and the time of the event at which it was.
  let sweepEvery: Int
  var untilSweep: Int
  var sweptAt = Int64.min
  var suspects: SuspectPool
  var statistics: LaneStatistics
  private let keepsSources: Bool
  private let joinsMarks: Bool
  private let valueUnlessMarked: Bool
  private let contrasts: Bool
  private var seasons: SeasonBook?
  private let weighsPackets: Bool
  private let countsPart: Bool
  private let isSilent: Bool
  /// Whether one event of a key can decide nothing, so that it is only kept.
  private let awaitsSecond: Bool
  // The slot of the row before: rows are nearly in order, so a division a row is rarely needed.
  private var slotStart: Int64 = 0
  private var slotEnd: Int64 = 0
  private var slot: Int64 = 0

  init(_ detection: Detection, _ part: ObservationPlan.Part, _ settings: DetectSettings) {
    self.detection = detection
    self.part = part
    limits = detection.window.limits
    slotWidth = detection.window.slot
    episode = detection.episode
    keyLimit = max(16, Int(Double(detection.keyLimit) * settings.keyScale))
    byteLimit = settings.windowBytesPerDetection
    (sweepEvery, untilSweep) = (settings.sweepEvery, settings.sweepEvery)
    suspects = SuspectPool(detection, settings)
    statistics = LaneStatistics(detection: detection.id)
    keepsSources = !detection.key.contains(KeyField(.ipSource)) && !detection.endsWhenCalm
    joinsMarks =
      detection.window.kind == .sequence || detection.window.kind == .steps || !detection.fedBy.isEmpty
    isSilent = detection.isSilent
    awaitsSecond =
      [.count, .distinct, .ratio].contains(detection.window.kind) && detection.window.limits.events > 2 && !keepsSources
    valueUnlessMarked = detection.window.kind == .breadth
    contrasts = detection.window.kind == .surge
    weighsPackets = detection.weighsPackets
    countsPart = detection.window.limits.countsPart
  }

  func adopt(_ detection: Detection, _ part: ObservationPlan.Part) {
    self.detection = detection
    self.part = part
    suspects.adopt(detection)
  }

  func attach(_ seasons: Seasons) { self.seasons = contrasts ? seasons.book(of: detection) : nil }

  // A lane is reached through its protocol, where the compiler knows no window: it is told the kinds that carry the load.
  @_specialize(where W == SlidingCount)
  @_specialize(where W == SlidingDistinctCount)
  @_specialize(where W == SlidingRatio)
  @_specialize(where W == Surge)
  @_specialize(where W == FailuresThenSuccess)
  @_specialize(where W == Cadence)
  func fold(_ context: FoldContext) {
    let observations = context.observations
    let view = LaneView(part, context)
    for word in 0..<observations.words {
      var bits = view.rows[word]
      if joinsMarks { for mark in 0..<view.markCount { bits |= view.marks[mark][word] } }
      if bits == 0 { continue }
      if table.isLarge {
        forEachRow(bits, word) { table.prefetch(view.keys[$0]) }
        forEachRow(bits, word) { table.prefetchState(view.keys[$0]) }
      }
      forEachRow(bits, word) { step($0, view, context) }
    }
  }

  @inline(__always) private func step(_ row: Int, _ view: LaneView, _ context: FoldContext) {
    let key = view.keys[row]
    if key == 0 { return }
    let time = view.times[row]
    untilSweep &-= 1
    if untilSweep == 0 { sweep(at: time) }
    let weight = view.isWeighted ? context.weight(row) : 1
    let marks = view.marks(of: row)
    var value: UInt64 = 0
    if let values = view.values, !valueUnlessMarked || marks & 1 == 0 { value = values[row] }
    let event =
      WindowEvent(
        slot: slot(of: time), value: value,
        weight: weighsPackets && view.holdsFlows
          ? PacketCount(context.batch, row, weight: weight, span: detection.window.span).clampedPackets : weight,
        marks: marks)
    guard let state = state(of: key, time, event, weight) else { return }
    if apart(time, state.pointee.last) > episode { beginRun(state, time) }
    if time > state.pointee.last { state.pointee.last = time }
    if time < state.pointee.runStart { state.pointee.runStart = time }
    let belongs = !countsPart || marks & 1 == 1
    if belongs { state.pointee.runCount = state.pointee.runCount &+ weight }
    if let seasons { learn(state, key, event, seasons, row, context) }
    state.pointee.window.observe(event)
    if time >= state.pointee.nextSample, !countsPart || !belongs { sample(state, row, time, context) }
    if let firing = view.firing { fire(state, row, time, firing) }
    if belongs, !isSilent { judge(state, row, time, weight, context) }
  }

  /// The state of a key; nil where this is its first event, which is then kept until there is a second.
  @inline(__always)
  private func state(
    of key: UInt64, _ time: Int64, _ event: WindowEvent, _ weight: UInt32
  ) -> UnsafeMutablePointer<State>? {
    var at = table.find(key)
    if at >= 0 {
      let place = table.entries[at].state
      return place >= 0 ? table.states + Int(place) : secondTime(at)
    }
    if table.isFull { makeRoom(at: time, keeping: keyLimit / 2) }
    let waits = awaitsSecond && event.weight == 1 && weight == 1
    at = table.insert(.init(key: key, time: time, value: event.value, state: -1, marks: event.marks))
    return waits ? nil : table.give(at, fresh(time))
  }

  private func fresh(_ time: Int64) -> State {
    State(
      runStart: time, last: time, runCount: 0, suspect: -1, window: W(), sources: nil, season: nil, seasonHour: .min,
      usual: nil, nextSample: contrasts || countsPart ? .min : .max)
  }

  /// Makes the state that the first event of a key would have made.
  @inline(__always) private func secondTime(_ at: Int) -> UnsafeMutablePointer<State> {
    let first = table.entries[at]
    let state = table.give(at, fresh(first.time))
    if !countsPart || first.marks & 1 == 1 { state.pointee.runCount = 1 }
    state.pointee.window.observe(WindowEvent(slot: slot(of: first.time), value: first.value, marks: first.marks))
    return state
  }

  /// Notes the row at which the window is reached, and again after each span in which it stays so.
  private func fire(
    _ state: UnsafeMutablePointer<State>, _ row: Int, _ time: Int64, _ firing: UnsafeMutablePointer<UInt64>
  ) {
    guard state.pointee.window.judge(limits) == .reached else {
      state.pointee.firedAt = .min
      return
    }
    if state.pointee.firedAt != .min, apart(time, state.pointee.firedAt) < detection.window.span { return }
    firing[row >> 6] |= 1 << UInt64(row & 63)
    state.pointee.firedAt = time
  }

  /// Tells the window what the hour usually brings, once an hour, and remembers the event for later weeks.
  private func learn(
    _ state: UnsafeMutablePointer<State>, _ key: UInt64, _ event: WindowEvent, _ seasons: SeasonBook, _ row: Int,
    _ context: FoldContext
  ) {
    var event = event
    event.slot = seasons.local(event.slot)
    let hour = seasons.hour(of: event.slot)
    if state.pointee.seasonHour != hour {
      state.pointee.seasonHour = hour
      state.pointee.season = seasons.key(key, hour) {
        detection.key.map { SuspectPool.text($0, row, context.batch) }.joined(separator: " ")
      }
      var level = state.pointee.season?.baseline.level(hour: hour)
      level?.zone = seasons.zoneName
      state.pointee.window.expect(level)
    }
    guard context.learns, let season = state.pointee.season else { return }
    let suspect = state.pointee.suspect
    season.baseline.observe(event, isTroubled: suspect >= 0 && suspects[Int(suspect)].isAlert)
  }

  /// Takes a request as a sample of what is usual: where only a part can be attack, any of the rest; else unless the
  /// key is under suspicion.
  private func sample(_ state: UnsafeMutablePointer<State>, _ row: Int, _ time: Int64, _ context: FoldContext) {
    guard countsPart || state.pointee.suspect < 0 else { return }
    let usual = state.pointee.usual ?? UsualTraffic()
    state.pointee.usual = usual
    usual.add(context.batch, row, time)
    state.pointee.nextSample = time.addingReportingOverflow(UsualTraffic.pause).partialValue
  }

  @inline(__always) func slot(of time: Int64) -> Int64 {
    if time < slotStart || time >= slotEnd {
      let rest = time % slotWidth
      slot = (time &- (rest < 0 ? rest &+ slotWidth : rest)) / slotWidth
      slotStart = slot &* slotWidth
      slotEnd = slotStart &+ slotWidth
    }
    return slot
  }

  private func beginRun(_ state: UnsafeMutablePointer<State>, _ time: Int64) {
    if state.pointee.suspect >= 0 { release(state) }
    state.pointee.runStart = time
    state.pointee.last = time
    state.pointee.runCount = 0
    state.pointee.sources = nil
  }

  func release(_ state: UnsafeMutablePointer<State>) {
    suspects.close(Int(state.pointee.suspect))
    state.pointee.suspect = -1
  }

  // MARK: Judging

  @inline(__always)
  private func judge(
    _ state: UnsafeMutablePointer<State>, _ row: Int, _ time: Int64, _ weight: UInt32, _ context: FoldContext
  ) {
    if state.pointee.suspect >= 0 { return follow(state, row, time, weight, context) }
    let level = state.pointee.window.judge(limits)
    if level == .quiet {
      if keepsSources { remember(state, row, time, context) }
      return
    }
    open(state, row, time, weight, context)
    if level == .reached { raise(state, row, time, context) }
  }

  private func remember(_ state: UnsafeMutablePointer<State>, _ row: Int, _ time: Int64, _ context: FoldContext) {
    let sources = state.pointee.sources ?? EarlySources()
    state.pointee.sources = sources
    sources.add(SourceKey(context.batch, row), time)
  }

  /// Begins to keep evidence of a key that is half way to an alert.
  private func open(
    _ state: UnsafeMutablePointer<State>, _ row: Int, _ time: Int64, _ weight: UInt32, _ context: FoldContext
  ) {
    let span = counted(state)
    guard
      let index = suspects.open(
        first: span.first, events: span.events, at: time, row, context, alternatives: part.alternatives)
    else { return }
    state.pointee.suspect = Int32(index)
    if let early = state.pointee.sources {
      suspects[index].adopt(early)
      state.pointee.sources = nil
    }
    if countsPart {
      let usual = state.pointee.usual ?? UsualTraffic()
      state.pointee.usual = usual
      suspects[index].compare(with: usual, .beside)
    } else if let usual = state.pointee.usual {
      suspects[index].compare(with: usual, .before(span.first))
    }
    suspects[index].add(row, time, weight, context, counts: false)
  }

  /// Since when, and how many events: the whole run where it began within the window, else the window's own.
  private func counted(_ state: UnsafeMutablePointer<State>) -> (first: Int64, events: Int) {
    let windowStart = state.pointee.window.firstSlot &* slotWidth
    if state.pointee.runStart >= windowStart { return (state.pointee.runStart, Int(state.pointee.runCount)) }
    return (windowStart, state.pointee.window.counted(limits))
  }

  private func follow(
    _ state: UnsafeMutablePointer<State>, _ row: Int, _ time: Int64, _ weight: UInt32, _ context: FoldContext
  ) {
    let suspect = suspects[Int(state.pointee.suspect)]
    let belongs = suspect.add(row, time, weight, context, counts: true)
    if suspect.isAlert {
      if belongs { context.markAttack(row) }
      suspect.separate()
      if detection.endsWhenCalm { calm(state, suspect, time) }
      return
    }
    let level = state.pointee.window.judge(limits)
    if level == .reached { return raise(state, row, time, context) }
    guard apart(time, suspect.openedAt) > 2 &* detection.window.span else { return }
    if level == .quiet {
      release(state)
    } else {
      let span = counted(state)
      suspect.rebase(first: span.first, events: span.events, at: time)
    }
  }

  private func raise(_ state: UnsafeMutablePointer<State>, _ row: Int, _ time: Int64, _ context: FoldContext) {
    guard state.pointee.suspect >= 0 else { return }
    let span = counted(state)
    let suspect = suspects[Int(state.pointee.suspect)]
    if span.first > suspect.first { suspect.rebase(first: span.first, events: span.events, at: time) }
    suspect.raise(at: time, reason: state.pointee.window.explain(limits))
    context.markAttack(row)
  }

  /// An alert ends when its window stays below half of what raised it for an episode's silence.
  private func calm(_ state: UnsafeMutablePointer<State>, _ suspect: Suspect, _ time: Int64) {
    if state.pointee.window.judge(limits) != .quiet {
      suspect.keepHot()
    } else if apart(time, suspect.hotLast) > detection.episode {
      release(state)
      state.pointee.runStart = time
      state.pointee.runCount = 0
    }
  }

  func takeNews() -> [ClosedCase] {
    statistics.keys = table.count
    statistics.alertsDropped = suspects.dropped
    return suspects.takeClosed() + suspects.takeGrowing()
  }

  func settle(at now: Int64) {
    table.forEachState { _, state in
      if state.pointee.suspect >= 0, state.pointee.last < now, apart(now, state.pointee.last) > detection.episode {
        release(state)
      }
    }
  }

  func finish() -> [ClosedCase] {
    table.forEachState { _, state in if state.pointee.suspect >= 0 { release(state) } }
    statistics.keys = table.count
    statistics.alertsDropped = suspects.dropped
    return suspects.closed
  }
}

/// Time between two instants, whichever is first.
@inline(__always) func apart(_ a: Int64, _ b: Int64) -> Int64 { Int64(clamping: (a &- b).magnitude) }
