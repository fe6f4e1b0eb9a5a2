import Enrich
import Intake

/// What a run is to do, with defaults; each room owns its own part.
package struct Configuration: Sendable {
  package var intake = IntakeOptions()
  package var enrich = EnrichConfiguration()
  /// Paranoia level 1…4 of the Core Rule Set, whose score stands beside Weir's own verdict.
  package var paranoia = 1
  /// Files and folders with Sigma rules to run beside the project's own.
  package var sigma: [String] = []
  /// Threads that carry batches; the result does not depend on it.
  package var threads = 2
  /// Folders whose content is laid over the project's own.
  package var overlays: [String] = []

  package init() {}
}
