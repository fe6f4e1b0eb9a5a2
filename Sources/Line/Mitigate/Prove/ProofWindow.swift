import Model

/// The time that a proof looks at, in slots: the attack and some quiet before and after it.
struct ProofWindow: Sendable {
  static let slotCount = 60

  let attack: ClosedRange<Int64>
  let start: Int64
  let width: Int64

  init(_ attack: ClosedRange<Int64>) {
    self.attack = attack
    let length = UTCTime.span(from: attack.lowerBound, to: attack.upperBound)
    let margin = max(length / 5, 30_000_000_000)
    start = attack.lowerBound.subtractingReportingOverflow(margin).partialValue
    width = max(1, length / Int64(Self.slotCount) + margin / Int64(Self.slotCount) * 2 + 1)
  }

  func slot(of time: Int64) -> Int? {
    guard time >= start else { return nil }
    let slot = UTCTime.span(from: start, to: time) / width
    return slot < Self.slotCount ? Int(slot) : nil
  }
}
