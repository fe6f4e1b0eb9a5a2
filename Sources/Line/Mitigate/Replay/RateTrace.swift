import Model

/// Requests of one cohort within a scope, as a counter at the edge sees them: whose, when, where.
///
/// What is too much for memory is thinned by client, never by request, so that each kept client's counts are exact.
struct RateTrace: Sendable {
  struct Hit: Sendable {
    var client: UInt64
    /// ns since 1970 UTC.
    var time: Int64
    /// Data centre that took it, each of which counts for itself; 0 where the log does not say.
    var colo: UInt16 = 0
    /// Good cohorts it belongs to, a bit each.
    var cohorts: UInt16 = 0
    /// Two letters; 0 where unknown.
    var country: UInt16 = 0
    /// Place of the host asked for in the trace's `hosts`, plus one; 0 where unknown.
    var host: UInt16 = 0
  }

  let limit: Int
  private(set) var hits: [Hit] = []
  private(set) var hosts: [String] = []
  private var hostNumbers: [UInt64: UInt16] = [:]
  /// Every `1 << thinning`-th client is kept.
  private(set) var thinning: UInt64 = 0

  /// Beyond it hosts are not told apart any more.
  private static let hostLimit = 4096

  init(limit: Int) { self.limit = max(limit, 16) }

  /// Whether a client's requests are kept.
  func keeps(_ client: UInt64) -> Bool { client & mask == 0 }

  /// The number of a host for `Hit.host`.
  mutating func number(ofHost name: UnsafeBufferPointer<UInt8>) -> UInt16 {
    if name.isEmpty { return 0 }
    let hash = byteHash(name, seed: 17)
    if let known = hostNumbers[hash] { return known }
    guard hosts.count < Self.hostLimit else { return 0 }
    hosts.append(String(decoding: name, as: UTF8.self))
    hostNumbers[hash] = UInt16(hosts.count)
    return UInt16(hosts.count)
  }

  mutating func add(_ hit: Hit) {
    guard keeps(hit.client) else { return }
    hits.append(hit)
    // A single client that fills the trace by itself cannot be thinned away.
    while hits.count > limit, thinning < 24 {
      thinning += 1
      let mask = mask
      hits.removeAll { $0.client & mask != 0 }
    }
    if hits.count > limit * 4 { hits.removeLast() }
  }

  private var mask: UInt64 { (1 << thinning) - 1 }

  /// Each client's requests in order, in each data centre by themselves; the clients in the order of their hashes.
  var clients: [ArraySlice<Hit>] {
    let sorted = hits.sorted { ($0.client, $0.colo, $0.time) < ($1.client, $1.colo, $1.time) }
    var clients: [ArraySlice<Hit>] = []
    var start = 0
    for index in sorted.indices {
      let isLast = index + 1 == sorted.count
      if isLast || sorted[index + 1].client != sorted[index].client || sorted[index + 1].colo != sorted[index].colo {
        clients.append(sorted[start...index])
        start = index + 1
      }
    }
    return clients
  }
}
