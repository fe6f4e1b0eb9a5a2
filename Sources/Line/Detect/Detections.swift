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
    for correlation in correlations {
      do throws(ContentError) { detections.append(try Detection(correlation: correlation)) } catch {
        problems += error.problems
      }
    }
    if !problems.isEmpty { throw ContentError(problems) }
    return detections
  }
}
