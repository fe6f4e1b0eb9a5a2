import Conditions
import Model

/// A set of addresses as sorted ranges that do not touch; IPv4 and IPv6 are apart, as their texts are.
struct AddressRanges: Hashable, Sendable {
  private(set) var ranges: [ClosedRange<IPAddress>]

  /// Any ranges, in any order; one that covers IPv4 as part of IPv6 covers both.
  init(_ any: [ClosedRange<IPAddress>]) {
    ranges = []
    for range in any.sorted(by: { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }) {
      if let last = ranges.last, range.lowerBound <= last.upperBound || range.lowerBound == last.upperBound.following {
        ranges[ranges.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
      } else {
        ranges.append(range)
      }
    }
  }

  /// Ranges as they were written: IPv4 is kept inside IPv6's numbers, but a range of IPv6 does not mean it.
  init(written: [ClosedRange<IPAddress>]) {
    let outside = AddressRanges([Self.v4]).complement
    let four = written.filter { Self.v4.contains($0.lowerBound) && Self.v4.contains($0.upperBound) }
    let six = written.filter { !(Self.v4.contains($0.lowerBound) && Self.v4.contains($0.upperBound)) }
    self = AddressRanges(four).union(AddressRanges(six).intersection(outside))
  }

  init(_ networks: [AddressNetwork]) { self.init(written: networks.map { $0.first...$0.last }) }

  static let everything = AddressRanges([IPAddress(high: 0, low: 0)...IPAddress(high: .max, low: .max)])
  private static let v4 = IPAddress(v4: 0)...IPAddress(v4: .max)

  var isEmpty: Bool { ranges.isEmpty }

  var complement: AddressRanges {
    var out: [ClosedRange<IPAddress>] = []
    var next: IPAddress? = IPAddress(high: 0, low: 0)
    for range in ranges {
      if let start = next, start < range.lowerBound { out.append(start...range.lowerBound.preceding) }
      next = range.upperBound == IPAddress(high: .max, low: .max) ? nil : range.upperBound.following
    }
    if let start = next { out.append(start...IPAddress(high: .max, low: .max)) }
    return AddressRanges(out)
  }

  func union(_ other: AddressRanges) -> AddressRanges { AddressRanges(ranges + other.ranges) }
  func intersection(_ other: AddressRanges) -> AddressRanges {
    complement.union(other.complement).complement
  }

  /// The fewest networks that are exactly the IPv4 addresses.
  var v4: [AddressNetwork] {
    ranges.filter { $0.overlaps(Self.v4) }.flatMap { Self.networks($0.clamped(to: Self.v4)) }
  }

  /// The fewest networks that are exactly the IPv6 addresses.
  var v6: [AddressNetwork] {
    let below = IPAddress(high: 0, low: 0)...Self.v4.lowerBound.preceding
    let above = Self.v4.upperBound.following...IPAddress(high: .max, low: .max)
    return ranges.flatMap { range in
      [below, above].flatMap { range.overlaps($0) ? Self.networks(range.clamped(to: $0)) : [] }
    }
  }

  var networks: [AddressNetwork] { v4 + v6 }

  private static func networks(_ range: ClosedRange<IPAddress>) -> [AddressNetwork] {
    var out: [AddressNetwork] = []
    var start = range.lowerBound
    let longest = start.isV4 ? 32 : 128
    while true {
      var bits = longest
      while bits > 0 {
        let wider = AddressNetwork(start, bits: bits - 1)
        guard wider.first == start, wider.last <= range.upperBound else { break }
        bits -= 1
      }
      let network = AddressNetwork(start, bits: bits)
      out.append(network)
      guard network.last < range.upperBound else { return out }
      start = network.last.following
    }
  }
}

extension AddressNetwork {
  /// `192.0.2.0/24` with its length always, as most configuration languages take it.
  var text: String { "\(base.isAbsent ? "::" : "\(base)")/\(bits)" }
}

extension IPAddress {
  var following: IPAddress { IPAddress(high: low == .max ? high &+ 1 : high, low: low &+ 1) }
  var preceding: IPAddress { IPAddress(high: low == 0 ? high &- 1 : high, low: low &- 1) }
}

extension Condition {
  /// The networks, where the condition asks for nothing but the client's address: such a rule is a list.
  package var sourceNetworks: [AddressNetwork]? {
    guard case .test(let test) = self, test.quantifier == nil, test.value.kind == .field(.ipSource) else { return nil }
    switch (test.relation, test.operand) {
    case (.equal, .literal(.ip)), (.isIn, .set): return (try? LeafReader(test).addresses())?.networks
    default: return nil
    }
  }
}
