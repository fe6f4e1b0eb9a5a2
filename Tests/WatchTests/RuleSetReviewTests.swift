import Conditions
import Foundation
import Mitigate
import Model
import Targets
import Testing

@testable import Watch

@Suite("Reviewing a rule set")
struct RuleSetReviewTests {
  private static func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "weir-rules-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  private static func line(_ address: String, _ path: String) -> String {
    #"\#(address) - - [02/Mar/2026:10:00:00 +0000] "GET \#(path) HTTP/1.1" 200 512 "-" "Mozilla/5.0""#
  }

  private static func mitigation(_ reference: String, _ condition: String, expires: Int64? = nil) throws -> Mitigation {
    let parsed = try Condition(parsing: condition)
    return Mitigation(
      reference: reference, rule: parsed.sourceNetworks.map(Mitigation.Rule.addresses) ?? .filter(parsed),
      action: .block, reason: "a reason", expires: expires)
  }

  @Test("expired, shadowed, idle and harmful mitigations are told from those that earn their keep")
  func review() throws {
    try Self.withFolder { folder in
      let past: Int64 = 1_000_000_000_000_000_000, future: Int64 = 2_000_000_000_000_000_000
      let rules = [
        try Self.mitigation("wide", #"starts_with(http.request.uri.path, "/admin/")"#),
        try Self.mitigation("narrow", #"http.request.uri.path eq "/admin/x""#),
        try Self.mitigation("old", "ip.src in {198.51.100.7}", expires: past),
        try Self.mitigation("seen", "ip.src in {198.51.100.8}", expires: future),
        try Self.mitigation("idle", #"http.request.uri.path eq "/nowhere""#),
        try Self.mitigation("harm", #"http.request.uri.path eq "/news""#),
      ]
      let target = try #require(Targets.named("cloudflare-rule"))
      for rule in rules {
        let text = try target.compile(rule).text
        try text.write(toFile: folder + "/\(rule.reference).json", atomically: true, encoding: .utf8)
      }
      let nginx = try #require(Targets.named("nginx")).compile(Self.mitigation("other", #"http.host eq "a""#)).text
      try nginx.write(toFile: folder + "/z.conf", atomically: true, encoding: .utf8)
      let log =
        (0..<20).map { Self.line("198.51.100.8", "/admin/\($0)") } + [Self.line("198.51.100.7", "/admin/x")]
        + (0..<20).map { Self.line("192.0.2.\($0)", "/news") }
      let path = folder + "/../\(UUID().uuidString).log"
      try (log.joined(separator: "\n") + "\n").write(toFile: path, atomically: true, encoding: .utf8)
      defer { try? FileManager.default.removeItem(atPath: path) }

      var cohorts = Tuning.Cohorts()
      cohorts.mitigations = try GivenRules([folder]).rules
      cohorts.attacks = try Condition(parsing: "ip.src in {198.51.100.0/24}")
      cohorts.now = 1_800_000_000_000_000_000
      let findings = try Tuning(Assembly(Configuration()), cohorts).run([path]).mitigations
      let notes = Dictionary(uniqueKeysWithValues: findings.map { ($0.rule.mitigation.reference, $0.notes) })
      #expect(notes["wide"] == [])
      #expect(notes["narrow"] == [.shadowed(by: "wide", always: true, until: nil)])
      #expect(notes["old"] == [.expired(past), .shadowed(by: "wide", always: false, until: nil)])
      #expect(notes["seen"] == [.shadowed(by: "wide", always: false, until: nil)])
      #expect(notes["idle"] == [.neverMatches])
      #expect(notes["harm"] == [.onlyHonest])
      #expect(notes["other"] == [.unread])
      let wide = try #require(findings.first { $0.rule.mitigation.reference == "wide" })
      #expect(wide.attacks == 21 && wide.honest == 0)
    }
  }

  @Test("a rule set that is not there, and a proposal with a condition that is none, are told")
  func faults() throws {
    #expect(throws: WorldError.self) { try GivenRules(["/nowhere/at/all"]) }
    try Self.withFolder { folder in
      let proposal = #"""
        {"attack": "", "candidates": [{"reference": "a", "kind": "filter", "action": "block", "condition": "no.such eq 1"}]}
        """#
      try proposal.write(toFile: folder + "/proposal.json", atomically: true, encoding: .utf8)
      #expect(throws: ContentError.self) { try GivenRules([folder]) }
    }
  }
}
