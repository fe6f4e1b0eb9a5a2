import Content
import Model
import Testing

@testable import Intake

@Suite("authored formats") struct FormatExamplesTests {
  static let content = ContentFolder(roots: [contentRoot])

  @Test("each example of each authored format gives exactly the fields it promises")
  func examples() throws {
    let files = try LineFormatFile.all(in: Self.content)
    #expect(!files.isEmpty)
    for file in files {
      for example in file.examples {
        let place: Comment = "\(file.format.name), line \(example.node.line): \(example.line)"
        let rows = decodedRows([example.line], file.format)
        if example.isRefused {
          #expect(rows.isEmpty, place)
        } else {
          #expect(rows.first == Dictionary(uniqueKeysWithValues: example.expected), place)
        }
      }
    }
  }

  @Test("each authored format has an example of its own that is recognised as it")
  func recognised() throws {
    let formats = try LogFormats.all(Self.content)
    for file in try LineFormatFile.all(in: Self.content) {
      let names = file.examples.filter { !$0.isRefused }.map { example in
        Recognition.ranking(of: Sample(Array(example.line.utf8) + [0x0A]), formats, DecodeScratch()).best?.name ?? "none"
      }
      #expect(names.contains(file.refines?.text ?? file.format.name), "\(file.format.name) is taken for \(names)")
    }
  }
}
