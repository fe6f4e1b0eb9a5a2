import CZstd
import Content
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

  @Test("zstd is recognised by content, several frames and a skippable one are read as one")
  func zstd() throws {
    let skippable: [UInt8] = [0x50, 0x2A, 0x4D, 0x18, 4, 0, 0, 0, 1, 2, 3, 4]
    let frames = zstdCompressed(combined(1, "/a")) + skippable + zstdCompressed(combined(2, "/b"))
    let read = try Read([folder.write(frames, "a.log")])
    #expect(read.rows.map { $0["http.request.uri"] } == ["/a", "/b"])
    #expect(read.report.inputs[0].compression == "zstd")
    #expect(read.report.inputs[0].failure == nil)
    let cut = try Read([folder.write(zstdCompressed(combined(1, "/a")).dropLast(3), "b.log")])
    #expect(cut.report.inputs[0].failure?.contains("cut off") == true)
  }

  @Test("two threads decode the same rows as one, batch by batch in sequence, with the same report")
  func threads() async throws {
    let text = (0..<20_000).map { $0 % 97 == 0 ? "garbage \($0)\n" : combined($0 % 3600, "/\($0)") }.joined()
    let path = folder.write(text, "a.log")
    var options = IntakeOptions()
    options.batchBytes = 64 << 10
    let one = try Read([path], options)
    let intake = try Intake(paths: [path], options: options, content: ContentFolder(roots: [contentRoot]))
    let parts = await withTaskGroup(of: [(Int, [[String: String]])].self) { group in
      for _ in 0..<2 {
        group.addTask {
          let worker = intake.makeWorker()
          let batch = EventBatch()
          var parts: [(Int, [[String: String]])] = []
          while intake.next(into: batch) {
            worker.decode(batch)
            parts.append((batch.sequence, IntakeTests.rows(of: batch)))
          }
          return parts
        }
      }
      return await group.reduce(into: []) { $0 += $1 }
    }
    #expect(parts.sorted { $0.0 < $1.0 }.flatMap(\.1) == one.rows)
    #expect(parts.map(\.0).sorted() == Array(0..<parts.count))
    #expect(intake.report == one.report)
  }
}

/// One zstd frame.
private func zstdCompressed(_ text: String) -> [UInt8] {
  let input = Array(text.utf8)
  return [UInt8](unsafeUninitializedCapacity: ZSTD_compressBound(input.count)) { buffer, count in
    count = ZSTD_compress(buffer.baseAddress, buffer.count, input, input.count, 3)
  }
}
