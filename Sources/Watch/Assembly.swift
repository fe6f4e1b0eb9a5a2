import Conditions
import Content
import Detect
import Enrich
import Inspect
import Intake
import Model

/// The rooms put together by hand, as one configuration wants them; made once, then shared by all passes over an input.
package struct Assembly: Sendable {
  package let configuration: Configuration
  package let content: ContentFolder
  let enricher: Enricher
  let inspector: Inspector
  package let detector: Detector

  /// Errors: `ContentError` with every problem of the authored content, or the error of the file that cannot be used.
  package init(_ configuration: Configuration) throws {
    self.configuration = configuration
    content = try ContentFolder(overlays: configuration.overlays)
    enricher = try Enricher(configuration.enrich, content: content)
    let sigma = try SigmaFolder.library(content, configuration.sigma)
    inspector = try Inspector(paranoia: configuration.paranoia, signatures: sigma.signatures)
    detector = try Detector(Detections.load(from: content))
  }

  /// Remarks about what the user gave: lines of address lists that hold no address.
  package var remarks: [String] { enricher.oddities }

  package func intake(_ paths: [String]) throws(ContentError) -> Intake {
    try Intake(paths: paths, options: configuration.intake, content: content)
  }

  /// The loop over an input with every room in it, or with those that the fields of a question need.
  package func loop(_ intake: Intake, for fields: Set<EventField>? = nil) -> FastLoop {
    let needsInspector = fields.map { !$0.isDisjoint(with: Inspector.fields) } ?? true
    let needsEnricher = fields.map { !$0.isDisjoint(with: Enricher.fields) } ?? true
    return FastLoop(
      intake: intake, enricher: needsEnricher ? enricher : nil, inspector: needsInspector ? inspector : nil,
      threads: configuration.threads)
  }
}
