import Archive
import Conditions
import Foundation
import Model
import Watch

/// Brings lines to a floor and asks its archive all the time until it is killed, and tells each acknowledgement at once.
///
/// `floor-writer FOLDER ROUND`. Lines: `kept NAME`, for the path `/n/NAME`.
@main
enum FloorWriter {
  static func main() throws {
    let (folder, round) = (CommandLine.arguments[1], CommandLine.arguments[2])
    var settings = FloorSettings(folder: folder, customers: ["acme"])
    settings.archive = ArchivePlan()
    let floor = try WatchFloor(settings, Assembly(Configuration()))
    let everything = Hunt(try Condition(parsing: "http.response.code ge 0"), wish: .count, in: floor.assembly)
    DispatchQueue.global().async {
      // Each question has what arrived until then archived.
      while (try? floor.hunt(everything, of: "acme", limits: QuestionLimits(), until: .now + .seconds(20)) { _ in })
        != nil
      {}
    }
    for number in 0... {
      let names = (0..<3).map { "\(round)-\(number)-\($0)" }
      let lines = names.map {
        "198.51.100.7 - - [14/May/2026:10:00:00 +0000] \"GET /n/\($0) HTTP/1.1\" 200 5 \"-\" \"x\"\n"
      }
      try floor.accept(customer: "acme", stream: "push", lines: Array(lines.joined().utf8))
      tell(names.map { "kept \($0)\n" }.joined())
      usleep(500)
    }
  }

  private static func tell(_ text: String) {
    let bytes = Array(text.utf8)
    _ = bytes.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
  }
}
