import Model

/// Distinct addresses, exactly.
struct AddressCount {
  private(set) var addresses: Set<IPAddress> = []
  /// Bounded against a flood of made-up addresses; beyond it the count says no more than "at least".
  static let limit = 2_000_000

  var count: Int { addresses.count }
  mutating func add(_ address: IPAddress) {
    if !address.isAbsent, addresses.count < Self.limit { addresses.insert(address) }
  }
}
