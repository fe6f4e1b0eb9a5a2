/// What one detection reads of a batch, as bare pointers: a row then costs no look-up and no reference count.
///
/// Valid while the batch is folded.
struct LaneView {
  let rows: UnsafeMutablePointer<UInt64>
  let keys: UnsafeMutablePointer<UInt64>
  let values: UnsafeMutablePointer<UInt64>?
  let times: UnsafeMutablePointer<Int64>
  /// Bitmaps of the further conditions, at most eight.
  private(set) var marks: InlineArray<8, UnsafeMutablePointer<UInt64>>
  let markCount: Int
  /// Where the rows at which the detection fires are noted, if anybody asks.
  let firing: UnsafeMutablePointer<UInt64>?
  let isWeighted: Bool
  /// Whether rows may stand for flows of many packets.
  let holdsFlows: Bool

  init(_ part: ObservationPlan.Part, _ context: FoldContext) {
    let observations = context.observations
    rows = observations.bitmap(part.condition)
    keys = observations.column(part.key)
    values = part.value.map { observations.column($0) }
    times = context.times
    marks = InlineArray(repeating: rows)
    markCount = min(part.marks.count, 8)
    for mark in 0..<markCount { marks[mark] = observations.bitmap(part.marks[mark]) }
    firing = part.firing.map { observations.bitmap($0) }
    isWeighted = context.isWeighted
    holdsFlows = context.batch.isTouched(.flowPackets)
  }

  /// One bit for each further condition that the row meets.
  @inline(__always) func marks(of row: Int) -> UInt8 {
    var bits: UInt8 = 0
    for mark in 0..<markCount {
      bits |=
        UInt8(truncatingIfNeeded: marks[mark][row >> 6] >> UInt64(row & 63) & 1) << UInt8(truncatingIfNeeded: mark)
    }
    return bits
  }
}
