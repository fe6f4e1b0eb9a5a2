import Model
import Packets
import Windows

/// A key on its way to an alert, or an alert that is still growing: what will be said of it, collected event by event.
final class Suspect {
  /// Texts of the key's fields, in order; empty where a field was not recorded.
  let key: [String]
  let detection: Detection
  let evidenceLimit: Int
  private(set) var first: Int64
  private(set) var last: Int64
  private(set) var events: Int
  private(set) var succeeded = 0
  /// Whether all events told when they happened.
  private(set) var isTimed = true
  private(set) var openedAt: Int64
  private(set) var raisedAt: Int64?
  private(set) var reason = ""
  private(set) var sources = SourceLedger()
  private(set) var hosts = FrequentItems(capacity: 32)
  private(set) var targets = FrequentItems(capacity: 64)
  private(set) var classes = FrequentItems(capacity: 32)
  private(set) var evidence: [EvidenceRow] = []
  /// The rules that excuse every event since they were last changed.
  private(set) var excuses: UInt64 = 0
  private var excusedBy = -1
  /// The busiest second, for floods of packets.
  private(set) var rate: RateMeter?
  /// What sets the attack apart from the traffic around it, for detections that watch all of a host's traffic.
  private(set) var contrast: AttackContrast?
  /// The count at which the next typical event is kept, beyond the first few.
  private var nextEvidence = 16
  // As of the last event at which the window was not calm.
  private(set) var hotLast: Int64
  private var hotEvents = 0
  private var hotSucceeded = 0
  /// Events when the alert was last told.
  private var toldEvents = 0

  init(
    key: [String], detection: Detection, first: Int64, events: Int, at time: Int64, evidenceLimit: Int
  ) {
    self.key = key
    self.detection = detection
    self.first = first
    self.events = events
    self.evidenceLimit = evidenceLimit
    last = time
    hotLast = time
    openedAt = time
    if detection.weighsPackets { rate = RateMeter() }
  }

  var isAlert: Bool { raisedAt != nil }

  /// Bytes of memory it holds, about.
  var heldBytes: Int {
    1_024 + sources.heldBytes + hosts.heldBytes + targets.heldBytes + classes.heldBytes + (contrast?.heldBytes ?? 0)
      + evidence.reduce(0) { $0 + MemoryLayout<EvidenceRow>.stride + $1.raw.utf8.count + ($1.uri?.utf8.count ?? 0) }
  }

  /// From now on looks for what sets the attack apart from ordinary traffic.
  func compare(with traffic: UsualTraffic, _ usual: AttackContrast.Usual) {
    if case .beside = usual {
      contrast = AttackContrast(traffic, usual, since: .min)
    } else {
      contrast = AttackContrast(traffic, usual, since: openedAt)
    }
  }

  /// Takes one more event; `counts` is false for the event at which the suspect was opened, which is counted already.
  /// Says whether it belongs: once it is known what sets an attack apart, ordinary traffic beside it does not.
  @discardableResult
  func add(_ row: Int, _ time: Int64, _ weight: UInt32, _ context: FoldContext, counts: Bool) -> Bool {
    let batch = context.batch
    if let separation = contrast?.separation {
      guard time >= first, separation.matches(batch, row) else { return false }
    }
    if let given = context.excuses { excuse(given, row) } else { excuses = 0 }
    if counts { events &+= Int(weight) }
    if !batch.isPresent(.time, row) { isTimed = false }
    if time > last { last = time }
    if time < first { first = time }
    if let status = batch.number(.status, row), (200..<300).contains(status) { succeeded &+= Int(weight) }
    sources.add(SourceKey(batch, row), events: Int(weight), hash: batch.addresses[row].hash(seed: SourceSketch.seed))
    if batch.isPresent(.host, row) {
      hosts.observe(context.observations.column(1)[row], batch.bytes(.host, row), weight: UInt64(weight))
    } else {
      addVictim(row, weight, batch)
    }
    rate?.add(batch, row, time, weight: weight)
    addTarget(row, weight, context)
    if batch.isPresent(.payloadClasses, row) {
      let bytes = batch.bytes(.payloadClasses, row)
      classes.observe(byteHash(bytes, seed: 0), bytes, weight: UInt64(weight))
    }
    if wantsEvidence { evidence.append(EvidenceRow(batch, row, time)) }
    if let contrast, !contrast.isDecided { contrast.add(row, time, weight, batch) }
    return true
  }

  private func excuse(_ given: Excuses, _ row: Int) {
    excuses = excusedBy == given.generation ? excuses & given.rows[row] : given.rows[row]
    excusedBy = given.generation
  }

  /// Packets name no host: the address they went to is what was aimed at, that of the tunnel where one was.
  private func addVictim(_ row: Int, _ weight: UInt32, _ batch: EventBatch) {
    if batch.isPresent(.tunnelDestination, row), detection.key.contains(KeyField(.tunnelDestination)) {
      let bytes = batch.bytes(.tunnelDestination, row)
      hosts.observe(byteHash(bytes, seed: 0), bytes, weight: UInt64(weight))
      return
    }
    guard batch.isTouched(.ipDestination) else { return }
    let victim = detection.sourceIsVictim ? batch.addresses[row] : batch.destinations[row]
    if victim.isAbsent { return }
    let hash = victim.hash(seed: 0)
    if hosts.bump(hash, weight: UInt64(weight)) { return }
    let text = Array(victim.description.utf8)
    text.withUnsafeBufferPointer { hosts.insert(hash, $0, weight: UInt64(weight)) }
  }

