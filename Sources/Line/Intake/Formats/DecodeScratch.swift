import Model
import Synchronization

/// What one worker keeps while it decodes: its clock, the header in force, and memory that formats ask for.
///
/// Belongs to one thread.
package final class DecodeScratch {
  @exclusivity(unchecked) package var clock: TimeParser
  /// The header of the run being decoded, in the batch's arena; absent where none is.
  @exclusivity(unchecked) package var header: TextSlice = .absent
  /// Where the captures of the line at hand lie.
  let spans = UnsafeMutablePointer<CaptureSpan>.allocate(capacity: LineProgram.captureLimit)
  @exclusivity(unchecked) private var constants: [(text: [UInt8], slice: TextSlice)] = []
  @exclusivity(unchecked) private var memories: [AnyObject?] = []

  /// What packets and flows must have to become rows; nil where all do.
  let screen: RowScreen?

  package init(clock: TimeParser = TimeParser(), screen: RowScreen? = nil) {
    self.clock = clock
    self.screen = screen
  }

  deinit { spans.deallocate() }

  /// Called before a batch is decoded: what lay in the last batch's arena is forgotten.
  package func beginBatch() { constants.removeAll(keepingCapacity: true) }

  /// A text that many rows share, put into the batch's arena once.
  package func constant(_ text: [UInt8], _ batch: EventBatch) -> TextSlice {
    for known in constants where known.text == text { return known.slice }
    let slice = batch.arena.append(text)
    constants.append((text, slice))
    return slice
  }

  /// Runs `body` with the clock in place.
  @inline(__always) package func withClock<Result>(_ body: (UnsafeMutablePointer<TimeParser>) -> Result) -> Result {
    withUnsafeMutablePointer(to: &clock, body)
  }

  /// A place for memory that a format keeps from run to run on each worker; a format asks once, when it is made.
  package struct MemoryPlace: Sendable {
    fileprivate let index: Int
    private static let made = Atomic<Int>(0)

    package init() { index = Self.made.wrappingAdd(1, ordering: .relaxed).oldValue }
  }

  /// The memory at `place`, made at its first use on this worker. A place always holds the same type.
  package func memory<Memory: AnyObject>(at place: MemoryPlace, make: () -> Memory) -> Memory {
    while memories.count <= place.index { memories.append(nil) }
    if let memory = memories[place.index] { return unsafeDowncast(memory, to: Memory.self) }
    let memory = make()
    memories[place.index] = memory
    return memory
  }
}
