import Model
import Testing

@testable import Mitigate

@Suite("Drafting exclusions")
struct ExclusionDrafterTests {
  private func accused(_ path: String, _ hits: (Int, String)...) -> Accusation {
    Accusation(path: path, hits: hits.map { RuleHit(rule: $0.0, variable: $0.1) })
  }

  @Test("the narrowest scope that holds all paths")
  func scopes() {
    #expect(ExclusionDrafter.scope(of: ["/wiki/edit"]) == .path("/wiki/edit"))
    #expect(ExclusionDrafter.scope(of: ["/wiki/edit", "/wiki/view"]) == .below("/wiki/"))
    #expect(ExclusionDrafter.scope(of: ["/wiki/edit", "/shop"]) == .everywhere)
    // What cannot be written down exactly is left to its folder.
    #expect(ExclusionDrafter.scope(of: ["/wiki/a\"b"]) == .below("/wiki/"))
    #expect(ExclusionDrafter.scope(of: ["/%22x"]) == .everywhere)
  }

  @Test("no more is excused than brings a request below the threshold, the most frequent hit first")
  func excusesLittle() {
    var drafter = ExclusionDrafter()
    let requests = [
      accused("/a", (942100, "ARGS:q"), (920350, "REQUEST_HEADERS:Host")), accused("/a", (942100, "ARGS:q")),
    ]
    let score = { $0 == 942100 ? 5 : 3 }
    _ = drafter.excuse(requests, threshold: 5, score: score)
    #expect(drafter.exclusions == [Exclusion(rule: 942100, variable: "ARGS:q", scope: .path("/a"))])
  }

  @Test("a rule that goes on matching, or whose variable cannot be named, does not run there")
  func fallsBack() {
    var drafter = ExclusionDrafter()
    let stubborn = [accused("/a", (930100, "REQUEST_URI_RAW"))]
    let rounds = (0..<3).map { _ in drafter.excuse(stubborn, threshold: 5) { _ in 5 } }
    #expect(rounds == [true, true, false])
    #expect(drafter.exclusions == [Exclusion(rule: 930100, variable: nil, scope: .path("/a"))])
    var hostile = ExclusionDrafter()
    _ = hostile.excuse([accused("/b", (942100, "ARGS:x\",deny"))], threshold: 5) { _ in 5 }
    #expect(!hostile.exclusions.isEmpty)
    #expect(hostile.exclusions.allSatisfy { $0.variable == nil })
  }
}
