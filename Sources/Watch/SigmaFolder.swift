import Content
import Foundation
import Inspect
import Model

/// Finds Sigma files: those of `Content/sigma` and those that the user names, folders with all that is below them.
package enum SigmaFolder {
  /// Errors: `ContentError` with every problem of every file, or the path that cannot be read.
  package static func library(_ content: ContentFolder, _ paths: [String] = []) throws(ContentError) -> SigmaLibrary {
    var files = content.files(in: "sigma").map(\.path)
    for path in paths {
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
        throw ContentError(
          ContentProblem(file: path, line: 0, column: 0, message: "there is no such Sigma file or folder"))
      }
      files += isFolder.boolValue ? ContentFolder(roots: [path]).files(in: ".").map(\.path) : [path]
    }
    var texts: [(name: String, text: String)] = []
    for file in files {
      guard let data = FileManager.default.contents(atPath: file) else {
        throw ContentError(ContentProblem(file: file, line: 0, column: 0, message: "the Sigma file cannot be read"))
      }
      texts.append((file, String(decoding: data, as: UTF8.self)))
    }
    return try SigmaLibrary(texts)
  }
}
