import Content
import Model
import Testing

@testable import Intake

/// The project's formats by name.
let authored: [String: any LogFormat] = Dictionary(
  (try! LogFormats.all(ContentFolder(roots: [contentRoot]))).map { ($0.name, $0) },
  uniquingKeysWith: { first, _ in first })

private let cloudflare = authored["cloudflare-http-requests"]!

/// The one row of a Cloudflare request with these keys besides a time.
private func request(_ keys: String) -> [String: String] {
  decodedRows([#"{"EdgeStartTimestamp":"2026-11-21T10:00:00Z",\#(keys)}"#], cloudflare).first ?? [:]
}

@Suite("records of JSON") struct JSONFormatTests {
  @Test(
    "the five spellings of Logpush, and the old one, give one instant",
    arguments: [
      #""2026-11-21T10:00:00Z""#, #""2026-11-21T10:00:00.000Z""#, #""2026-11-21T10:00:00.000000000Z""#, "1795255200",
      #""1795255200""#, "1795255200000000000", #""1795255200000000000""#, "1795255200000", #""2026-11-21 10:00:00""#,
    ])
  func times(_ spelling: String) {
    let row = decodedRows([#"{"EdgeStartTimestamp":\#(spelling),"ClientRequestURI":"/"}"#], cloudflare).first
    #expect(row?["event.time"] == "2026-11-21T10:00:00Z")
  }

  @Test("a number given as text is the same number, and one that is none stays absent")
  func numbers() {
    #expect(request(#""EdgeResponseStatus":"403","ClientASN":"64500""#)["http.response.code"] == "403")
    #expect(request(#""EdgeResponseStatus":403,"ClientASN":64500"#)["ip.src.asnum"] == "64500")
    #expect(request(#""ClientASN":"many","ClientRequestBytes":99999999999999999999"#)["ip.src.asnum"] == nil)
    #expect(request(#""ClientRequestBytes":99999999999999999999"#)["http.request.bytes"] == nil)
    #expect(request(#""ClientRequestBytes":1.5e3"#)["http.request.bytes"] == "1500")
  }

  @Test("absent is not zero, null is absent, and an empty name is none while an empty header was sent empty")
  func absence() {
    let row = request(
      #""BotScore":null,"ClientRequestUserAgent":"","EdgeServerIP":"","SecurityAction":"unknown","OriginResponseStatus":0,"#
        + #""EdgeResponseStatus":0,"ClientRequestReferer":"-""#)
    #expect(
      row == [
        "event.time": "2026-11-21T10:00:00Z", "event.class": "http", "http.user_agent": "",
        "cf.origin.response_code": "0",
      ])
  }

  @Test("a list may come as a list or as text, its words in lower case")
  func lists() {
    for spelling in [#"["Block","log"]"#, #""[\"Block\",\"log\"]""#] {
      #expect(request(#""SecurityActions":\#(spelling)"#)["security.actions"] == #"["block","log"]"#)
    }
  }

  @Test(
    "escapes are undone exactly once",
    arguments: [
      (#"a\"b"#, "a\"b"), (#"a\\u0022b"#, #"a\u0022b"#), (#"\u0022"#, "\""), (#"\/\b\f\n\r\t"#, "/\u{8}\u{c}\n\r\t"),
      (#"\u00e9\u20ac"#, "é€"), (#"\ud83d\ude00"#, "😀"), (#"\ud83d"#, "\u{fffd}"), (#"\ud83dx"#, "\u{fffd}x"),
      (#"\udc00"#, "\u{fffd}"), (#"\x3cscript"#, "<script"), (#"\q\u12"#, #"\q\u12"#), (#"%2522"#, "%2522"), ("", ""),
    ])
  func escapes(_ written: String, _ meant: String) {
    #expect(request(#""ClientRequestUserAgent":"\#(written)""#)["http.user_agent"] == meant)
  }

  @Test("of equal keys the last wins, of several keys for one field the newest name that has a value")
  func preference() {
    #expect(request(#""ClientRequestMethod":"GET","ClientRequestMethod":"PUT""#)["http.request.method"] == "PUT")
    #expect(request(#""WAFRuleID":"old","SecurityRuleID":"new""#)["security.rule.id"] == "new")
    #expect(request(#""SecurityRuleID":"","WAFRuleID":"old""#)["security.rule.id"] == "old")
  }

  @Test("path and query are taken from the whole, a missing whole is put together, a logged path stands as logged")
  func targets() {
    let whole = request(#""ClientRequestURI":"/a?b=1?c""#)
    #expect(whole["http.request.uri.path"] == "/a" && whole["http.request.uri.query"] == "b=1?c")
    let parts = request(#""ClientRequestPath":"/a","ClientRequestQuery":"?b=1""#)
    #expect(parts["http.request.uri"] == "/a?b=1" && parts["http.request.uri.query"] == "b=1")
    let both = request(#""ClientRequestPath":"/real","ClientRequestURI":"/shown""#)
    #expect(both["http.request.uri.path"] == "/real" && both["http.request.uri"] == "/shown")
    #expect(request(#""ClientRequestPath":"/a""#)["http.request.uri.query"] == nil)
  }

  @Test("keys that no field knows are kept and can be looked up, at any depth")
  func unknownKeys() {
    let line =
      #"{"EdgeStartTimestamp":1795255200,"ClientRequestURI":"/","New":"x\"y","Cookies":{"a":{"b":[1,2]}},"n":-1.5}"#
    let bytes = Array(line.utf8) + [0x0A]
    let batch = EventBatch(capacity: 16, arenaBytes: 4096)
    let run = LineRun(slice: batch.arena.append(bytes), source: 0, firstLine: 1)
    for field in cloudflare.fields { batch.touch(field) }
    let scratch = DecodeScratch()
    var cursor = RunCursor(run)
    #expect(cloudflare.decode(&cursor, batch, scratch) == nil && batch.count == 1)
    let extras = cloudflare.extras(of: 0, batch, scratch)
    #expect(extras.map(\.key) == ["New", "Cookies", "n"])
    #expect(extras.map(\.json) == [#""x\"y""#, #"{"a":{"b":[1,2]}}"#, "-1.5"])
    func found(_ key: String) -> String? {
      JSONLookup.bytes(of: key, in: batch.line(0)).map { String(decoding: $0, as: UTF8.self) }
    }
    #expect(found("Cookies.a.b") == "[1,2]" && found("n") == "-1.5" && found("New") == #"x\"y"#)
    #expect(found("Cookies.z") == nil && found("") == nil)
  }

  @Test("every key is kept: in a field that says the same, else as it came, and never in both")
  func keptKeys() throws {
    let keys: [(written: String, isExtra: Bool)] = [
      (#""ClientIP":"203.0.113.7""#, false), (#""ClientCountry":"de""#, false), (#""EdgeResponseStatus":"200""#, false),
      (#""SecurityAction":"block""#, false), (#""WAFAction":"simulate""#, true), (#""Action":"block""#, false),
      (#""SecurityRuleID":"new""#, false), (#""WAFRuleID":"ol\u0064""#, true), (#""OriginResponseStatus":0"#, false),
      (#""EdgeEndTimestamp":"2026-11-21T10:00:01Z""#, true), (#""OriginResponseTime":12345678"#, true),
      (#""ClientRequestURI":"/a?b=1""#, false), (#""ClientRequestPath":"/a""#, false), (#""Mine":null"#, true),
      (#""ClientRequestQuery":"?b=2""#, false), (#""ClientASN":"many""#, true), (#""BotScoreSrc":"-""#, true),
      (#""BotTags":["a","b"]"#, false), (#""JA4":"""#, false), (#""JA3Hash":null"#, false), (#""Mine2":{"a":1}"#, true),
      (#""SecurityActions":"[\"Block\"]""#, false), (#""FirewallMatchesActions":["log"]"#, true),
    ]
    let line = #"{"EdgeStartTimestamp":"2026-11-21T10:00:00Z","# + keys.map(\.written).joined(separator: ",") + "}"
    let batch = EventBatch(capacity: 16, arenaBytes: 8192)
    let run = LineRun(slice: batch.arena.append(Array(line.utf8)), source: 0, firstLine: 1)
    for field in cloudflare.fields { batch.touch(field) }
    let scratch = DecodeScratch()
    var cursor = RunCursor(run)
    #expect(cloudflare.decode(&cursor, batch, scratch) == nil && batch.count == 1)
    let before = rows(of: batch)
    let extras = cloudflare.extras(of: 0, batch, scratch)
    #expect(extras.map { #""\#($0.key)":\#($0.json)"# } == keys.filter(\.isExtra).map(\.written))
    #expect(rows(of: batch) == before, "asking changes nothing")
  }

  @Test("a record cut off anywhere is refused, never decoded in part")
  func cutAnywhere() {
    let line =
      #"{"EdgeStartTimestamp":"2026-11-21T10:00:00Z","ClientRequestURI":"/a\u0041","BotTags":["x",{"y":[]}],"b":true}"#
    for length in 0..<line.utf8.count {
      let rows = decodedRows([String(decoding: line.utf8.prefix(length), as: UTF8.self)], cloudflare)
      #expect(rows.isEmpty, "cut at \(length)")
    }
    #expect(decodedRows([line], cloudflare).count == 1)
  }

  @Test("hostile nesting is skipped or refused, however deep", arguments: ["[", "{\"a\":", "[{\"a\":"])
  func nesting(_ open: String) {
    let deep = String(repeating: open, count: 50_000)
    #expect(request(#""ClientRequestURI":"/","x":\#(deep)"#).isEmpty)
    for format in authored.values { _ = decodedRows([deep], format) }
    let closed = String(repeating: "[", count: 50_000) + String(repeating: "]", count: 50_000)
    #expect(request(#""ClientRequestURI":"/","x":\#(closed)"#)["http.request.uri"] == "/")
  }

  @Test("objects on one line, joined or as a list, are as many events; words behind a record are none")
  func several() {
    let one = #"{"EdgeStartTimestamp":1795255200,"ClientRequestURI":"/a"}"#
    #expect(decodedRows([one + one], cloudflare).count == 2)
    #expect(decodedRows(["[" + one + ", " + one + "]"], cloudflare).count == 2)
    #expect(decodedRows([one + " ,"], cloudflare).count == 1)
    #expect(decodedRows(["Nov 21 10:00:00 edge1 push: " + one], cloudflare).count == 1)
    #expect(
      decodedRows([#"<13>Nov 21 10:00:00 a b: {"x":{}} and much more text behind it"#], authored["json"]!).isEmpty)
  }

  @Test("what was learnt from earlier records changes no later one")
  func learning() {
    let lines = (0..<60).map { i in
      let keys = [
        #""ClientRequestMethod":"M\#(i)""#, #""ClientASN":\#(i)"#, #""x\#(i % 7)":{"ClientASN":1}"#,
        #""ClientRequestURI":"/\#(i)""#, #""\#(String(repeating: "k", count: 40 + i))":1"#, #""BotScore":"\#(i)""#,
      ]
      let turned = keys[(i % 6)...] + keys[..<(i % 6)]
      return #"{"EdgeStartTimestamp":\#(1_795_255_200 + i),"# + turned.joined(separator: ",") + "}"
    }
    #expect(decodedRows(lines, cloudflare) == lines.flatMap { decodedRows([$0], cloudflare) })
    #expect(decodedRows(lines.reversed(), cloudflare) == decodedRows(lines, cloudflare).reversed())
  }

  @Test("random damage to any record never traps and never makes more rows than objects")
  func damage() {
    var random = SystemRandomNumberGenerator()
    let lines = authored.values.compactMap { $0 as? JSONFormat }.sorted { $0.name < $1.name }.flatMap { format in
      ((try? LineFormatFile.all(in: ContentFolder(roots: [contentRoot]))) ?? []).filter {
        $0.format.name == format.name
      }
      .flatMap(\.examples).map { ($0.line, format) }
    }
    for (line, format) in lines {
      for _ in 0..<40 {
        var bytes = Array(line.utf8)
        for _ in 0..<Int.random(in: 1...6, using: &random) {
          let at = Int.random(in: bytes.indices, using: &random)
          switch Int.random(in: 0..<4, using: &random) {
          case 0: bytes[at] = UInt8.random(in: 0...255, using: &random)
          case 1: bytes.remove(at: at)
          case 2: bytes.insert(contentsOf: bytes[at...].prefix(9), at: at)
          default: bytes.removeLast(Int.random(in: 0..<min(20, bytes.count - 1), using: &random))
          }
          if bytes.count < 4 { break }
        }
        let objects = bytes.count { $0 == 0x7b }
        #expect(decodedRows(bytes, format).count <= objects)
      }
    }
  }
}

/// The rows that a format makes of bytes that may be no text.
func decodedRows(_ bytes: [UInt8], _ format: any LogFormat) -> [[String: String]] {
  let batch = EventBatch(capacity: 16, arenaBytes: bytes.count * 2 + 8192)
  let run = LineRun(slice: batch.arena.append(bytes + [0x0A]), source: 0, firstLine: 1)
  for field in format.fields { batch.touch(field) }
  let scratch = DecodeScratch()
  var cursor = RunCursor(run)
  while format.decode(&cursor, batch, scratch) != nil {}
  return rows(of: batch)
}
