import Model
import Testing

@testable import Intake

@Suite("sources") struct SourceTests {
  let folder = TemporaryFolder()

  @Test("a plain file's lines become rows in order, with their line numbers")
  func plain() throws {
    let read = try Read([folder.write(combined(1, "/a") + "\n" + combined(2, "/b"), "a.log")])
    #expect(read.rows.map { $0["http.request.uri.path"] } == ["/a", "/b"])
    #expect(read.places == ["0:1", "0:3"])
    #expect(read.report.events == 2)
    #expect(read.report.inputs[0].formats.first?.name == "combined")
    #expect(read.report.inputs[0].lines == 3)
  }

  @Test("gzip is recognised by content, several members are read as one")
  func gzip() throws {
    let bytes = gzipped(Array(combined(1, "/a").utf8)) + gzipped(Array(combined(2, "/b").utf8))
    let read = try Read([folder.write(bytes, "a.log")])
    #expect(read.rows.map { $0["http.request.uri.path"] } == ["/a", "/b"])
    #expect(read.report.inputs[0].compression == "gzip")
    #expect(read.report.inputs[0].failure == nil)
  }

  @Test("a gzip that is cut off gives what could be unpacked and says so")
  func cutGzip() throws {
    let text = (0..<5000).map { combined($0 % 60, "/p\($0 &* 7919 % 10007)") }.joined()
    let bytes = gzipped(Array(text.utf8))
    let read = try Read([folder.write(bytes.dropLast(bytes.count / 3), "a.gz")])
    #expect(read.rows.count > 1000 && read.rows.count < 5000)
    #expect(read.report.inputs[0].failure?.contains("cut off") == true)
  }
}
