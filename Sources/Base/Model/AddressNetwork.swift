/// A network such as `192.0.2.0/24` or `2001:db8::/32`; a single address is one of full length.
package struct AddressNetwork: Hashable, Sendable, CustomStringConvertible {
  package let base: IPAddress
  /// Leading bits: 0…32 for IPv4, 0…128 for IPv6.
  package let bits: Int

  package init(_ address: IPAddress, bits: Int) {
    base = address.network(bits)
    self.bits = bits
  }

  /// `192.0.2.0/24`, `2001:db8::1`, host bits allowed and dropped; nil when it is neither.
  package init?(_ text: some StringProtocol) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, let address = IPAddress(String(first)) else { return nil }
    let longest = address.isV4 ? 32 : 128
    guard parts.count == 2 else {
      self.init(address, bits: longest)
      return
    }
    guard let bits = Int(parts[1]), (0...longest).contains(bits) else { return nil }
    self.init(address, bits: bits)
  }

  package var first: IPAddress { base }

  package var last: IPAddress {
    let length = base.isV4 ? bits + 96 : bits
    if length >= 128 { return base }
    if length >= 64 { return IPAddress(high: base.high, low: base.low | ~0 >> UInt64(length - 64)) }
    return IPAddress(high: base.high | ~0 >> UInt64(length), low: ~0)
  }

  package func contains(_ address: IPAddress) -> Bool { first <= address && address <= last }

  package var description: String { bits == (base.isV4 ? 32 : 128) ? "\(base)" : "\(base)/\(bits)" }
}

/// Many networks as sorted ranges; one look-up is a binary search.
package struct AddressSet: Sendable {
  private var firsts: [IPAddress] = []
  private var lasts: [IPAddress] = []

  package init(_ networks: some Sequence<AddressNetwork>) {
    for network in networks.sorted(by: { ($0.first, $1.last) < ($1.first, $0.last) }) {
      if let end = lasts.last, network.first <= end {
        lasts[lasts.count - 1] = max(end, network.last)
      } else {
        firsts.append(network.first)
        lasts.append(network.last)
      }
    }
  }

  package var isEmpty: Bool { firsts.isEmpty }

  package func contains(_ address: IPAddress) -> Bool {
    var low = 0, high = firsts.count
    while low < high {
      let middle = (low + high) / 2
      if firsts[middle] <= address { low = middle + 1 } else { high = middle }
    }
    return low > 0 && address <= lasts[low - 1]
  }
}
