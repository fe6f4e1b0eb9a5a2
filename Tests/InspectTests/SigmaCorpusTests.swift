import Foundation
import Model
import Testing

@testable import Inspect

/// Where the corpus of public rules lies, if it is there.
private let corpus: String? = {
  let root = ProcessInfo.processInfo.environment["WEIR_CORPUS"] ?? "../shared/corpus"
  return FileManager.default.fileExists(atPath: root + "/sigma-web-rules") ? root + "/sigma-web-rules" : nil
}()

@Test("every public web rule loads, and fires on an event made from it", .enabled(if: corpus != nil))
func publicRules() throws {
  let walker = try #require(FileManager.default.enumerator(atPath: corpus!))
  let names = walker.compactMap { $0 as? String }.filter { $0.hasSuffix(".yml") }.sorted()
  let files = try names.map { (name: $0, text: try String(contentsOfFile: corpus! + "/" + $0, encoding: .utf8)) }
  let library = try SigmaLibrary(files)
  #expect(library.signatures.count == names.count)
  for verdict in try sigmaAcceptance(library.signatures) {
    #expect(verdict.fires, "\(verdict.file ?? "") \(verdict.title)")
  }
}
