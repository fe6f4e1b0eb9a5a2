import Conditions
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
  /// Verdicts noted for a second reading, or recalled in it.
  var noting: InspectionMemory?
  var recalling: Recollection?

  /// Runs all batches through. `makeLook` is called once a thread for what that thread does with a batch; `fold` takes
  /// each result in order and says whether to go on. Errors: a room that cannot make its worker, before anything is read.
  package func run<Found>(
    makeLook: () -> (EventBatch) -> Found, fold: @escaping (Found, EventBatch) -> Bool
  ) throws {
    nonisolated(unsafe) let lanes = try (0..<threads).map { _ in try Lane(self, look: makeLook()) }
    nonisolated(unsafe) let fold = fold
    let turns = Turns()
    DispatchQueue.concurrentPerform(iterations: threads) { thread in
      let lane = lanes[thread]
      while !turns.isOver, intake.next(into: lane.batch) {
        lane.decoder.decode(lane.batch)
        lane.enrich?.enrich(lane.batch)
        lane.inspect?.inspect(lane.batch)
        let found = lane.look(lane.batch)
        turns.take(lane.batch.sequence) { fold(found, lane.batch) }
      }
    }
  }
}

extension FastLoop {
  /// Runs all batches through and hands each over with the rows that each condition of the set selects.
  func run(asking set: ConditionSet, fold: @escaping ([RowBits], EventBatch) -> Bool) throws {
    try run(
      makeLook: {
        let scratch = set.makeScratch()
        return { batch -> [RowBits] in
          set.evaluate(batch, scratch)
          return set.conditions.indices.map { scratch.matches($0) }
        }
      }, fold: fold)
  }
}

/// One thread's batch and its worker in every room; nobody else touches them.
private struct Lane<Found> {
  let batch = EventBatch()
  let decoder: IntakeWorker
  let enrich: EnrichWorker?
  let inspect: InspectWorker?
  let look: (EventBatch) -> Found

  init(_ loop: FastLoop, look: @escaping (EventBatch) -> Found) throws {
    decoder = loop.intake.makeWorker()
    enrich = loop.enricher?.worker()
    inspect = try loop.inspector?.worker(noting: loop.noting, recalling: loop.recalling)
    self.look = look
  }
}
