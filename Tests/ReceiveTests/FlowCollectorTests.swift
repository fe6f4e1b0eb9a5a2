import Flows
import Foundation
import Model
import Net
import Packets
import Synchronization
import Testing

@testable import Receive

private func two(_ numbers: Int...) -> [UInt8] { numbers.flatMap { [UInt8($0 >> 8 & 255), UInt8($0 & 255)] } }
private func four(_ numbers: Int...) -> [UInt8] { numbers.flatMap { two($0 >> 16, $0) } }
private func set(_ id: Int, _ content: [UInt8]) -> [UInt8] { two(id, 4 + content.count) + content }

/// A NetFlow v9 datagram of these sets.
private func version9(_ sets: [UInt8], sequence: Int) -> [UInt8] {
  two(9, 1) + four(60_000, 1_764_000_000, sequence, 7) + sets
}

/// Source, destination, protocol, packets.
private let template = set(0, two(300, 4, 8, 4, 12, 4, 4, 1, 2, 4))
private let flow = set(300, [192, 0, 2, 9, 198, 51, 100, 9, 17, 0, 0, 1, 0])
private let sampling = set(1, two(301, 4, 4, 1, 4, 34, 4)) + set(301, four(0, 1_000))

/// Sends datagrams to a port of this machine, one after another.
private func sendDatagrams(_ datagrams: [[UInt8]], to port: UInt16) {
  let socket = Foundation.socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
  defer { close(socket) }
  _ = Endpoint("127.0.0.1:\(port)")!.withAddress { connect(socket, $0, $1) }
  for datagram in datagrams {
    _ = datagram.withUnsafeBytes { Foundation.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
  }
}

/// What a collector kept, in memory.
private final class Kept: Sendable {
  private let state = Mutex((pieces: [RecordPiece](), openings: [RecordPiece]()))
  func add(_ piece: RecordPiece, _ opening: RecordPiece) {
    state.withLock {
      $0.pieces.append(piece); $0.openings.append(opening)
    }
  }
  var bytes: [UInt8] { state.withLock { $0.pieces.flatMap(\.bytes) } }
  var count: Int { state.withLock { $0.pieces.reduce(0) { $0 + $1.count } } }
  var opening: RecordPiece? { state.withLock { $0.openings.last } }

  /// Waits until so many datagrams are there, five seconds at most.
  func wait(for count: Int) { for _ in 0..<500 where self.count < count { usleep(10_000) } }
}

/// Flows that a capture's datagrams tell of, with their weights, and who sent them.
private func flows(in capture: [UInt8]) -> [(exporter: IPAddress, packets: Int64, weight: Int64)] {
  let ledger = FlowLedger()
  var found: [(IPAddress, Int64, Int64)] = []
  capture.withUnsafeBufferPointer { buffer in
    guard let layout = CaptureLayout(firstBytes: buffer) else { return }
    var rest = Wire(buffer)
    while rest.count > 0 {
      let record = rest.kept(max(1, layout.recordLength(rest) ?? rest.count))
      rest = rest.dropped(record.count)
      guard layout.holdsFrame(record), case .frame(let frame) = layout.frame(record, []) else { continue }
      var packet = Packet(of: frame.bytes)
      guard packet.read(frame) == nil else { continue }
      _ = FlowExport.decode(packet.payload, from: packet.source, ledger) {
        found.append((packet.source, $0.packets, $1))
      }
    }
  }
  return found
}

@Suite("Flow collector", .serialized)
struct FlowCollectorTests {
  @Test("datagrams over loopback are kept as a capture with their sender; what is no export is counted; gaps are seen")
  func collects() throws {
    let kept = Kept()
    let collector = FlowCollector(Endpoint("127.0.0.1:0")!) { kept.add($0, $1) }
    try collector.start()
    sendDatagrams(
      [
        version9(template, sequence: 1), version9(flow, sequence: 2), Array("hello".utf8), version9(flow, sequence: 6),
        version9(sampling, sequence: 7), version9(flow + flow, sequence: 8),
      ], to: collector.port)
    kept.wait(for: 5)
    collector.stop()
    #expect(collector.counts.messages == 5 && collector.counts.foreign == 1 && collector.counts.missing == 3)
    #expect(collector.counts.lost == 0 && collector.counts.dropped == 0)
    let found = flows(in: kept.bytes)
    #expect(found.map(\.packets) == [256, 256, 256, 256] && found.map(\.weight) == [1, 1, 1_000, 1_000])
    #expect(found.allSatisfy { $0.exporter == IPAddress("127.0.0.1") })
  }

  @Test("templates and sampling rates outlive a restart: the next file begins with them, and gaps over the stop show")
  func remembers() throws {
    let first = Kept()
    let before = FlowCollector(Endpoint("127.0.0.1:0")!) { first.add($0, $1) }
    try before.start()
    sendDatagrams([version9(template, sequence: 1), version9(sampling, sequence: 2)], to: before.port)
    first.wait(for: 2)
    before.stop()
    let second = Kept()
    let old = first.bytes
    let after = FlowCollector(Endpoint("127.0.0.1:0")!, recall: { body in old.withUnsafeBytes(body) }) {
      second.add($0, $1)
    }
    try after.start()
    sendDatagrams([version9(flow, sequence: 5)], to: after.port)
    second.wait(for: 1)
    after.stop()
    #expect(after.counts.missing == 2)
    let opening = try #require(second.opening)
    #expect(opening.count == 1)
    #expect(flows(in: second.bytes).isEmpty)
    let found = flows(in: opening.bytes + second.bytes)
    #expect(found.count == 1 && found.first?.weight == 1_000 && found.first?.packets == 256)
  }

  @Test("many exporters on one port each have their own templates")
  func exporters() throws {
    let kept = Kept()
    let collector = FlowCollector(Endpoint("127.0.0.1:0")!) { kept.add($0, $1) }
    try collector.start()
    // One socket each: the domain is what differs where the address is the same.
    for domain in 0..<50 {
      let header = two(9, 1) + four(60_000, 1_764_000_000, 1, domain)
      sendDatagrams([header + template, header + flow], to: collector.port)
    }
    kept.wait(for: 100)
    collector.stop()
    #expect(flows(in: kept.bytes).count == 50)
    #expect(kept.opening.map { $0.count } == 50)
  }

  @Test("a queue that is full refuses, and gives all that waits in one piece")
  func queue() {
    let queue = PieceQueue(limit: 10)
    var piece = RecordPiece()
    piece.bytes = [1, 2, 3, 4]
    piece.count = 2
    #expect(queue.put(piece, opening: RecordPiece()) && queue.put(piece, opening: RecordPiece()))
    #expect(!queue.put(piece, opening: RecordPiece()))
    queue.end()
    #expect(queue.take()?.piece.count == 4)
    #expect(queue.take() == nil)
  }
}
