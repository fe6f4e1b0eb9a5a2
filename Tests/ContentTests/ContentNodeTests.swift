import Testing

@testable import Content

@Test("a node knows its line and column") func places() throws {
  let node = try ContentNode.documents(of: "a: 1\nb:\n  - x\n  - y\n")[0]
  #expect(node["b"]?.list?[1].line == 4)
  #expect(node["b"]?.list?[1].column == 5)
}

@Test("every problem of a map is told at once, with the nearest known key") func problems() throws {
  var reader = ContentReader(try ContentNode.documents(of: "titel: x\nlimit: many\n", file: "f.yaml")[0])
  _ = reader.requiredText("title")
  _ = reader.int("limit", in: 1...10)
  let problems = reader.finish()
  #expect(problems.count == 3)
  #expect(problems.contains { $0.suggestion == "title" && $0.line == 1 })
}

@Test("a key that stands twice is refused") func doubleKey() {
  #expect(throws: (any Error).self) { try ContentNode.documents(of: "a: 1\na: 2\n") }
}

@Test("aliases that multiply are refused, not expanded") func laughs() {
  var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
  for level in 1...8 {
    text += "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ") + "]\n"
  }
  #expect(throws: (any Error).self) { try ContentNode.documents(of: text) }
}
