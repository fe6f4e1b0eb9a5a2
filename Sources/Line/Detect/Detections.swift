import Content
import Foundation
import Model

/// The detections that are authored in `Content/detections`, by id.
package enum Detections {
  /// Reads every file; all problems of all files at once.
  package static func load(from content: ContentFolder, folder: String = "detections") throws(ContentError)
    -> [Detection]
  {
    var detections: [Detection] = []
    var problems: [ContentProblem] = []
    for file in content.files(in: folder) {
      guard let text = try? String(contentsOfFile: file.path, encoding: .utf8) else {
        problems.append(ContentProblem(file: file.path, line: 0, column: 0, message: "cannot be read as UTF-8 text"))
        continue
      }
      do throws(ContentError) {
        for node in try ContentNode.documents(of: text, file: file.path) {
          detections.append(try Detection(parsing: node))
        }
      } catch {
        problems += error.problems
      }
    }
    problems += doubles(detections)
    if !problems.isEmpty { throw ContentError(problems) }
    return detections.sorted { $0.id < $1.id }
  }

  private static func doubles(_ detections: [Detection]) -> [ContentProblem] {
    Dictionary(grouping: detections, by: \.id).filter { $0.value.count > 1 }.keys.sorted()
      .map { ContentProblem(line: 0, column: 0, message: "the id '\($0)' stands in two detections") }
  }
}

extension Detections {
  /// Sigma rules that alert by themselves, and correlations; all problems at once.
  package static func sigma(
    _ signatures: [Signature], _ correlations: [SigmaCorrelation]
  ) throws(ContentError) -> [Detection] {
    var detections = signatures.filter(\.alerts).map { Detection(signature: $0) }
    var problems: [ContentProblem] = []
    for place in ordered(correlations) {
      do throws(ContentError) {
        var detection = try Detection(correlation: correlations[place], among: correlations)
        detection.isSilent = isSilenced(place, correlations)
        detections.append(detection)
      } catch {
        problems += error.problems
      }
    }
    if !problems.isEmpty { throw ContentError(problems) }
    return detections
  }

  /// Places of correlations, those that others are made of first; the reader has refused circles.
  private static func ordered(_ correlations: [SigmaCorrelation]) -> [Int] {
    var order: [Int] = []
    func visit(_ place: Int, _ depth: Int) {
      if order.contains(place) || depth > correlations.count { return }
      for case .correlation(let inner) in correlations[place].steps where correlations.indices.contains(inner) {
        visit(inner, depth + 1)
      }
      order.append(place)
    }
    for place in correlations.indices { visit(place, 0) }
    return order
  }

  /// Whether a correlation only serves others, none of which lets it alert by itself.
  private static func isSilenced(_ place: Int, _ correlations: [SigmaCorrelation]) -> Bool {
    let users = correlations.filter { outer in
      outer.steps.contains { if case .correlation(place) = $0 { true } else { false } }
    }
    return !users.isEmpty && !users.contains(where: \.generates)
  }
}
