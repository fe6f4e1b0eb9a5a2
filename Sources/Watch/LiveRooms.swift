import Content
import Detect
import Foundation
import Intake
import Model
import Records

/// The rooms that live detection goes through, as one configuration wants them; replaced as a whole by a reload.
struct LiveRooms: Sendable {
  let assembly: Assembly
  let formats: [any LogFormat]
  let detector: Detector
  let crew: Crew
  /// Digest of the files that formats are made of.
  let formatsDigest: SHA256

  /// Makes every room. Errors: `ContentError` with all problems of all rooms, or the error of a file that cannot be used.
  init(_ assembly: Assembly) throws {
    self.assembly = assembly
    var problems: [ContentProblem] = []
    func made<Room>(_ make: () throws -> Room) throws -> Room? {
      do { return try make() } catch let error as ContentError {
        problems += error.problems
        return nil
      }
    }
    let formats = try made { try LogFormats.all(assembly.content, assembly.configuration.intake) }
    let detector = try made { try assembly.detector() }
    let crew = try made { try detector.map { try Crew(assembly, detector: $0) } } ?? nil
    guard let formats, let detector, let crew, problems.isEmpty else { throw ContentError(problems) }
    self.formats = formats
    self.detector = detector
    self.crew = crew
    formatsDigest = Self.digest(assembly)
  }

  private static func digest(_ assembly: Assembly) -> SHA256 {
    var bytes: [UInt8] = []
    let files = assembly.content.files(in: "formats").map(\.path)
    for path in files + [assembly.configuration.intake.mappingFile].compactMap({ $0 }) {
      bytes += SHA256(of: Array(path.utf8)).bytes
      bytes += SHA256(of: FileManager.default.contents(atPath: path).map(Array.init) ?? []).bytes
    }
    return SHA256(of: bytes)
  }
}
