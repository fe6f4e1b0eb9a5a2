import CMalloc
import Dispatch

/// Keeps what the process holds near to what it uses, over weeks.
///
/// The C library keeps freed blocks for later, in an arena for each few threads, and what lies scattered between blocks
/// in use is never given back by itself: over a soak the process grew although nothing it remembered did.
final class ProcessMemory {
  private let timer: any DispatchSourceTimer

  /// Arenas at most: what works at once is a few threads.
  private static let arenas: Int32 = 4
  /// Blocks from that size on are mapped by themselves and unmapped when they are freed.
  private static let mapped: Int32 = 256 << 10
  private static let pause = 30

  init() {
    cmalloc_bound(Self.arenas, Self.mapped)
    timer = DispatchSource.makeTimerSource(queue: .global(qos: .utility))
    timer.schedule(deadline: .now() + .seconds(Self.pause), repeating: .seconds(Self.pause))
    timer.setEventHandler { malloc_trim(0) }
    timer.resume()
  }

  func end() { timer.cancel() }
}