  /// Leaves out the ordinary traffic that was counted along, as soon as the attack can be told from it; `atEnd` with
  /// whatever there is.
  func separate(atEnd: Bool = false) {
    guard let contrast, atEnd ? contrast.canEnd : contrast.isReady, isAlert else { return }
    let (found, share) = contrast.decide()
    let own = found.filter { $0.time <= last }
    guard let begin = own.lazy.map(\.time).min() else { return }
    if case .before = contrast.usual {
      first = begin
      events = own.reduce(0) { $0 &+ Int($1.weight) }
    } else {
      // It began before requests were kept, and as many of those were its own.
      events = Int((Double(events) * share).rounded())
    }
    last = own.reduce(begin) { max($0, $1.time) }
    succeeded = own.reduce(0) { $0 &+ ($1.isAnswered ? Int($1.weight) : 0) }
    sources = SourceLedger()
    for request in own {
      sources.add(
        request.source, events: Int(request.weight), hash: request.source.address.hash(seed: SourceSketch.seed))
    }
    targets = FrequentItems(capacity: 64)
    evidence.removeAll { kept in
      !own.contains { Int($0.line.source) == kept.input && Int($0.line.number) == kept.line }
    }
    nextEvidence = max(16, events)
    keepHot()
  }

  private func addTarget(_ row: Int, _ weight: UInt32, _ context: FoldContext) {
    let batch = context.batch
    // An event without the wanted field is aimed at a path, if it has one.
    let field = batch.isPresent(detection.targets, row) ? detection.targets : .path
    guard batch.isPresent(field, row) else { return }
    let hash = field == .path ? context.observations.column(2)[row] : byteHash(batch.bytes(field, row), seed: 0)
    if field.isInt {
      let text = Array(String(batch.number(field, row) ?? 0).utf8)
      text.withUnsafeBufferPointer { targets.observe(byteHash($0, seed: 0), $0, weight: UInt64(weight)) }
    } else {
      targets.observe(hash, batch.bytes(field, row), weight: UInt64(weight))
    }
  }

  /// The first five events, then one at every quadrupling, so that later ones are seen too.
  private var wantsEvidence: Bool {
    if evidence.count < min(5, evidenceLimit) { return true }
    if evidence.count >= evidenceLimit || events < nextEvidence { return false }
    nextEvidence = events &* 4
    return true
  }

  func adopt(_ early: EarlySources) {
    for entry in early.entries where entry.last >= first {
      sources.add(entry.source, events: entry.events, hash: entry.source.address.hash(seed: SourceSketch.seed))
    }
  }

  /// Forgets what lies before `first`: the key was busy, but not about this.
  func rebase(first: Int64, events: Int, at time: Int64) {
    self.first = first
    self.events = events
    openedAt = time
    evidence.removeAll { $0.time < first }
  }

  /// Whether there is more to tell than the last time this was asked.
  func isNews() -> Bool {
    defer { toldEvents = events }
    return events != toldEvents
  }

  func raise(at time: Int64, reason: String) {
    raisedAt = time
    self.reason = reason
    keepHot()
  }

  func keepHot() {
    hotLast = last
    hotEvents = events
    hotSucceeded = succeeded
  }

  /// Takes back the calm events at the end.
  func coolDown() {
    last = hotLast
    events = hotEvents
    succeeded = hotSucceeded
  }
}

/// A row kept as evidence, its texts copied out of the batch.
struct EvidenceRow {
  static let lineLimit = 2_000
  var time: Int64
  var input: Int
  var line: Int
  var source: IPAddress
  var host, method, uri, userAgent: String?
  var status: Int?
  var note: String?
  var raw: String

  init(_ batch: EventBatch, _ row: Int, _ time: Int64) {
    self.time = time
    input = Int(batch.lines[row].source)
    line = Int(truncatingIfNeeded: batch.lines[row].number)
    source = batch.addresses[row]
    host = batch.text(.host, row)
    method = batch.text(.method, row)
    uri = batch.text(.uri, row) ?? batch.text(.path, row)
    userAgent = batch.text(.userAgent, row)
    status = batch.number(.status, row).map { Int(truncatingIfNeeded: $0) }
    note = batch.text(.ruleMessage, row) ?? batch.text(.message, row) ?? batch.text(.payloadClasses, row)
    raw =
      batch.lines[row].isBinary
      ? PacketText.line(row, of: batch) : String(decoding: batch.line(row).prefix(Self.lineLimit), as: UTF8.self)
  }

  func evidence(inputs: [String]) -> Evidence {
    Evidence(
      time: time, input: input < inputs.count ? inputs[input] : "", line: line,
      source: source.isAbsent ? "" : source.description, host: host, method: method, uri: uri, status: status,
      userAgent: userAgent, note: note.map { String($0.prefix(500)) }, raw: raw)
  }
}
