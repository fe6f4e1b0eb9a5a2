import Model

/// The suspects of one detection, the alerts that came of them, and the bounds of both.
struct SuspectPool {
  private var detection: Detection
  private let settings: DetectSettings
  private var slots: [Suspect?] = []
  private var free: [Int] = []
  private(set) var closed: [ClosedCase] = []
  /// Alerts, and events of keys, beyond the limits.
  private(set) var dropped = 0
  /// Bytes that all suspects held when they were last measured, about.
  private var heldBytes = 0

  init(_ detection: Detection, _ settings: DetectSettings) {
    self.detection = detection
    self.settings = settings
  }

  /// New suspects are told of in these words.
  mutating func adopt(_ detection: Detection) { self.detection = detection }

  subscript(index: Int) -> Suspect { slots[index]! }

  /// A new suspect for the key of `row`, or nil where there are too many.
  /// `alternatives` are those of the key.
  mutating func open(
    first: Int64, events: Int, at time: Int64, _ row: Int, _ context: FoldContext,
    alternatives: [ObservationPlan.Alternative]
  ) -> Int? {
    let followed = slots.count - free.count
    guard followed < settings.suspectsPerDetection, heldBytes < settings.suspectBytesPerDetection else {
      dropped += 1
      return nil
    }
    let own = alternatives.first {
      context.observations.bitmap($0.condition)[row >> 6] >> UInt64(row & 63) & 1 == 1
    }
    let suspect = Suspect(
      key: (own?.fields ?? detection.key).map { Self.text($0, row, context.batch) }, detection: detection, first: first,
      events: events,
      at: time, evidenceLimit: closed.count + followed < 500 ? 10 : 2)
    if let index = free.popLast() {
      slots[index] = suspect
      return index
    }
    slots.append(suspect)
    return slots.count - 1
  }

  /// Looks how much memory the suspects hold; while it is too much, no more are followed.
  mutating func measure() { heldBytes = slots.reduce(0) { $0 + ($1?.heldBytes ?? 0) } }

  /// Ends a suspect's episode; what was an alert is kept.
  mutating func close(_ index: Int) {
    guard let suspect = slots[index] else { return }
    slots[index] = nil
    free.append(index)
    guard suspect.isAlert else { return }
    if detection.endsWhenCalm { suspect.coolDown() }
    suspect.separate(atEnd: true)
    if closed.count < settings.alertsPerDetection { closed.append(ClosedCase(suspect)) } else { dropped += 1 }
  }

  /// Alerts that ended since the last call; they are kept here no longer.
  mutating func takeClosed() -> [ClosedCase] {
    defer { closed = [] }
    return closed
  }

  /// Alerts whose episode goes on and that grew since the last call, as they stand.
  func takeGrowing() -> [ClosedCase] {
    slots.compactMap { suspect in
      guard let suspect, suspect.isAlert, suspect.isNews() else { return nil }
      return ClosedCase(suspect)
    }
  }

  /// The text of one key field as a condition would name it.
  static func text(_ key: KeyField, _ row: Int, _ batch: EventBatch) -> String {
    if case .ip = key.field.spec.type {
      let network = key.network(of: batch.address(key.field, row))
      return key.bits == nil ? network.address.description : "\(network.address)/\(network.bits)"
    }
    switch key.field.spec.type {
    case .text, .list, .map: return batch.text(key.field, row) ?? ""
    case .keyword(let words):
      return batch.number(key.field, row).flatMap { words.indices.contains(Int($0)) ? words[Int($0)] : nil } ?? ""
    default: return batch.number(key.field, row).map(String.init) ?? ""
    }
  }
}
