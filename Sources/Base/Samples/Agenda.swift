/// Who acts next: one entry for each actor that is under way, earliest first.
struct Agenda {
  /// An actor's place in its course; what the numbers mean is the actor's own business.
  struct Step {
    var time: Int64
    var actor: Actor
    var client: Client
    /// Requests still to come.
    var left: Int32 = 0
    /// Where the actor is and was: pages, positions in a list.
    var page: Page = .home
    var before: Page = .home
    var assets: Int32 = 0
    /// Which attack this is, 0 for honest traffic.
    var label: UInt8 = 0
  }

  private var heap: [Step] = []
  /// The end of the time that is told; later steps are dropped.
  let end: Int64

  init(end: Int64) {
    self.end = end
    heap.reserveCapacity(1 << 14)
  }

  mutating func add(_ step: Step) {
    guard step.time < end else { return }
    heap.append(step)
    var place = heap.count - 1
    while place > 0 {
      let parent = (place - 1) / 2
      if heap[parent].time <= step.time { break }
      heap[place] = heap[parent]
      place = parent
    }
    heap[place] = step
  }

  mutating func next() -> Step? {
    guard let first = heap.first, let last = heap.popLast() else { return nil }
    guard !heap.isEmpty else { return first }
    heap.withUnsafeMutableBufferPointer { heap in
      var place = 0
      while true {
        var child = place * 2 + 1
        if child >= heap.count { break }
        if child + 1 < heap.count, heap[child + 1].time < heap[child].time { child += 1 }
        if heap[child].time >= last.time { break }
        heap[place] = heap[child]
        place = child
      }
      heap[place] = last
    }
    return first
  }
}

/// What kind of actor a step belongs to; each is played by one function of `Traffic`.
enum Actor: UInt8 {
  case arrivals, visitor, appUser, robot, monitor, feedReader, partner, downloader, viralReader
  case payloads, slowStuffing, bruteForce, flood, scanner, scraper
}
