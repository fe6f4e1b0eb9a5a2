import Foundation
import Model
import Records
import Samples
import Testing

@testable import Watch

private func two(_ numbers: Int...) -> [UInt8] { numbers.flatMap { [UInt8($0 >> 8 & 255), UInt8($0 & 255)] } }
private func four(_ numbers: Int...) -> [UInt8] { numbers.flatMap { two($0 >> 16, $0) } }
private func set(_ id: Int, _ content: [UInt8]) -> [UInt8] { two(id, 4 + content.count) + content }

private let start: Int64 = 1_764_000_000

/// A NetFlow v9 datagram of these sets as a piece of a capture, like those that a collector keeps.
private func piece(_ sets: [UInt8], second: Int64, sequence: Int) -> [UInt8] {
  var capture = CaptureMaker(link: 101)
  let datagram = two(9, 1) + four(60_000, Int(start + second), sequence, 7) + sets
  capture.add(
    FrameMaker.ipv4(from: 0xc000_0201, to: 0, protocol: 17, FrameMaker.udp(from: 50_000, to: 2_055, datagram)),
    at: (start + second) * 1_000_000_000)
  return capture.bytes
}

/// Source, destination, protocol, source and destination port, flags, packets, bytes.
private let template = set(0, two(300, 8, 8, 4, 12, 4, 4, 1, 7, 2, 11, 2, 6, 1, 2, 4, 1, 4))

/// Thirty flows of SYNs from ever new addresses.
private func synFlows(_ second: Int) -> [UInt8] {
  var records: [UInt8] = []
  for flow in 0..<30 {
    records += [198, 51, UInt8(second & 255), UInt8(flow), 203, 0, 113, 9, 6]
    records += two(1_024 + flow * 7, 443)
    records.append(2)
    records += four(90, 3_600)
  }
  return set(300, records)
}

@Suite("Flows that are collected", .serialized)
struct FlowStreamTests {
  private static let assembly = Result { try Assembly(Configuration()) }

  private func floor(_ path: String) throws -> WatchFloor {
    try WatchFloor(FloorSettings(folder: path, customers: ["acme"]), Self.assembly.get())
  }

  private func accept(_ floor: WatchFloor, _ bytes: [UInt8]) throws {
    try floor.accept(
      customer: "acme", stream: "flows-2055", records: bytes, count: 1,
      opening: piece(template, second: 0, sequence: 0), openingCount: 1)
  }

  @Test("a flood in collected flows becomes an incident; after a restart data is read though its template came before")
  func flood() throws {
    let path = NSTemporaryDirectory() + "weir-flows-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    do {
      let floor = try floor(path)
      try accept(floor, piece(template, second: 0, sequence: 1))
      for second in 1..<20 { try accept(floor, piece(synFlows(second), second: Int64(second), sequence: second + 1)) }
      floor.settle()
      let view = try #require(floor.view(of: "acme"))
      #expect(view.counts.events == 19 * 30)
      #expect(view.incidents.contains { $0.kind == .l3l4Flood && $0.hosts == ["203.0.113.9"] })
      floor.stop()
    }
    let again = try floor(path)
    let before = try #require(again.view(of: "acme")).counts.events
    try accept(again, piece(synFlows(20), second: 20, sequence: 21))
    again.settle()
    #expect(try #require(again.view(of: "acme")).counts.events == before + 30)
    // Each file of the spool is a capture that reads alone.
    let paths = again.spool.segments(of: "acme")
    let intake = try again.assembly.intake(paths)
    let batch = EventBatch()
    let worker = intake.makeWorker()
    var rows = 0
    while intake.next(into: batch) {
      worker.decode(batch)
      rows += batch.count
    }
    #expect(rows == 20 * 30)
    again.stop()
  }
}
