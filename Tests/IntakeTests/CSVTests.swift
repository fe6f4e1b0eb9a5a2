import Content
import Model
import Testing

@testable import Intake

@Suite("values with a header line") struct CSVTests {
  private static func read(_ text: String, mapping: String? = nil) throws -> Read {
    let folder = TemporaryFolder()
    var options = IntakeOptions()
    if let mapping { options.mappingFile = folder.write(mapping, "map.yaml") }
    return try Read([folder.write(text, "a.csv")], options)
  }

  @Test("quoted cells hold separators, doubled quotes and line ends; unknown columns are kept")
  func quoted() throws {
    let read = try Self.read(
      #"""
      EdgeStartTimestamp,ClientIP,ClientRequestMethod,ClientRequestURI,ClientRequestUserAgent,Own
      2026-11-21T10:00:00Z,203.0.113.7,GET,"/a,b?c=1","say ""hi""",x
      1795255201,203.0.113.7,GET,"/two
      lines",plain,

      """#)
    #expect(read.rows.map { $0["http.request.uri"] } == ["/a,b?c=1", "/two\nlines"])
    #expect(read.rows.map { $0["http.user_agent"] } == ["say \"hi\"", "plain"])
    #expect(read.rows.map { $0["event.class"] } == ["http", "http"])
    #expect(read.report.inputs[0].formats.map(\.name) == ["csv"])
  }

  @Test("tabs and semicolons separate too; a quote in a tab-separated cell is a quote", arguments: ["\t", ";"])
  func separators(_ separator: String) throws {
    let rows = [
      ["time", "client_ip", "method", "url", "status"], ["2026-11-21T10:00:00Z", "203.0.113.7", "GET", "/a'b", "200"],
    ]
    let read = try Self.read(rows.map { $0.joined(separator: separator) }.joined(separator: "\n") + "\n")
    #expect(read.rows.first?["http.request.uri"] == "/a'b" && read.rows.first?["http.response.code"] == "200")
  }

  @Test("a record with other cells than the header has is rejected with that reason, a second header is none")
  func columns() throws {
    let header = "time,client_ip,method,url,status\n"
    let read = try Self.read(header + "2026-11-21T10:00:00Z,203.0.113.7,GET,/a,200\nbad,row\n" + header)
    #expect(read.rows.count == 1)
    #expect(read.report.inputs[0].reasons.map(\.reason) == [Rejection.columnCount.rawValue])
  }

  @Test("a mapping names the columns and keys, with units")
  func mapping() throws {
    let map = "fields: {who: ip.src, 'when.at': {field: event.time, unit: ms}, what: http.request.uri}\nclass: http\n"
    let table = try Self.read("when.at,who,what\n1795255200000,203.0.113.7,/a\n", mapping: map)
    let records = try Self.read(#"{"when":{"at":1795255200000},"who":"203.0.113.7","what":"/a"}"# + "\n", mapping: map)
    for row in [table.rows.first, records.rows.first] {
      #expect(
        row?["event.time"] == "2026-11-21T10:00:00Z" && row?["ip.src"] == "203.0.113.7" && row?["event.class"] == "http"
      )
    }
  }

  @Test("every fault of a mapping is named with its place and the nearest right word")
  func complaints() throws {
    let folder = TemporaryFolder()
    let path = folder.write("fields:\n  a: http.hots\n  b: {field: ip.src, as: adress}\nclas: http\n", "map.yaml")
    do throws(ContentError) {
      _ = try MappingFile.formats(path)
      Issue.record("a faulty mapping was accepted")
    } catch {
      #expect(error.problems.map(\.line) == [2, 3, 4])
      #expect(error.problems.map(\.suggestion) == ["http.host", "address", "class"])
    }
  }
}
