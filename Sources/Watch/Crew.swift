import Detect
import Dispatch
import Enrich
import Inspect
import Model
import Synchronization

/// Workers of every room and a batch, borrowed by whichever customer has something to do.
///
/// Their memories hold pure functions of what they saw, so that sharing them changes no result; one set a thread bounds
/// memory whatever the number of customers.
final class Crew: Sendable {
  struct Kit {
    let batch = EventBatch()
    let enrich: EnrichWorker
    let inspect: InspectWorker
    let look: DetectWorker
  }

  private struct Shelf: @unchecked Sendable { var kits: [Kit] }
  private let shelf: Mutex<Shelf>
  private let free: DispatchSemaphore

  /// Errors: a room that cannot make its worker.
  init(_ assembly: Assembly, detector: Detector) throws {
    let (enricher, inspector) = (try assembly.enricher(), try assembly.inspector())
    let kits = try (0..<max(1, assembly.configuration.threads)).map { _ in
      Kit(enrich: enricher.worker(), inspect: try inspector.worker(), look: detector.worker())
    }
    shelf = Mutex(Shelf(kits: kits))
    free = DispatchSemaphore(value: kits.count)
  }

  /// Lends a kit; waits while all are in use.
  func lend(_ work: (Kit) -> Void) {
    free.wait()
    let kit = shelf.withLock { $0.kits.removeLast() }
    work(kit)
    shelf.withLock { $0.kits.append(kit) }
    free.signal()
  }
}
