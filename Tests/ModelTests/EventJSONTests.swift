import Foundation
import Testing

@testable import Model

@Suite("events as JSON") struct EventJSONTests {
  /// The JSON of one row that `fill` writes.
  static func json(_ fill: (EventBatch) -> Void) throws -> [String: Any] {
    let batch = EventBatch(capacity: 16, arenaBytes: 4096)
    fill(batch)
    batch.commitRow(LinePlace(slice: batch.arena.append("x".utf8), source: 0, number: 7))
    var out: [UInt8] = []
    batch.appendJSON(0, input: "a \"log\"", extras: [("Key", "[1]")], to: &out)
    #expect(out.last == 0x0A)
    return try #require(try JSONSerialization.jsonObject(with: Data(out)) as? [String: Any])
  }

  @Test("numbers are numbers, times RFC 3339, lists arrays, absent fields absent")
  func kinds() throws {
    let object = try Self.json { batch in
      for field in [EventField.time, .status, .botTags, .eventClass] { batch.touch(field) }
      batch.set(.time, 0, 1_500_000_000)
      batch.set(.status, 0, 404)
      batch.set(.eventClass, 0, 0)
      batch.set(.botTags, 0, batch.arena.append("[\"a\", {\"b\":[1.5e3,null]}]".utf8))
      batch.addresses[0] = IPAddress("2001:db8::1")!
    }
    #expect(object["event.time"] as? String == "1970-01-01T00:00:01.5Z")
    #expect(object["http.response.code"] as? Int == 404)
    #expect(object["ip.src"] as? String == "2001:db8::1")
    #expect((object["cf.bot_management.tags"] as? [Any])?.count == 2)
    #expect(object["event.class"] as? String == "http")
    #expect(object["event.line"] as? Int == 7)
    #expect(object["event.input"] as? String == "a \"log\"")
    #expect((object["extra"] as? [String: [Int]])?["Key"] == [1])
    #expect(object.count == 8)
  }

  @Test("hostile bytes become valid JSON, and the repaired fields are named")
  func hostile() throws {
    let object = try Self.json { batch in
      batch.touch(.uri)
      batch.set(.uri, 0, batch.arena.append([0x00, 0x1B, 0x22, 0x5C, 0xFF, 0x41, 0xC2, 0x9B]))
    }
    #expect(object["http.request.uri"] as? String == "\0\u{1B}\"\\\u{FFFD}A\u{9B}")
    #expect(object["event.repaired"] as? [String] == ["http.request.uri"])
  }

  @Test(
    "a list that is no JSON is printed as text",
    arguments: ["[1,", "a,b", "[01]", "[\"\\q\"]", String(repeating: "[", count: 100), "[]]", ""])
  func brokenList(_ text: String) throws {
    let object = try Self.json { batch in
      batch.touch(.botTags)
      batch.set(.botTags, 0, batch.arena.append(text.utf8))
    }
    #expect(object["cf.bot_management.tags"] as? String == text)
  }
}
