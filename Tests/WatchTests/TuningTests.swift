import Conditions
import Foundation
import Model
import Testing

@testable import Watch

@Suite("Tuning a rule set")
struct TuningTests {
  /// A wiki where people write about SQL and scripts, and somebody who attacks the shop and the wiki.
  private static func log() throws -> String {
    let notes = ["1' or '1'='1 is what we teach", "how to <script>alert(1)</script>", "' union select a from b --"]
    let attacks = ["1' union select user,pass from users--", "../../../../etc/passwd", "<script>alert(1)</script>"]
    func line(_ address: String, _ target: String, _ parameter: String) -> String {
      let value = parameter.addingPercentEncoding(withAllowedCharacters: .alphanumerics)!
      return
        #"\#(address) - - [02/Mar/2026:10:00:00 +0000] "GET \#(target)\#(value) HTTP/1.1" 200 512 "-" "Mozilla/5.0""#
    }
    let lines =
      (0..<30).map { line("192.0.2.\($0 + 1)", "/wiki/edit?id=\($0)&note=", notes[$0 % 3]) }
      + (0..<30).map { line("198.51.100.7", "/shop?id=", attacks[$0 % 3]) }
      + [line("198.51.100.8", "/wiki/edit?id=1&note=", attacks[0])]
    let path = FileManager.default.temporaryDirectory.appending(path: "weir-tune-\(UUID().uuidString).log").path
    try (lines.joined(separator: "\n") + "\n").write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  @Test("the exclusions clear what was wrongly blocked, name the parameter and the path, and say what slips through")
  func clears() throws {
    let path = try Self.log()
    defer { try? FileManager.default.removeItem(atPath: path) }
    var cohorts = Tuning.Cohorts()
    cohorts.accused = try Condition(parsing: "ip.src in {192.0.2.0/24}")
    let outcome = try Tuning(Assembly(Configuration()), cohorts).run([path])
    let found = try #require(outcome.exclusions)
    #expect(found.accused == 30 && found.blockedBefore == 30 && found.blockedAfter == 0)
    #expect(!found.list.isEmpty)
    for exclusion in found.list {
      #expect(exclusion.variable == "ARGS:note" && exclusion.scope == .path("/wiki/edit"), "\(exclusion.words)")
    }
    #expect(found.text.contains("ctl:ruleRemoveTargetById=942100;ARGS:note"))
    #expect(found.attacks == 31 && found.stoppedBefore == 31)
    // Only the attack on the very parameter may get through.
    #expect(found.stoppedAfter >= 30)
    #expect(found.slipping.count == found.stoppedBefore - found.stoppedAfter)
  }

  @Test("rules are counted by whom they match, and those that never do are listed")
  func counts() throws {
    let path = try Self.log()
    defer { try? FileManager.default.removeItem(atPath: path) }
    let outcome = try Tuning(Assembly(Configuration()), Tuning.Cohorts()).run([path])
    #expect(outcome.exclusions == nil)
    let passwd = try #require(outcome.rules.first { $0.rule == 930120 })
    #expect(passwd.attacks == 10 && passwd.honest == 0)
    #expect(outcome.silent.contains(944100) && !outcome.silent.contains(930120))
  }
}
