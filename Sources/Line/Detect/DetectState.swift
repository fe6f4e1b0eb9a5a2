import Model
import Windows

/// Everything that is remembered from batch to batch; one thread at a time, batches in the order of their sequence.
package final class DetectState {
  private var lanes: [any Lane]
  /// Alerts of detections that are watched no longer.
  private var orphans: [ClosedCase] = []
  private var tally = TrafficTally()
  private var seasons: Seasons?
  private var context: FoldContext?

  init(_ detector: Detector) {
    lanes = zip(detector.detections, detector.plan.parts).map { Self.lane($0, $1, detector.settings) }
  }

  private static func lane(_ detection: Detection, _ part: ObservationPlan.Part, _ settings: DetectSettings) -> any Lane
  {
    switch detection.window.kind {
    case .each, .count: DetectionLane<SlidingCount>(detection, part, settings)
    case .distinct: DetectionLane<SlidingDistinctCount>(detection, part, settings)
    case .ratio, .breadth: DetectionLane<SlidingRatio>(detection, part, settings)
    case .sequence: DetectionLane<FailuresThenSuccess>(detection, part, settings)
    case .steps: DetectionLane<StepsInOrder>(detection, part, settings)
    case .surge: DetectionLane<Surge>(detection, part, settings)
    case .cadence: DetectionLane<Cadence>(detection, part, settings)
    case .sum, .mean: DetectionLane<SlidingSum>(detection, part, settings)
    case .quantile: DetectionLane<SlidingQuantile>(detection, part, settings)
    case .bounded: BoundedLane(detection, part, settings)
    }
  }

  /// Goes on with other detections: windows of those that look at the same events stay, alerts of those that are gone
  /// end. The next batch must be observed by a worker of the new detector.
  package func adopt(_ detector: Detector) {
    var known = Dictionary(uniqueKeysWithValues: lanes.map { ($0.detection.id, $0) })
    lanes = zip(detector.detections, detector.plan.parts).map { detection, part in
      guard let lane = known[detection.id], lane.detection.looksLike(detection) else {
        return Self.lane(detection, part, detector.settings)
      }
      known[detection.id] = nil
      lane.adopt(detection, part)
      return lane
    }
    if let seasons { attach(seasons) }
    for id in known.keys.sorted() { orphans += known[id]?.finish() ?? [] }
  }

  /// From now on learns what is usual in each hour of the week into `seasons`, and judges by it.
  package func attach(_ seasons: Seasons) {
    self.seasons = seasons
    for lane in lanes { lane.attach(seasons) }
  }

  /// Updates all windows with one batch, raises alerts and counts the traffic. `excuses` are the rows that somebody
  /// expects; `learns` is false where what is usual was learned from these events before.
  package func fold(
    _ observations: Observations, _ batch: EventBatch, excuses: Excuses? = nil, learns: Bool = true
  ) {
    guard batch.count > 0 else { return }
    let context = self.context ?? FoldContext(batch: batch, observations: observations)
    self.context = context
    context.begin(batch, observations, excuses, learns: learns)
    for lane in lanes { lane.fold(context) }
    tally.fold(context)
  }

  /// Ends all episodes. `inputs` are the names of the sources that lines refer to by index.
  package func finish(inputs: [String] = []) -> (alerts: [Alert], traffic: TrafficSummary) {
    if let now = context?.clock { for lane in lanes { lane.settle(at: now) } }
    let alerts = lanes.flatMap { $0.finish() }.map { $0.alert(inputs: inputs) }
      .sorted { $0.raisedAt != $1.raisedAt ? $0.raisedAt < $1.raisedAt : $0.id < $1.id }
    return (alerts, tally.summary())
  }

  /// Alerts that were raised, grew or ended since the last call: for input that never ends. What has ended is forgotten
  /// here, so that memory stays bounded. `excuse` turns the excuses that all of an alert's events have into words.
  package func takeNews(
    inputs: [String], excuse: (_ detection: String, _ excuses: UInt64) -> Suppression? = { _, _ in nil }
  ) -> [Alert] {
    defer { orphans = [] }
    return (orphans + lanes.flatMap { $0.takeNews() })
      .map { found in
        var alert = found.alert(inputs: inputs)
        if found.excuses != 0 { alert.suppression = excuse(alert.detection, found.excuses) }
        return alert
      }
      .sorted { $0.raisedAt != $1.raisedAt ? $0.raisedAt < $1.raisedAt : $0.id < $1.id }
  }

  /// Ends the episodes of keys that fell silent: without more events nothing else would. Cost: one look at each key.
  package func settle() {
    guard let now = context?.clock else { return }
    for lane in lanes { lane.settle(at: now) }
  }

  /// What the traffic looked like so far, or since the last restart.
  package func traffic() -> TrafficSummary { tally.summary() }

  /// Begins to summarise the traffic anew.
  package func restartTraffic() { tally = TrafficTally() }

  /// Keys held, evicted and so on, for each detection.
  package var statistics: [LaneStatistics] { lanes.map(\.statistics) }
}
