import Conditions
import Model

/// All detections compiled together: one set of conditions, one list of hashed columns.
///
/// Shared by all threads; each has a `DetectWorker` of its own and one `DetectState` folds what they observed.
package struct Detector: Sendable {
  package let detections: [Detection]
  package let settings: DetectSettings
  let conditions: ConditionSet
  let plan: ObservationPlan

  package init(_ detections: [Detection], settings: DetectSettings = DetectSettings()) throws(ContentError) {
    self.detections = detections
    self.settings = settings
    var builder = ObservationPlan.Builder()
    for detection in detections { builder.add(detection) }
    plan = builder.plan()
    conditions = try ConditionSet(builder.conditions)
  }

  package func worker() -> DetectWorker { DetectWorker(self) }
  package func state() -> DetectState { DetectState(self) }
}
