import Packets

/// An information element that has a place in a flow's record here; all others are skipped by their length.
///
/// Source: IANA's registry of IPFIX information elements, whose first 127 are those of NetFlow v9.
enum FlowElement: UInt8 {
  case skipped
  case source4, destination4, source6, destination6
  case sourcePort, destinationPort, protocolNumber, flags
  case packets, bytes, otherPackets, otherBytes
  case icmp, icmpType, icmpCode, ttl, fragmentOffset
  case startUptime, endUptime, startSeconds, endSeconds, startMilliseconds, endMilliseconds
  case startMicroseconds, endMicroseconds, startDelta, endDelta, startNTP, endNTP, bootMilliseconds
  case sampler, samplingInterval, samplingSpace

  init(_ number: UInt16) {
    self =
      switch number {
      case 1: .bytes
      // Totals since the flow began, initiators' and layer 2's counts: taken where the delta is not exported.
      case 85, 23, 231, 352: .otherBytes
      case 2: .packets
      case 86, 24, 298: .otherPackets
      case 4: .protocolNumber
      case 6: .flags
      case 7, 180, 182: .sourcePort
      case 11, 181, 183: .destinationPort
      case 8: .source4
      case 12: .destination4
      case 27: .source6
      case 28: .destination6
      case 32, 139: .icmp
      case 176, 178: .icmpType
      case 177, 179: .icmpCode
      case 52, 192: .ttl
      case 88: .fragmentOffset
      case 22: .startUptime
      case 21: .endUptime
      case 150: .startSeconds
      case 151: .endSeconds
      case 152, 323: .startMilliseconds
      case 153: .endMilliseconds
      case 154, 156: .startNTP
      case 155, 157: .endNTP
      case 158: .startDelta
      case 159: .endDelta
      case 160: .bootMilliseconds
      case 48, 302: .sampler
      case 34, 50, 305: .samplingInterval
      case 306: .samplingSpace
      default: .skipped
      }
  }
}

/// What turns an exporter's clocks into times: its own time and its uptime at the export, both in ms.
struct ExportClock {
  /// Milliseconds since 1970.
  var now: Int64
  /// Milliseconds since the device started; nil where the header does not say.
  var uptime: UInt32?

  /// The time (ns) of an uptime in ms, which runs over after 49 days.
  func time(uptime stamp: UInt64, boot: Int64) -> Int64 {
    if let uptime {
      let behind = Int64(Int32(bitPattern: UInt32(truncatingIfNeeded: stamp) &- uptime))
      return (now + behind) * 1_000_000
    }
    return boot >= 0 ? Self.nanoseconds(milliseconds: UInt64(boot) &+ stamp) : FlowRecord.absentTime
  }

  static func nanoseconds(milliseconds: UInt64) -> Int64 {
    milliseconds < 9_000_000_000_000 ? Int64(milliseconds) * 1_000_000 : FlowRecord.absentTime
  }

  static func nanoseconds(seconds: UInt64) -> Int64 {
    seconds < 9_000_000_000 ? Int64(seconds) * 1_000_000_000 : FlowRecord.absentTime
  }

  /// A 64-bit NTP time: seconds since 1900 and their fraction (RFC 5905).
  static func nanoseconds(ntp: UInt64) -> Int64 {
    (Int64(ntp >> 32) - 2_208_988_800) * 1_000_000_000 + Int64((ntp & 0xffff_ffff) * 1_000_000_000 >> 32)
  }
}
