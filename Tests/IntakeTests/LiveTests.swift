import CIsal
import Content
import Foundation
import Model
import Testing

@testable import Intake

@Suite("Live input")
struct LiveTests {
  private func push(_ body: [UInt8], pieces: Int, limit: Int = 1 << 20) throws -> [UInt8] {
    var push = PushBody(limit: limit)
    for start in stride(from: 0, to: body.count, by: pieces) {
      try body[start..<min(start + pieces, body.count)].withUnsafeBytes { try push.take($0) }
    }
    return try push.finish()
  }

  @Test("pushed bodies are unpacked however they are cut", arguments: [1, 3, 1_000, 1 << 20])
  func bodies(pieces: Int) throws {
    let text = [UInt8](String(repeating: "{\"a\":1}\n", count: 500).utf8)
    let packed = gzipped(text)
    #expect(try push(text, pieces: pieces) == text)
    #expect(try push(packed, pieces: pieces) == text)
    #expect(try push(packed + packed, pieces: pieces) == text + text)
    #expect(try push([], pieces: pieces) == [])
  }

  @Test("a body that is cut off or garbled is refused as a whole")
  func broken() throws {
    let packed = gzipped(Array(String(repeating: "line of a log\n", count: 5_000).utf8))
    for cut in [5, 20, packed.count / 2, packed.count - 1] {
      #expect(throws: PushBody.Refusal.self) { try push(Array(packed[..<cut]), pieces: 64) }
    }
    var garbled = packed
    garbled[packed.count / 2] ^= 0xFF
    #expect(throws: PushBody.Refusal.self) { try push(garbled, pieces: 64) }
  }

  @Test("a bomb is refused at the limit, not unpacked")
  func bomb() throws {
    let packed = gzipped([UInt8](repeating: 0x41, count: 8 << 20))
    #expect(packed.count < 128 << 10)
    #expect(throws: PushBody.Refusal.tooLarge(limit: 1 << 20)) { try push(packed, pieces: 100) }
  }

  @Test("a stream that nobody recognises is one input however often it is asked about, and is taken up later")
  func unknown() throws {
    let formats = try LogFormats.all(ContentFolder()).filter { $0.name == "combined" }
    let inputs = LiveInputs(formats: formats, options: IntakeOptions())
    let batch = EventBatch(capacity: 64, arenaBytes: 64 << 10)
    var rows = 0
    func deliver(_ text: String) {
      inputs.decode(
        Array(text.utf8), stream: "s", path: "p", firstLine: 1, arrival: 1_780_000_000_000_000_000, in: batch
      ) {
        rows += $0.count
      }
    }
    for _ in 0..<20 { deliver("unexpected prose\n") }
    #expect(inputs.inputPaths == ["p"] && inputs.report.rejected == 20)
    deliver(combined(1, "/a") + "\n")
    #expect(rows == 1 && inputs.inputPaths.count == 2)
  }

  @Test("a stream keeps its format and its header from delivery to delivery, and its lines their places")
  func stream() throws {
    let formats = try LogFormats.all(ContentFolder())
    let inputs = LiveInputs(formats: formats, options: IntakeOptions())
    let batch = EventBatch()
    var rows: [(path: String, line: Int, place: Int)] = []
    let lines = [
      "#Fields: date time c-ip cs-method cs-uri-stem sc-status\n2026-05-14 10:00:00 192.0.2.1 GET /a 200\n",
      "2026-05-14 10:00:01 192.0.2.2 GET /b 200\nno such line\n", "2026-05-14 10:00:02 192.0.2.3 GET /c 404\n",
    ]
    for (number, text) in lines.enumerated() {
      inputs.decode(
        Array(text.utf8), stream: "s", path: number < 2 ? "one" : "two", firstLine: number == 1 ? 3 : 1,
        arrival: 1_778_800_000_000_000_000, in: batch
      ) { batch in
        for row in 0..<batch.count {
          rows.append((batch.text(.path, row) ?? "", Int(batch.lines[row].number), Int(batch.lines[row].source)))
        }
      }
    }
    #expect(rows.map(\.path) == ["/a", "/b", "/c"])
    #expect(rows.map(\.line) == [2, 3, 1])
    #expect(rows.map { inputs.inputPaths[$0.place] } == ["one", "one", "two"])
    #expect(inputs.report.events == 3 && inputs.report.rejected == 1)
  }
}
