import Model

/// How many packets and bytes one row stands for within a span of time: one packet, or a flow's share of that span.
struct PacketCount {
  private(set) var packets: Int
  private(set) var bytes: Int

  /// `span` in ns. A flow that lasted longer than the span counts with the part that fell into one of it.
  init(_ batch: EventBatch, _ row: Int, weight: UInt32, span: Int64) {
    let weight = Double(weight)
    guard let exported = batch.number(.flowPackets, row) else {
      packets = Int(weight)
      bytes = Int(weight * Double(max(0, batch.number(.ipLength, row) ?? 0)))
      return
    }
    let share: Double
    if let start = batch.number(.flowStart, row), let end = batch.number(.flowEnd, row) {
      share = start < end ? min(1, Double(span) / Double(UTCTime.span(from: start, to: end))) : 1
    } else {
      share = min(1, Double(span) / Self.usualLife)
    }
    packets = Self.whole(weight * Double(max(0, exported)) * share)
    bytes = Self.whole(weight * Double(max(0, batch.number(.flowBytes, row) ?? 0)) * share)
  }

  /// Nanoseconds that a flow is taken to have lasted where the exporter does not say: the usual active timeout, a minute.
  private static let usualLife = 60_000_000_000.0

  /// Any number of packets that a window can hold.
  var clampedPackets: UInt32 { UInt32(clamping: max(1, packets)) }

  private static func whole(_ number: Double) -> Int { Int(min(number, 1e15)) }
}

/// The busiest second of a flood: packets and bytes.
struct RateMeter {
  private static let second: Int64 = 1_000_000_000
  private var end = Int64.min
  private var packets = 0
  private var bytes = 0
  private(set) var peak = PacketPeak(packets: 0, bytes: 0)

  /// Adds a row; seconds begin with the first packet behind the last one's end.
  mutating func add(_ batch: EventBatch, _ row: Int, _ time: Int64, weight: UInt32) {
    if time >= end {
      end = time.addingReportingOverflow(Self.second).partialValue
      packets = 0
      bytes = 0
    }
    let count = PacketCount(batch, row, weight: weight, span: Self.second)
    packets += count.packets
    bytes += count.bytes
    if packets > peak.packets { peak.packets = packets }
    if bytes > peak.bytes { peak.bytes = bytes }
  }
}
