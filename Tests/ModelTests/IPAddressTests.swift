import Testing
@testable import Model
@Test("a network keeps its leading bits only") func networks() {
  #expect(IPAddress(v4: 0xc0000201).network(24) == IPAddress(v4: 0xc0000200))
}
