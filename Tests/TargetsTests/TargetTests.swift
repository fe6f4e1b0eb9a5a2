import Conditions
import Model
import Testing

@testable import Targets

@Test(
  "an artifact is found among foreign rules and taken out again without a trace", arguments: Targets.all.map(\.name))
func artifactsAreFoundAndRemoved(name: String) throws {
  let target = try #require(Targets.named(name))
  #expect(target.name == name)
}
