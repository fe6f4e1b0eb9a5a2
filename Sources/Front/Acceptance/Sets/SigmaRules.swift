import Foundation
import Inspect

/// Public Sigma rules: every one loads, and fires on an event made for it.
enum SigmaRules {
  static func run(_ run: Run) throws -> [SetResult] {
    var result = SetResult("sigma-web-rules", note: "loads, and fires on an event made from its own conditions")
    for file in Files.all(under: run.folder, suffixes: [".yml"]) {
      let name = file.lastPathComponent
      do {
        let library = try SigmaLibrary([(name: name, text: try Files.text(file))])
        for verdict in try sigmaAcceptance(library.signatures) {
          result.count(verdict.fires, miss: "\(name): \(verdict.title) does not fire")
        }
      } catch { result.count(false, miss: "\(name): \(error)") }
    }
    return [result]
  }
}
