import Content
import Foundation
import Model
import Testing

@testable import Intake

@Suite("JSON that does not lie one record a line") struct SpreadJSONTests {
  let folder = TemporaryFolder()

  private func records(_ count: Int) -> [String] {
    (0..<count).map {
      #"{"EdgeStartTimestamp":\#(1_795_255_200 + $0),"ClientRequestURI":"/\#($0)?a=}],{","New":{"x":[{"y":"\"]"}]}}"#
    }
  }

  /// The same records, told each way.
  private func spellings(_ records: [String]) -> [(name: String, text: String)] {
    let indented = records.map { record in
      record.replacing(",\"", with: ",\n    \"").replacing("{\"E", with: "{\n    \"E").dropLast() + "\n}"
    }
    return [
      ("indented", indented.joined(separator: "\n") + "\n"),
      ("indented array", "[\n" + indented.joined(separator: ",\n") + "\n]\n"),
      ("array on one line", "[" + records.joined(separator: ",") + "]"),
      ("array, one a line", "[" + records.joined(separator: ",\n") + "]\n"),
      ("envelope on one line", #"{"Records":["# + records.joined(separator: ",") + "]}"),
      ("envelope with more", #"{"version":1,"Records": [ "# + records.joined(separator: " , ") + #"],"next":"x"}"#),
      ("an answer", #"{"took":3,"items":["# + records.joined(separator: ",") + #"],"next":null}"# + "\n"),
      (
        "envelopes after one another",
        records.map { #"{"Records":["# + $0 + "]}" }.joined(separator: "\n") + "\n"
      ),
    ]
  }

  @Test("each way of lying gives the same records, whatever the size of the pieces read")
  func same() throws {
    for count in [1, 2, 700] {
      let records = records(count)
      let plain = try Read([folder.write(records.joined(separator: "\n"), "plain.json")])
      #expect(plain.rows.count == count)
      for (name, text) in spellings(records) where count > 1 || !name.hasPrefix("an answer") {
        for batchBytes in [4 << 10, 512 << 10] {
          var options = IntakeOptions()
          options.batchBytes = batchBytes
          let read = try Read([folder.write(text, "spread.json")], options)
          #expect(read.rows == plain.rows, "\(name), \(count) records")
          #expect(read.report.rejected == 0, "\(name), \(count) records")
        }
      }
    }
  }

  @Test("a record with lists of its own is no envelope")
  func lists() throws {
    let record = #"{"time":"2026-11-21T10:00:00Z","client_ip":"203.0.113.7","matches":[{"a":1},{"b":2}],"path":"/x"}"#
    for text in [record, record + "\n", "[" + record + "]", record + "\n" + record] {
      let rows = try Read([folder.write(text, "lists.json")]).rows
      #expect(rows.allSatisfy { $0["http.request.uri"] == "/x" } && rows.count == (text.count > 150 ? 2 : 1))
    }
  }

  @Test("a broken record among others is refused, and the records around it are read")
  func broken() throws {
    var records = records(5)
    records[2] = "oops"
    let read = try Read([folder.write("[\n" + records.joined(separator: ",\n") + "\n]\n", "broken.json")])
    #expect(read.rows.count == 4)
    #expect(read.report.rejected == 1)
  }

  @Test("a record that never ends is left out in bounded memory")
  func endless() throws {
    let text =
      "{\n  \"EdgeStartTimestamp\": 1795255200,\n"
      + String(repeating: "  \"k\": [\(String(repeating: "1,", count: 4000)) {\n", count: 600)
    let read = try Read([folder.write(text, "endless.json"), folder.write(self.records(1)[0], "good.json")])
    #expect(read.rows.count == 1)
  }

  @Test("UTF-16 of either order is read as the text it is", arguments: [false, true])
  func wide(isBigEndian: Bool) throws {
    let text = (0..<3000).map { combined($0, "/é-€-😀-\($0)") }.joined()
    let units = [0xFEFF] + Array(text.utf16)
    let bytes = units.flatMap { isBigEndian ? [UInt8($0 >> 8), UInt8($0 & 255)] : [UInt8($0 & 255), UInt8($0 >> 8)] }
    let plain = try Read([folder.write(text, "plain.log")])
    #expect(plain.rows.count == 3000)
    #expect(try Read([folder.write(bytes, "wide.log")]).rows == plain.rows)
    #expect(try Read([folder.write(gzipped(bytes), "wide.log.gz")]).rows == plain.rows)
    // A last odd byte and half a pair harm nothing.
    #expect(try Read([folder.write(bytes + [0xD8, 0xD8, 0x00], "odd.log")]).rows.count == 3000)
  }
}
