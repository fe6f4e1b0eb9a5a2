import Dispatch
import Enrich
import Inspect
import Intake
import Model

/// The order of work on a batch, written once: source → format → enrich → inspect → look → fold.
///
/// Every thread carries batches of its own through the first five steps; `fold` sees one batch at a time, in the order
/// of the input, so that what comes out does not depend on the number of threads. This loop orders and carries; rooms
/// decide.
package struct FastLoop: Sendable {
  let intake: Intake
  let enricher: Enricher?
  let inspector: Inspector?
  let threads: Int

  /// Runs all batches through. `makeLook` is called once a thread for what that thread does with a batch; `fold` takes
  /// each result in order and says whether to go on.
  package func run<Found>(
    makeLook: @Sendable () -> (EventBatch) -> Found, fold: @escaping (Found, EventBatch) -> Bool
  ) {
    let turns = Turns()
    nonisolated(unsafe) let fold = fold
    DispatchQueue.concurrentPerform(iterations: threads) { _ in
      let batch = EventBatch()
      let decoder = intake.makeWorker()
      let enrich = enricher?.worker()
      let inspect = inspector?.worker()
      let look = makeLook()
      while !turns.isOver, intake.next(into: batch) {
        decoder.decode(batch)
        enrich?.enrich(batch)
        inspect?.inspect(batch)
        let found = look(batch)
        turns.take(batch.sequence) { fold(found, batch) }
      }
    }
  }
}
