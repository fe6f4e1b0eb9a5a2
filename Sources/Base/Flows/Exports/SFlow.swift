import Model
import Packets

/// sFlow version 5: packets sampled by a switch, each with the rate it was sampled at. Source: sflow.org, "sFlow
/// Version 5" (2004). Counters, which are no packets, are passed over.
package enum SFlow {
  /// One sampled packet: its first bytes, and how many packets it stands for.
  package struct Sample {
    package var frame: CapturedFrame
    package var rate: Int64
  }

  @inline(__always) package static func mayBegin(_ payload: Wire) -> Bool {
    payload.count >= 28 && payload.u32(0) == 5 && (payload.u32(4) == 1 || payload.u32(4) == 2)
  }

  /// Calls `take` with each sampled packet and the agent's address. `time` is when the datagram came.
  package static func decode(
    _ datagram: Wire, time: Int64?, take: (_ agent: IPAddress, Sample) -> Void
  ) -> ExportOutcome {
    guard let header = header(datagram) else { return .foreign }
    var rest = header.rest
    var samples = 0
    for _ in 0..<header.samples {
      guard rest.count >= 8 else { return samples > 0 ? .taken(flows: samples) : .broken }
      let format = rest.u32(0)
      let length = Int(rest.u32(4))
      guard length <= rest.count - 8 else { return samples > 0 ? .taken(flows: samples) : .broken }
      let body = rest.dropped(8).kept(length)
      if format == 1 || format == 3 {
        samples += eachPacket(body, isExpanded: format == 3, time) { take(header.agent, $0) }
      }
      rest = rest.dropped(8 + length)
    }
    return .taken(flows: samples)
  }

  /// Notes what a datagram's sequence number says was lost; false where it is no sFlow.
  @discardableResult package static func watch(_ datagram: Wire, _ losses: FlowLosses) -> Bool {
    guard let header = header(datagram) else { return false }
    losses.note(
      ExporterKey(address: header.agent, domain: header.subAgent, version: 0), header.sequence, step: 1, isCounted: true
    )
    return true
  }

  private struct Header {
    var agent: IPAddress
    var subAgent: UInt32
    var sequence: UInt32
    var samples: Int
    var rest: Wire
  }

  /// Nil where the bytes are no datagram of sFlow: the first sample must be of a kind that exists.
  private static func header(_ datagram: Wire) -> Header? {
    guard mayBegin(datagram) else { return nil }
    let isV4 = datagram.u32(4) == 1
    let rest = datagram.dropped(isV4 ? 12 : 24)
    guard rest.count >= 16 else { return nil }
    let samples = Int(rest.u32(12))
    guard samples <= 512, samples == 0 || rest.count >= 24 && rest.u32(16) & 0xfff <= 5 else { return nil }
    let agent =
      isV4 ? IPAddress(v4: datagram.u32(8)) : IPAddress(high: datagram.u64(8), low: datagram.u64(16))
    return Header(
      agent: agent, subAgent: rest.u32(0), sequence: rest.u32(4), samples: samples, rest: rest.dropped(16))
  }

  private static func eachPacket(
    _ sample: Wire, isExpanded: Bool, _ time: Int64?, _ take: (Sample) -> Void
  ) -> Int {
    let header = isExpanded ? 44 : 32
    guard sample.count >= header else { return 0 }
    let rate = Int64(sample.u32(isExpanded ? 12 : 8))
    var rest = sample.dropped(header)
    var packets = 0
    for _ in 0..<min(Int(sample.u32(header - 4)), 64) {
      guard rest.count >= 8 else { break }
      let format = rest.u32(0)
      let length = Int(rest.u32(4))
      guard length <= rest.count - 8 else { break }
      if format == 1, let frame = frame(rest.dropped(8).kept(length), time) {
        take(Sample(frame: frame, rate: max(1, rate)))
        packets += 1
      }
      rest = rest.dropped(8 + length)
    }
    return packets
  }

  /// The raw header of a sampled packet, with the link layer that it begins with.
  private static func frame(_ record: Wire, _ time: Int64?) -> CapturedFrame? {
    guard record.count >= 16 else { return nil }
    let link: LinkType
    switch record.u32(0) {
    case 1: link = .ethernet
    case 7: link = .ppp
    case 11: link = .ipv4
    case 12: link = .ipv6
    default: return nil
    }
    let captured = min(Int(record.u32(12)), record.count - 16)
    return CapturedFrame(
      time: time, link: link, bytes: record.dropped(16).kept(captured), originalLength: Int(record.u32(4)))
  }
}
