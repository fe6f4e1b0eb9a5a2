import Content
import Detect
import Enrich
import Inspect
import Intake
import Model

/// The rooms put together by hand, as one configuration wants them; each made when it is first needed, then shared by
/// all passes over an input.
///
/// Errors of every method: `ContentError` with all problems of the authored content, or the error of the file that
/// cannot be used.
package final class Assembly: Sendable {
  package let configuration: Configuration
  package let content: ContentFolder
  private let madeEnricher: OnDemand<Enricher>
  private let madeInspector: OnDemand<Inspector>
  private let madeDetector: OnDemand<Detector>

  package init(_ configuration: Configuration) throws(ContentError) {
    self.configuration = configuration
    let content = try ContentFolder(overlays: configuration.overlays)
    self.content = content
    let sigma = OnDemand { try SigmaFolder.library(content, configuration.sigma) }
    madeEnricher = OnDemand { try Enricher(configuration.enrich, content: content) }
    madeInspector = OnDemand { try Inspector(paranoia: configuration.paranoia, signatures: sigma.get().signatures) }
    madeDetector = OnDemand {
      let sigma = try sigma.get()
      return try Detector(Detections.load(from: content) + Detections.sigma(sigma.signatures, sigma.correlations))
    }
  }

  func enricher() throws -> Enricher { try madeEnricher.get() }
  func inspector() throws -> Inspector { try madeInspector.get() }
  package func detector() throws -> Detector { try madeDetector.get() }

  /// Remarks about what the user gave: lines of address lists that hold no address.
  package func remarks() throws -> [String] { try enricher().oddities }

  /// `screen` is what rows must have where only some conditions are asked.
  package func intake(_ paths: [String], screen: RowScreen? = nil) throws(ContentError) -> Intake {
    var options = configuration.intake
    options.screen = screen
    return try Intake(paths: paths, options: options, content: content)
  }

  /// The loop over an input with every room in it, or with those that the fields of a question need.
  package func loop(_ intake: Intake, for fields: Set<EventField>? = nil) throws -> FastLoop {
    let needsInspector = fields.map { !$0.isDisjoint(with: Inspector.fields) } ?? true
    let needsEnricher = fields.map { !$0.isDisjoint(with: Enricher.fields) } ?? true
    return FastLoop(
      intake: intake, enricher: needsEnricher ? try enricher() : nil,
      inspector: needsInspector ? try inspector() : nil, threads: configuration.threads)
  }
}
