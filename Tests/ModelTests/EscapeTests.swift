import Foundation
import Testing

@testable import Model

/// Made here, of the kinds that break pages, tables, terminals and shells.
private let hostile = [
  "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='x", "`x`", "</style><!--",
  "&lt;&#60;",
  "a|b|c", "[x](javascript:alert(1))", "![x](http://a.example/i.png)", "<http://a.example>", "http://a.example/",
  "www.a.example", "x@a.example", "# heading", "> quote", "- item", "1. item", "2) item", "***", "---", "===", "~~~",
  "a\nb\r\nc\td", "\u{1b}[2J\u{1b}]0;title\u{7}", "\u{9b}31m", "\u{0}", "\u{7f}", "\u{202e}abc\u{202c}",
  "\u{2066}x\u{2069}",
  "a\u{200b}b\u{200d}c\u{feff}", "\u{2028}\u{2029}", "\u{e0041}\u{e007f}", "\u{ffff}", "\u{e000}", "\u{3164}\u{115f}",
  "Z\u{336}\u{322}\u{328}\u{31b}\u{334}\u{33d}", "'; rm -rf / #", "$(id)", "${IFS}", "\\", "\\'", "\"", "", " ",
  "ünïcödé 漢字 🎣", String(repeating: "x", count: 5_000),
]

/// Characters that must not come through in anything a person looks at.
private func commands(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.properties.generalCategory {
  case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned: true
  default: scalar.properties.isDefaultIgnorableCodePoint
  }
}

@Test("nothing invisible or commanding reaches a page, a Markdown file or a terminal", arguments: hostile)
func nothingCommands(text: String) {
  for escaped in [Escape.html(text), Escape.markdown(text), Escape.terminal(text)] {
    #expect(!escaped.unicodeScalars.contains(where: commands))
  }
}

@Test("HTML holds no character that could begin markup or end an attribute", arguments: hostile)
func htmlIsInert(text: String) {
  let escaped = Escape.html(text)
  #expect(!escaped.contains { "<>\"'`".contains($0) })
  let withoutEntities = ["&amp;", "&lt;", "&gt;", "&quot;", "&#39;", "&#96;"].reduce(escaped) {
    $0.replacingOccurrences(of: $1, with: "")
  }
  #expect(!withoutEntities.contains("&"))
}

@Test("JSON strings give the same text back and hold no raw control, bidirectional mark or <", arguments: hostile)
func jsonIsExact(text: String) throws {
  let escaped = "\"" + Escape.json(text) + "\""
  let back = try JSONSerialization.jsonObject(with: Data(escaped.utf8), options: .fragmentsAllowed) as? String
  #expect(back.map { Array($0.unicodeScalars) } == Array(text.unicodeScalars))
  #expect(!escaped.unicodeScalars.contains(where: commands))
  #expect(!escaped.contains("<"))
}

@Test("a shell hands exactly the text to the program", arguments: hostile.filter { !$0.contains("\u{0}") })
func shellIsExact(text: String) throws {
  let process = Process()
  process.executableURL = URL(filePath: "/bin/bash")
  process.arguments = ["-c", "printf %s " + Escape.shell(text)]
  let pipe = Pipe()
  process.standardOutput = pipe
  try process.run()
  let data = pipe.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  #expect(Array(data) == Array(text.utf8))
}

@Test("shell words show nothing that commands a terminal", arguments: hostile)
func shellIsVisible(text: String) {
  #expect(!Escape.shell(text).unicodeScalars.contains(where: commands))
}

@Test(
  "Markdown text is text",
  arguments: [
    ("a|b", "a\\|b"), ("`x`", "\\`x\\`"), ("<b>", "\\<b\\>"), ("# h", "\\# h"), ("1. x", "1\\. x"), ("- x", "\\- x"),
    ("www.a.example", "www\\.a.example"), ("http://a", "http\\://a"), ("203.0.113.7", "203\\.0.113.7"),
    ("a\nb", "a⟨LF⟩b"), ("x@y", "x\\@y"), ("[a](b)", "\\[a\\](b)"), ("12:03:11 (2xx)", "12:03:11 (2xx)"),
    ("mailto:x", "mailto\\:x"),
    ("1) x", "1\\) x"), ("a # b", "a # b"),
  ])
func markdown(text: String, escaped: String) {
  #expect(Escape.markdown(text) == escaped)
}

@Test("hidden characters are shown by name or number, long texts are cut")
func visible() {
  #expect(Escape.visible("a\u{1b}[0m\u{202e}") == "a⟨ESC⟩[0m⟨U+202E⟩")
  #expect(Escape.visible("\r\n\t\u{0}\u{7f}\u{1}") == "⟨CR⟩⟨LF⟩⟨TAB⟩⟨NUL⟩⟨DEL⟩⟨U+0001⟩")
  #expect(Escape.visible("abcdef", limit: 3) == "abc…")
  #expect(Escape.visible("abc", limit: 3) == "abc")
  #expect(Escape.visible("é漢🎣") == "é漢🎣")
}
