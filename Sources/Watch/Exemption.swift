import Conditions
import Detect
import Model

/// Events that somebody expects, why, and until when: a suppression, an allow-list, a maintenance window.
///
/// It hides nothing. An alert all of whose events are expected is written down as any other, marked with who expects it.
package struct Exemption: Sendable, Equatable {
  package var suppression: Suppression
  package var condition: Condition
  /// From when it holds, by the time of the events (ns since 1970 UTC).
  package var from: Int64
  /// Ids of the detections it speaks of; nil: all.
  package var detections: Set<String>?
  /// Customers it speaks of; nil: all.
  package var customers: Set<String>?

  package init(
    _ suppression: Suppression, condition: Condition, from: Int64 = .min, detections: Set<String>? = nil,
    customers: Set<String>? = nil
  ) {
    self.suppression = suppression
    self.condition = condition
    self.from = from
    self.detections = detections
    self.customers = customers
  }
}

/// One customer's exemptions, compiled; asked on one thread at a time.
final class ExemptionBook {
  /// A bit a rule; more of them for one customer are refused where they are read.
  static let limit = 64
  private let exemptions: [Exemption]
  private let set: ConditionSet
  private let scratch: ConditionScratch
  private let generation: Int

  /// Nil where nothing is exempt. Errors: a condition that names a list which is not there.
  init?(_ exemptions: [Exemption], generation: Int) throws(ContentError) {
    guard !exemptions.isEmpty else { return nil }
    self.exemptions = Array(exemptions.prefix(Self.limit))
    set = try ConditionSet(self.exemptions.map(\.condition))
    scratch = set.makeScratch()
    self.generation = generation
  }

  /// The rows of a batch that are expected; all columns must be filled. A row without a time is never in a span.
  func excuses(_ batch: EventBatch) -> Excuses {
    var rows = [UInt64](repeating: 0, count: batch.count)
    set.evaluate(batch, scratch)
    for (bit, exemption) in exemptions.enumerated() {
      let span = exemption.from...max(exemption.from, exemption.suppression.until)
      scratch.matches(bit).forEach { row in
        if let time = batch.number(.time, row), span.contains(time) { rows[row] |= 1 << UInt64(bit) }
      }
    }
    return Excuses(generation: generation, rows: rows)
  }

  /// The first rule that speaks of the detection, among those that excuse all of an alert's events.
  func suppression(_ detection: String, _ excuses: UInt64) -> Suppression? {
    exemptions.indices.first { bit in
      excuses >> UInt64(bit) & 1 == 1 && exemptions[bit].detections?.contains(detection) ?? true
    }.map { exemptions[$0].suppression }
  }
}
