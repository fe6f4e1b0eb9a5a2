import Model
import Windows

/// What a bounded window reckons of each group's events, and the bounds that the number must keep.
package struct Reckoning: Sendable, Equatable {
  var kind = SigmaCorrelation.Kind.eventCount
  var bounds: [SigmaCorrelation.Bound] = []
  /// 0 to 1.
  var quantile = 0.5

  init() {}

  init(_ kind: SigmaCorrelation.Kind, _ bounds: [SigmaCorrelation.Bound], percentile: Double) {
    (self.kind, self.bounds, quantile) = (kind, bounds, percentile / 100)
  }
}

/// A detection whose number must stay below something: judged group by group when the span since the group's first event
/// is over, not before.
///
/// Sigma's `lt`, `lte` and `neq`, and any bounds of sums. A span that the end of the input cuts off is not judged.
final class BoundedLane: Lane {
  private struct Group {
    let start: Int64
    var suspect: Int
    var events = 0
    var sum = 0.0
    var values: Set<UInt64> = []
    var sketch = DDSketch()
  }

  /// Distinct values kept exactly, of one group and of all; a bound beyond it is told as reached.
  private static let valueLimit = 100_000
  private static let valueLimitOfAll = 1 << 20

  private(set) var detection: Detection
  private var part: ObservationPlan.Part
  private var groups: [UInt64: Group] = [:]
  /// Groups in the order of their begin, so that those that are over are found without a search.
  private var queue: [(key: UInt64, start: Int64)] = []
  private var front = 0
  /// Distinct values held by all groups.
  private var heldValues = 0
  private var suspects: SuspectPool
  private(set) var statistics: LaneStatistics

  init(_ detection: Detection, _ part: ObservationPlan.Part, _ settings: DetectSettings) {
    (self.detection, self.part) = (detection, part)
    suspects = SuspectPool(detection, settings)
    statistics = LaneStatistics(detection: detection.id)
  }

  func adopt(_ detection: Detection, _ part: ObservationPlan.Part) {
    (self.detection, self.part) = (detection, part)
    suspects.adopt(detection)
  }

  func attach(_ seasons: Seasons) {}

  func fold(_ context: FoldContext) {
    let view = LaneView(part, context)
    for word in 0..<context.observations.words {
      var bits = view.rows[word]
      for mark in 0..<view.markCount { bits |= view.marks[mark][word] }
      forEachRow(bits, word) { step($0, view, context) }
    }
  }

  private func step(_ row: Int, _ view: LaneView, _ context: FoldContext) {
    let key = view.keys[row], time = view.times[row]
    if key == 0 { return }
    endGroups(at: time)
    let weight = context.weight(row)
    var group: Group
    // Taken out, so that its values are changed in place.
    if let known = groups.removeValue(forKey: key) {
      group = known
      suspects[group.suspect].add(row, time, weight, context, counts: true)
    } else {
      guard
        let suspect = suspects.open(
          first: time, events: Int(weight), at: time, row, context, alternatives: part.alternatives)
      else { return }
      group = Group(start: time, suspect: suspect)
      suspects[suspect].add(row, time, weight, context, counts: false)
      queue.append((key, time))
    }
    group.events &+= Int(weight)
    if let value = view.values?[row] { add(value, to: &group) }
    groups[key] = group
  }

  private func add(_ value: UInt64, to group: inout Group) {
    switch detection.window.reckoning.kind {
    case .valueCount:
      guard value != 0, group.values.count < Self.valueLimit, heldValues < Self.valueLimitOfAll else { return }
      if group.values.insert(value).inserted { heldValues += 1 }
    case .valuePercentile: group.sketch.observe(Int64(bitPattern: value))
    default: group.sum += Double(Int64(bitPattern: value))
    }
  }

  /// Judges every group whose span is over.
  private func endGroups(at now: Int64) {
    while front < queue.count, now &- queue[front].start >= detection.window.span {
      let (key, start) = queue[front]
      front += 1
      guard let group = groups[key], group.start == start else { continue }
      groups[key] = nil
      heldValues -= group.values.count
      let number = number(of: group)
      if !detection.isSilent, detection.window.reckoning.bounds.allSatisfy({ $0.holds(number) }) {
        suspects[group.suspect].raise(at: start &+ detection.window.span, reason: reason(number))
      }
      suspects.close(group.suspect)
    }
    if front > 4_096, front * 2 > queue.count {
      queue.removeFirst(front)
      front = 0
    }
  }

  private func number(of group: Group) -> Double {
    switch detection.window.reckoning.kind {
    case .valueCount: Double(group.values.count)
    case .valueSum: group.sum
    case .valueAverage: group.sum / Double(max(1, group.events))
    case .valuePercentile: group.sketch.quantile(detection.window.reckoning.quantile)
    default: Double(group.events)
    }
  }

  private func reason(_ number: Double) -> String {
    let words = [
      SigmaCorrelation.Kind.valueCount: "different values", .valueSum: "in sum", .valueAverage: "on average",
      .valuePercentile: "as the percentile",
    ]
    let text = number == number.rounded() && abs(number) < 1e15 ? Words.number(Int(number)) : "\(number)"
    return "\(text) \(words[detection.window.reckoning.kind] ?? "events") within \(Words.span(detection.window.span))"
  }

  func settle(at now: Int64) { endGroups(at: now) }

  func takeNews() -> [ClosedCase] {
    statistics.keys = groups.count
    statistics.alertsDropped = suspects.dropped
    return suspects.takeClosed()
  }

  func finish() -> [ClosedCase] {
    for group in groups.values { suspects.close(group.suspect) }
    groups = [:]
    statistics.alertsDropped = suspects.dropped
    return suspects.closed
  }
}
