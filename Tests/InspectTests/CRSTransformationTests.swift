import CModSecurity
import Testing

@testable import Inspect

@Suite("Transformations equal libmodsecurity's")
struct CRSTransformationTests {
  /// Asks libmodsecurity what a transformation makes of a header's value: the rule shows the value it matched.
  private final class Theirs {
    private let engine: OpaquePointer

    init(_ name: String) throws {
      engine = try #require(modsec_create())
      var words = [CChar](repeating: 0, count: 512)
      let rules = """
        SecRuleEngine DetectionOnly
        SecRule REQUEST_HEADERS:X "@unconditionalMatch" "id:1,phase:1,pass,log,t:none,t:\(name),logdata:'%{MATCHED_VAR}'"
        """
      try #require(modsec_add_text(engine, rules, &words, words.count), "\(name)")
    }

    deinit { modsec_destroy(engine) }

    func transform(_ text: [UInt8]) -> [UInt8]? {
      final class Box { var bytes: [UInt8]? }
      let box = Box()
      let name = Array("X".utf8CString)
      let root = Array("/".utf8CString)
      let value = text.map { CChar(bitPattern: $0) } + [0]
      var score = 0
      name.withUnsafeBufferPointer { name in
        root.withUnsafeBufferPointer { root in
          value.withUnsafeBufferPointer { value in
            let word = modsec_text(bytes: name.baseAddress!, count: 1)
            let path = modsec_text(bytes: root.baseAddress!, count: 1)
            var header = modsec_header(name: word, value: modsec_text(bytes: value.baseAddress!, count: text.count))
            withUnsafePointer(to: &header) { header in
              var request = modsec_request(
                method: word, uri: path, version: word, headers: header, header_count: 1,
                body: modsec_text(bytes: root.baseAddress!, count: 0))
              _ = modsec_judge(
                engine, &request, "anomaly_score", &score,
                { context, match in
                  let data = match.pointee.data
                  Unmanaged<Box>.fromOpaque(context!).takeUnretainedValue().bytes = Array(
                    UnsafeRawBufferPointer(start: data.bytes, count: data.count))
                }, Unmanaged.passUnretained(box).toOpaque())
            }
          }
        }
      }
      return box.bytes
    }
  }

  private func own(_ transformation: Transformation, _ text: [UInt8]) -> [UInt8] {
    var out = [UInt8](repeating: 0, count: transformation.room(for: text.count) + 1)
    let count = (text + [0]).withUnsafeBufferPointer { transformation.apply($0.baseAddress!, text.count, &out) }
    return Array(out.prefix(count))
  }

  private static let texts: [[UInt8]] = {
    var texts = [
      "", "a", "%41%zz%4", "%u0041%uff1c%U00e9%u12", "a+b%2Bc",
      "&lt;&LT;&#60;&#x3c;&#x;&#;&amp&nbsp;x&quot;&bogus;&#999999999999999999999;",
      "\\x41\\u0042\\uff1c\\101\\7\\n\\q\\", "\\41 \\000042x\\ff1c\\\n\\z\\1", "/a/./b//c/../d/", "../../x",
      "a\\..\\b\\\\c", "/..", "./a",
      "a/* b */c/*d", "/**/", "a  b\t\n c", "c^a\"t' ; /etc,( x", "ZXZhbCgnMScp", "ZXZh", "Z", "====", "a b",
      "YQ==\r\nYQ==", "ABC dEf",
      "é ü \u{20ac} \u{1f600}", "\u{a0}\u{c2}x",
    ].map { Array($0.utf8) }
    texts += [
      [0xc3], [0xe2, 0x82], [0xf0, 0x9f, 0x98], [0xed, 0xa0, 0x80], [0xc0, 0xaf], [0xf8, 0x88], [0xff, 0x41],
      [65, 0, 66], [0xf5, 0x80, 0x80, 0x80],
    ]
    let alphabet = Array("%u0fF41&#x;\\/.*+ \t\n'\"^,(aZ=<".utf8) + [0, 0x80, 0xa0, 0xc2, 0xe2, 0xf0, 0xff]
    var state: UInt64 = 0x1234_5678_9abc_def1
    for _ in 0..<400 {
      var text: [UInt8] = []
      for _ in 0..<24 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        text.append(alphabet[Int(state >> 33) % alphabet.count])
      }
      texts.append(text)
    }
    return texts
  }()

  @Test("byte for byte, on odd and random texts", arguments: Transformation.allCases)
  func equal(_ transformation: Transformation) throws {
    let theirs = try Theirs("\(transformation)")
    for text in Self.texts {
      let expected = theirs.transform(text) ?? []
      #expect(own(transformation, text) == expected, "\(transformation) of \(text)")
    }
  }

  @Test("a text without the bytes a transformation touches comes out as it went in", arguments: Transformation.allCases)
  func identity(_ transformation: Transformation) {
    guard let touched = transformation.touches else { return }
    for text in Self.texts {
      let classes = text.withUnsafeBufferPointer { $0.baseAddress.map { ByteClasses.of($0, text.count) } ?? [] }
      if !classes.meets(touched) { #expect(own(transformation, text) == text) }
    }
  }
}
