import Foundation
import Testing

@testable import Records

@Suite("Spool")
struct SpoolTests {
  private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  private func all(_ spool: Spool, from: UInt64 = 1) throws -> [Delivery] {
    var found: [Delivery] = []
    _ = try spool.replay(from: from) { found.append($0) }
    return found
  }

  @Test("deliveries of several streams come back in the order of arrival, from any place on")
  func order() throws {
    let folder = try TemporaryFolder()
    let spool = try Spool(data: folder.path)
    for number in 1...20 {
      _ = try spool.append(
        customer: number % 3 == 0 ? "b" : "a", stream: "s\(number % 2)", lines: bytes("line \(number)"))
    }
    #expect(try all(spool).map { String(decoding: $0.lines, as: UTF8.self) } == (1...20).map { "line \($0)\n" })
    #expect(try all(Spool(data: folder.path), from: 15).map(\.sequence) == Array(15...20))
    #expect(try spool.append(customer: "a", stream: "s0", lines: []) == nil)
  }

  @Test("a delivery says where it lies, also over segments and after a restart")
  func places() throws {
    let folder = try TemporaryFolder()
    var limits = SpoolLimits()
    limits.segmentBytes = 300
    var told: [Delivery] = []
    for _ in 0..<3 {
      let spool = try Spool(data: folder.path, limits: limits)
      for number in 0..<5 {
        told.append(try #require(try spool.append(customer: "a", stream: "s", lines: bytes("x\ny \(number)\nz\n"))))
      }
    }
    #expect(Set(told.map(\.segment)).count > 2)
    let read = try all(Spool(data: folder.path))
    #expect(read.map(\.segment) == told.map(\.segment))
    #expect(read.map(\.firstLine) == told.map(\.firstLine))
  }

  @Test("a tail cut or garbled at any byte is cut back to the last whole delivery, and says so")
  func torn() throws {
    let folder = try TemporaryFolder()
    let spool = try Spool(data: folder.path)
    var ends: [Int] = []
    let path = try #require(try spool.append(customer: "a", stream: "s", lines: bytes("line 1"))).segment
    ends.append(try Data(contentsOf: URL(filePath: path)).count)
    for number in 2...6 {
      _ = try spool.append(customer: "a", stream: "s", lines: bytes("line \(number)"))
      ends.append(try Data(contentsOf: URL(filePath: path)).count)
    }
    let whole = try Data(contentsOf: URL(filePath: path))
    for cut in stride(from: 1, to: whole.count, by: 7) {
      for garbage in [Data(), Data(repeating: 0, count: 120), Data(whole.prefix(80))] {
        let copy = try TemporaryFolder()
        let file = copy / "spool/a/s/\(URL(filePath: path).lastPathComponent)"
        try FileManager.default.createDirectory(atPath: copy / "spool/a/s", withIntermediateDirectories: true)
        try (whole.prefix(cut) + garbage).write(to: URL(filePath: file))
        let opened = try Spool(data: copy.path)
        let kept = ends.count { $0 <= cut }
        #expect(try all(opened).count == kept)
        #expect(opened.repairs.isEmpty == (ends.contains(cut) && garbage.isEmpty))
        // The next delivery goes behind the last whole one.
        _ = try opened.append(customer: "a", stream: "s", lines: bytes("next"))
        #expect(try all(Spool(data: copy.path)).last?.lines == bytes("next\n"))
      }
    }
  }

  @Test("a receiver's mark is kept with its delivery, also over a restart")
  func marks() throws {
    let folder = try TemporaryFolder()
    let mark = DeliveryMark(source: 7, print: .max, offset: 1 << 40)
    do {
      let spool = try Spool(data: folder.path)
      #expect(spool.mark(customer: "a", stream: "s") == nil)
      _ = try spool.append(customer: "a", stream: "s", lines: bytes("x"), mark: DeliveryMark(offset: 1))
      _ = try spool.append(customer: "a", stream: "s", lines: bytes("x"), mark: mark)
    }
    #expect(try Spool(data: folder.path).mark(customer: "a", stream: "s") == mark)
  }

  @Test("old segments go as whole files, never the one being written")
  func expiry() throws {
    let folder = try TemporaryFolder()
    var limits = SpoolLimits()
    limits.segmentBytes = 1
    let spool = try Spool(data: folder.path, limits: limits)
    for number in 0..<4 { _ = try spool.append(customer: "a", stream: "s", lines: bytes("line \(number)")) }
    let before = spool.segments(of: "a")
    let gone = spool.expire(before: .max)
    #expect(gone.map(\.customer) == ["a"] && gone[0].paths == Array(before.dropLast()))
    #expect(spool.segments(of: "a") == [before[3]])
    #expect(try all(spool).map(\.sequence) == [4])
    #expect(spool.segments(of: "b").isEmpty)
  }

  @Test(
    "names that could leave the spool's folder are none", arguments: ["", ".", "..", ".a", "a/b", "a b", "ä", "a\u{0}"])
  func badNames(word: String) {
    #expect(!Spool.isName(word))
  }
}
