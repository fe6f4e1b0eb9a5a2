import Conditions
import Model

/// The second reading of the input: what each condition of a story matches, counted exactly.
///
/// Alerts carry numbers that windows gathered in bounded memory. What a report promises, that `weir hunt` gives the
/// number back, is counted here and nowhere else. Only the rooms whose fields are asked about run again.
struct Recount {
  let set: ConditionSet
  let loop: FastLoop
  let traffic: TrafficSummary

  /// One tally per condition of the set, in order.
  func tallies(progress: @escaping (Int) -> Void) throws -> [QueryTally] {
    var tallies = [QueryTally](repeating: QueryTally(), count: set.conditions.count)
    var events = 0
    let (set, traffic, slotCount) = (set, traffic, traffic.slotCount)
    try loop.run(
      makeLook: {
        let scratch = set.makeScratch()
        return { batch -> [QueryTally] in
          set.evaluate(batch, scratch)
          return set.conditions.indices.map { Self.tally(scratch.matches($0), of: batch, traffic, slotCount) }
        }
      },
      fold: { found, batch in
        for index in found.indices where found[index].events > 0 { tallies[index].merge(found[index]) }
        events += batch.count
        progress(events)
        return true
      })
    return tallies
  }

  private static func tally(
    _ rows: RowBits, of batch: EventBatch, _ traffic: TrafficSummary, _ slotCount: Int
  ) -> QueryTally {
    var tally = QueryTally()
    rows.forEach { row in
      let time = batch.number(.time, row) ?? 0
      let weight = Int(batch.number(.weight, row) ?? 1)
      tally.add(at: time, weight: weight, slot: traffic.slotIndex(of: time), slotCount: slotCount)
    }
    return tally
  }
}
