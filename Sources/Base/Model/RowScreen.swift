/// What an event must have so that one of several conditions can hold: its time and addresses, looked at before a row is
/// written. A row that the screen refuses meets none of the conditions; one that it lets through may.
package struct RowScreen: Sendable, Hashable {
  /// One way to meet a condition; a side that is nil may be anything.
  package struct Way: Sendable, Hashable {
    package var times: ClosedRange<Int64>?
    package var sources: [ClosedRange<IPAddress>]?
    package var destinations: [ClosedRange<IPAddress>]?

    package init(
      times: ClosedRange<Int64>? = nil, sources: [ClosedRange<IPAddress>]? = nil,
      destinations: [ClosedRange<IPAddress>]? = nil
    ) {
      (self.times, self.sources, self.destinations) = (times, sources, destinations)
    }

    package var isOpen: Bool { times == nil && sources == nil && destinations == nil }
  }

  private let ways: [Way]
  private let isOpen: Bool

  /// Nothing gets through a screen of no way.
  package init(_ ways: [Way]) {
    self.ways = Array(Set(ways))
    isOpen = ways.contains(where: \.isOpen)
  }

  /// Cost: some nanoseconds a way.
  package func admits(_ time: Int64?, _ source: IPAddress, _ destination: IPAddress) -> Bool {
    if isOpen { return true }
    for way in ways {
      if let times = way.times {
        guard let time, times.contains(time) else { continue }
      }
      if let destinations = way.destinations, !destinations.contains(where: { $0.contains(destination) }) { continue }
      if let sources = way.sources, !sources.contains(where: { $0.contains(source) }) { continue }
      return true
    }
    return false
  }
}
