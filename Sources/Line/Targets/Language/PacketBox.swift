import Conditions
import Model

/// What a packet filter looks at besides addresses.
enum PacketField: Int, Hashable, CaseIterable, Comparable, Sendable {
  case protocolNumber, tcpSource, tcpDestination, udpSource, udpDestination, tcpFlags, length, ttl, icmpType, icmpCode

  static func < (a: PacketField, b: PacketField) -> Bool { a.rawValue < b.rawValue }

  init?(_ field: EventField) {
    switch field {
    case .ipProtocolNumber: self = .protocolNumber
    case .sourcePort: self = .tcpSource
    case .destinationPort: self = .tcpDestination
    case .udpSourcePort: self = .udpSource
    case .udpDestinationPort: self = .udpDestination
    case .tcpFlags: self = .tcpFlags
    case .ipLength: self = .length
    case .ipTTL: self = .ttl
    case .icmpType: self = .icmpType
    case .icmpCode: self = .icmpCode
    default: return nil
    }
  }

  var all: ClosedRange<Int64> {
    switch self {
    case .protocolNumber, .tcpFlags, .ttl, .icmpType, .icmpCode: 0...255
    default: 0...65_535
    }
  }

  /// The protocol that a packet must have for the field to be there; nil for fields of IP itself.
  func transport(isV4: Bool) -> Int64? {
    switch self {
    case .tcpSource, .tcpDestination, .tcpFlags: 6
    case .udpSource, .udpDestination: 17
    case .icmpType, .icmpCode: isV4 ? 1 : 58
    default: nil
    }
  }
}

/// Packets of one family whose addresses and numbers lie within ranges: what one rule of a packet filter can say.
struct PacketBox: Hashable, Sendable {
  var isV4: Bool
  var source: AddressRanges
  var destination: AddressRanges
  /// Sorted ranges that do not touch; a field that is not here may be anything.
  var numbers: [PacketField: [ClosedRange<Int64>]] = [:]

  init(isV4: Bool) {
    self.isV4 = isV4
    source = Self.everything(isV4)
    destination = source
  }

  static func everything(_ isV4: Bool) -> AddressRanges {
    let v4 = AddressRanges([IPAddress(v4: 0)...IPAddress(v4: .max)])
    return isV4 ? v4 : v4.complement
  }

  /// Packets with the field within the ranges, and so with its protocol.
  func with(_ field: PacketField, _ ranges: [ClosedRange<Int64>]) -> PacketBox? {
    var box = self
    box.numbers[field] = NumberRanges.intersection(numbers[field] ?? [field.all], NumberRanges.sorted(ranges))
    if let number = field.transport(isV4: isV4) {
      box.numbers[.protocolNumber] = NumberRanges.intersection(
        numbers[.protocolNumber] ?? [0...255], [number...number])
    }
    return box.isEmpty ? nil : box
  }

  func intersection(_ other: PacketBox) -> PacketBox? {
    guard isV4 == other.isV4 else { return nil }
    var box = self
    box.source = source.intersection(other.source)
    box.destination = destination.intersection(other.destination)
    box.numbers.merge(other.numbers) { NumberRanges.intersection($0, $1) }
    return box.isEmpty ? nil : box
  }

  private var isEmpty: Bool {
    source.isEmpty || destination.isEmpty || numbers.values.contains(where: \.isEmpty)
  }

  /// nil where the box says nothing about the field.
  func ranges(_ field: PacketField) -> [ClosedRange<Int64>]? {
    numbers[field].flatMap { $0 == [field.all] ? nil : $0 }
  }

  var limitsSource: Bool { source != Self.everything(isV4) }
  var limitsDestination: Bool { destination != Self.everything(isV4) }
}

/// Sets of numbers as sorted ranges that do not touch.
enum NumberRanges {
  static func sorted(_ any: [ClosedRange<Int64>]) -> [ClosedRange<Int64>] {
    var out: [ClosedRange<Int64>] = []
    for range in any.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = out.last, range.lowerBound <= last.upperBound || range.lowerBound - 1 == last.upperBound {
        out[out.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
      } else {
        out.append(range)
      }
    }
    return out
  }

  static func intersection(_ a: [ClosedRange<Int64>], _ b: [ClosedRange<Int64>]) -> [ClosedRange<Int64>] {
    sorted(a.flatMap { one in b.compactMap { one.overlaps($0) ? one.clamped(to: $0) : nil } })
  }

  static func complement(_ ranges: [ClosedRange<Int64>], in all: ClosedRange<Int64>) -> [ClosedRange<Int64>] {
    var out: [ClosedRange<Int64>] = []
    var next = all.lowerBound
    for range in intersection(ranges, [all]) {
      if next < range.lowerBound { out.append(next...(range.lowerBound - 1)) }
      next = range.upperBound + 1
    }
    if next <= all.upperBound { out.append(next...all.upperBound) }
    return out
  }
}
