import Model
import Testing

@testable import Detect

private let second: Int64 = 1_000_000_000

private func flow(packets: Int64, from start: Int64?, to end: Int64?) -> EventBatch {
  let batch = EventBatch(capacity: 16)
  for field in [EventField.flowPackets, .flowBytes, .flowStart, .flowEnd] { batch.touch(field) }
  batch.set(.flowPackets, 0, packets)
  batch.set(.flowBytes, 0, packets * 100)
  if let start { batch.set(.flowStart, 0, start) }
  if let end { batch.set(.flowEnd, 0, end) }
  batch.commitRow(.absent)
  return batch
}

@Test("a flow counts with the packets it had within the span, and one that does not say how long with a minute's share")
func flowsCountByTheirPace() {
  let burst = PacketCount(flow(packets: 600, from: 0, to: 0), 0, weight: 10, span: second)
  #expect(burst.packets == 6_000 && burst.bytes == 600_000)
  let hour = PacketCount(flow(packets: 3_600, from: 0, to: 3_600 * second), 0, weight: 1, span: second)
  #expect(hour.packets == 1 && hour.clampedPackets == 1)
  let unknown = PacketCount(flow(packets: 600, from: nil, to: nil), 0, weight: 1, span: second)
  #expect(unknown.packets == 10)
  let alone = PacketCount(flow(packets: 1, from: nil, to: nil), 0, weight: 1, span: second)
  #expect(alone.clampedPackets == 1)
}

@Test("a packet counts as one, with its length")
func packetsCountAsOne() {
  let batch = EventBatch(capacity: 16)
  batch.touch(.ipLength)
  batch.set(.ipLength, 0, 1_500)
  batch.commitRow(.absent)
  var meter = RateMeter()
  for place in 0..<30 { meter.add(batch, 0, Int64(place) * second / 10, weight: 1) }
  #expect(meter.peak == PacketPeak(packets: 10, bytes: 15_000))
  #expect(meter.peak.words == "10 packets and 120 kbit in its busiest second")
}
