import Conditions
import Model

/// What became of one rule when an event was made for it.
package struct SigmaVerdict: Sendable {
  package var title: String
  package var file: String?
  /// Whether an event made from the rule made it fire.
  package var fires: Bool
  /// Other rules that fired on the same event.
  package var others: [String]
  /// The event's fields, for people who want to see it; by name of the field.
  package var event: [(field: EventField, text: String)]
}

/// Makes an event for every rule and lets all rules judge it together.
package func sigmaAcceptance(_ signatures: [Signature]) throws(ContentError) -> [SigmaVerdict] {
  let scan = try SigmaScan(signatures)
  let worker = scan.worker()
  let batch = EventBatch(capacity: 128)
  return signatures.enumerated().map { place, signature in
    let candidates = FiringEvent.candidates(for: signature.condition)
    batch.reset()
    for candidate in candidates { candidate.write(to: batch) }
    worker.inspect(batch)
    let row = (0..<batch.count).first { worker.matched(place, row: $0) }
    let others = signatures.indices.filter { other in
      other != place && row.map { worker.matched(other, row: $0) } ?? false
    }
    return SigmaVerdict(
      title: signature.title, file: signature.file, fires: row != nil, others: others.map { signatures[$0].title },
      event: row.map { shown(candidates[$0]) } ?? [])
  }
}

private func shown(_ event: FiringEvent) -> [(field: EventField, text: String)] {
  event.values.sorted { $0.key.rawValue < $1.key.rawValue }.map { ($0.key, String(decoding: $0.value, as: UTF8.self)) }
}
