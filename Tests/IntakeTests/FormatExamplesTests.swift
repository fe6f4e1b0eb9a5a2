import Content
import Model
import Testing

@testable import Intake

@Suite("authored formats") struct FormatExamplesTests {
  static let content = ContentFolder(roots: [contentRoot])

  @Test("each example of each authored format gives exactly the fields it promises")
  func examples() throws {
    #expect(try LineFormatFile.all(in: Self.content).count > 20)
    #expect(try FormatExamples.problems(in: Self.content).map(\.message) == [])
  }

  @Test("an example that promises too much, too little or the wrong thing is told with its place")
  func wrongExamples() throws {
    let file = try RegexFormatTests.format(
      """
      name: a
      title: b
      pattern: '{ip} {status}'
      examples:
        - line: '192.0.2.7 404'
          expect: { ip.src: 192.0.2.8, event.class: http, http.host: x }
        - line: 'nothing'
        - refused: '192.0.2.7 200'
      """)
    #expect(
      FormatExamples.problems(of: file).map(\.message) == [
        "ip.src is '192.0.2.7', not '192.0.2.8'", "http.host is absent, not 'x'",
        "http.response.code is '404', and not expected", "the line is refused", "the line is not refused",
      ])
    #expect(FormatExamples.problems(of: file).first?.line == 5)
  }

  @Test("each authored format has an example of its own that is recognised as it")
  func recognised() throws {
    let formats = try LogFormats.all(Self.content)
    for file in try LineFormatFile.all(in: Self.content) {
      let names = file.examples.filter { !$0.isRefused }.map { example in
        Recognition.ranking(of: Sample(Array(example.line.utf8) + [0x0A]), formats, DecodeScratch()).best?.name
          ?? "none"
      }
      #expect(names.contains(file.refines?.text ?? file.format.name), "\(file.format.name) is taken for \(names)")
    }
  }
}
