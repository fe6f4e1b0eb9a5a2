import Model
import Testing

@testable import Intake

@Suite("several inputs") struct MergeTests {
  let folder = TemporaryFolder()

  private func times(_ read: Read) -> [String] { read.rows.map { $0["event.time"] ?? "" } }

  @Test("inputs that overlap come out in the order of their lines' times")
  func overlap() throws {
    let a = folder.write((0..<3000).map { combined($0 * 2, "/a\($0)") }.joined(), "a.log")
    let b = folder.write(gzipped(Array((0..<3000).map { combined($0 * 2 + 1, "/b\($0)") }.joined().utf8)), "b.log")
    let read = try Read([b, a])
    #expect(read.rows.count == 6000)
    #expect(times(read) == times(read).sorted())
    #expect(read.rows[..<4].map { $0["http.request.uri"] } == ["/a0", "/b0", "/a1", "/b1"])
    #expect(read.places[..<4] == ["1:1", "0:1", "1:2", "0:2"])
  }

  @Test("rotated logs come out oldest first, whatever their names' order")
  func rotated() throws {
    folder.write(gzipped(Array((0..<50).map { combined($0, "/old") }.joined().utf8)), "access.log.2.gz")
    folder.write((50..<100).map { combined($0, "/mid") }.joined(), "access.log.1")
    folder.write((100..<150).map { combined($0, "/new") }.joined(), "access.log")
    let read = try Read([folder.path])
    #expect(times(read) == times(read).sorted())
    #expect(read.rows.count == 150)
  }

  @Test("a short overlap is merged, what follows alone is read in chunks again, and no line is lost")
  func partialOverlap() throws {
    let a = folder.write((0..<9000).map { combined($0, "/a") }.joined(), "a.log")
    let b = folder.write((8990..<20000).map { combined($0, "/b") }.joined(), "b.log")
    let c = folder.write((100..<110).map { combined($0, "/c") }.joined(), "c.log")
    var options = IntakeOptions()
    options.batchBytes = 16 << 10
    let read = try Read([a, b, c], options)
    #expect(read.rows.count == 9000 + 11010 + 10)
    #expect(times(read) == times(read).sorted())
    for (source, count) in [(0, 9000), (1, 11010), (2, 10)] {
      let lines = read.places.filter { $0.hasPrefix("\(source):") }.map { Int($0.dropFirst(2))! }
      #expect(lines == Array(1...count))
    }
  }

  @Test("a file keeps its own order when its clock runs backwards, and says so")
  func backwards() throws {
    let a = folder.write(combined(5000, "/1") + combined(10, "/2") + combined(5001, "/3"), "a.log")
    let b = folder.write(combined(5000, "/4"), "b.log")
    let read = try Read([a, b])
    #expect(read.rows.map { $0["http.request.uri"] } == ["/1", "/2", "/4", "/3"])
    #expect(read.report.inputs[0].remarks.contains { $0.hasPrefix("the clock runs backwards") })
  }

  @Test("inputs with headers are merged with the right header for each line")
  func headers() throws {
    let a = folder.write(
      "#Fields: date time c-ip\n" + (0..<50).map { "2025-10-10 10:00:\($0 + 10) 192.0.2.1\n" }.joined(), "a")
    let b = folder.write(
      "#Fields: date time sc-status c-ip\n" + (0..<50).map { "2025-10-10 10:00:\($0 + 10) 404 192.0.2.2\n" }.joined(),
      "b")
    let read = try Read([a, b])
    #expect(read.rows.count == 100 && read.report.rejected == 0)
    #expect(read.rows.allSatisfy { ($0["ip.src"] == "192.0.2.2") == ($0["http.response.code"] == "404") })
  }

  @Test("a batch's size changes nothing in the rows", arguments: [300, 1000, 4096, 1 << 20])
  func chunks(_ size: Int) throws {
    let text = (0..<700).map {
      $0 % 50 == 7 ? "garbage \($0)\n" : $0 % 90 == 3 ? "\r\n" : combined($0, "/p?x=\\x22\($0)")
    }
    let path = folder.write(text.joined().dropLast(1).utf8, "a.log")
    let whole = try Read([path])
    var options = IntakeOptions()
    options.batchBytes = size
    let cut = try Read([path], options)
    #expect(cut.rows == whole.rows)
    #expect(cut.places == whole.places)
    #expect(cut.report == whole.report)
    #expect(size > 300 || cut.batches > 10)
  }
}
