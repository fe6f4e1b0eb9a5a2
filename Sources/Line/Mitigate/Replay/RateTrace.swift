import Model

/// Requests of one cohort within a scope, as a counter at the edge sees them: whose, when.
///
/// What is too much for memory is thinned by client, never by request, so that each kept client's counts are exact.
struct RateTrace: Sendable {
  struct Hit: Sendable {
    var client: UInt64
    /// ns since 1970 UTC.
    var time: Int64
  }

  let limit: Int
  private(set) var hits: [Hit] = []
  /// Every `1 << thinning`-th client is kept.
  private(set) var thinning: UInt64 = 0

  init(limit: Int) { self.limit = max(limit, 16) }

  mutating func add(client: UInt64, time: Int64) {
    guard client & mask == 0 else { return }
    hits.append(Hit(client: client, time: time))
    // A single client that fills the trace by itself cannot be thinned away.
    while hits.count > limit, thinning < 24 {
      thinning += 1
      let mask = mask
      hits.removeAll { $0.client & mask != 0 }
    }
    if hits.count > limit * 4 { hits.removeLast() }
  }

  private var mask: UInt64 { (1 << thinning) - 1 }

  /// Each client's times in order; the clients in the order of their hashes.
  var clients: [ArraySlice<Hit>] {
    let sorted = hits.sorted { $0.client != $1.client ? $0.client < $1.client : $0.time < $1.time }
    var clients: [ArraySlice<Hit>] = []
    var start = 0
    for index in sorted.indices where index + 1 == sorted.count || sorted[index + 1].client != sorted[index].client {
      clients.append(sorted[start...index])
      start = index + 1
    }
    return clients
  }
}
