import Foundation
import Model

/// Where authored content is found: the project's own `Content/` and folders laid over it.
///
/// The project's own folder is the first that exists of: `$WEIR_CONTENT`, `share/weir/Content` beside the
/// executable's folder, `Content` in a folder above the executable (a build tree), `Content` in the working directory.
/// A file in an overlay replaces the file of the same relative path.
package struct ContentFolder: Sendable {
  package let roots: [String]

  package init(overlays: [String] = []) throws(ContentError) {
    guard let own = Self.own() else {
      throw ContentError(
        ContentProblem(
          line: 0, column: 0,
          message:
            "the Content folder was not found beside the executable nor in the working directory; set WEIR_CONTENT"))
    }
    roots = [own] + overlays
  }

  package init(roots: [String]) { self.roots = roots }

  /// Every file below `folder` that ends in one of `suffixes`, by relative path, overlays applied, sorted by name.
  package func files(in folder: String, suffixes: [String] = [".yaml", ".yml"]) -> [(name: String, path: String)] {
    var found: [String: String] = [:]
    for root in roots {
      let base = root + "/" + folder
      guard let walker = FileManager.default.enumerator(atPath: base) else { continue }
      for case let name as String in walker where suffixes.contains(where: name.hasSuffix) {
        found[name] = base + "/" + name
      }
    }
    return found.sorted { $0.key < $1.key }.map { (name: $0.key, path: $0.value) }
  }

  private static func own() -> String? {
    if let set = ProcessInfo.processInfo.environment["WEIR_CONTENT"] { return exists(set) ? set : nil }
    let executable =
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    var folder = (executable as NSString).deletingLastPathComponent
    if exists(folder + "/../share/weir/Content/formats") { return folder + "/../share/weir/Content" }
    while folder.count > 1 {
      if exists(folder + "/Content/formats") { return folder + "/Content" }
      folder = (folder as NSString).deletingLastPathComponent
    }
    return exists("Content/formats") ? "Content" : nil
  }

  private static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
}
