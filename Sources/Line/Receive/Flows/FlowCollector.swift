import CNetwork
import Foundation
import Model
import Net
import Synchronization

/// Keeps records for good, as lines are kept; `opening` is what a file of them begins with, so that it can be read alone.
package typealias KeepRecords = @Sendable (_ records: RecordPiece, _ opening: RecordPiece) throws -> Void

/// Bytes of a binary stream and how many numbered records they hold.
package struct RecordPiece: Sendable {
  package var bytes: [UInt8] = []
  package var count = 0

  package init() {}

  /// The header of a capture file: times in nanoseconds, frames of one link layer. May stand between records too.
  mutating func beginCapture(link: UInt32) {
    bytes.reserveCapacity(640 << 10)
    for number in [0xa1b2_3c4d, 0x0004_0002, 0, 0, 262_144, link] as [UInt32] { little(number) }
  }

  /// What stands before a packet that was captured whole.
  mutating func beginPacket(at time: Int64, bytes count: Int) {
    little(UInt32(truncatingIfNeeded: time / 1_000_000_000))
    little(UInt32(truncatingIfNeeded: time % 1_000_000_000))
    little(UInt32(count))
    little(UInt32(count))
  }

  @inline(__always) private mutating func little(_ number: UInt32) {
    withUnsafeBytes(of: number.littleEndian) { bytes += $0 }
  }
}

/// NetFlow v5 and v9, IPFIX and sFlow over UDP, of any number of exporters on one port.
///
/// Datagrams are kept as packets of a capture with the time they came, so that everything that reads captures reads them.
/// One thread takes datagrams, another waits for the disk; what neither has room for is counted as lost.
package final class FlowCollector: Receiver {
  private let endpoint: Endpoint
  private let keep: KeepRecords
  private let recall: @Sendable (_ body: (UnsafeRawBufferPointer) -> Void) -> Void
  private let thread = ReceiverThread()
  private let queue = PieceQueue(limit: 64 << 20)

  /// Datagrams are handed on once this many bytes wait, or nothing more comes for this long.
  private static let pieceBytes = 512 << 10
  private static let pauseMilliseconds: Int32 = 20
  private static let atOnce = 64

  /// `recall` hands out what is still kept of this collector, as it was kept: templates and sequence numbers go on from
  /// there.
  package init(
    _ endpoint: Endpoint, recall: @escaping @Sendable (_ body: (UnsafeRawBufferPointer) -> Void) -> Void = { _ in },
    keep: @escaping KeepRecords
  ) {
    self.endpoint = endpoint
    self.recall = recall
    self.keep = keep
  }

  package var place: String { "NetFlow, IPFIX and sFlow over UDP on \(endpoint)" }
  package var counts: ReceiveCounts { thread.counts }
  /// The port it really listens on.
  package var port: UInt16 { thread.port }

  package func start() throws(WorldError) {
    let socket = try openSocket(endpoint, SOCK_DGRAM, place)
    // Some tenths of a second of a million flows, for when this process has to wait for a processor.
    net_make_room(socket, 32 << 20)
    thread.begin(socket: socket) { [self] in
      let kept = DispatchSemaphore(value: 0)
      Thread.detachNewThread { [self] in
        while let (piece, opening) = queue.take() { keepForGood(piece, opening) }
        kept.signal()
      }
      let exporters = ExporterWatch()
      recall { exporters.recall($0) }
      receive(on: socket, exporters)
      queue.end()
      kept.wait()
    }
  }

  package func stop() { thread.end() }

  private func receive(on socket: Int32, _ exporters: ExporterWatch) {
    let room = UnsafeMutablePointer<UInt8>.allocate(capacity: Self.atOnce * 65_536)
    let datagrams = UnsafeMutablePointer<net_datagram>.allocate(capacity: Self.atOnce)
    defer {
      room.deallocate()
      datagrams.deallocate()
    }
    var piece = FlowPiece(port: boundPort(socket))
    var overflown: UInt32 = 0
    var ready = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
    while true {
      let isReady = poll(&ready, 1, piece.isEmpty ? 200 : Self.pauseMilliseconds) > 0
      if !isReady || piece.bytes.count >= Self.pieceBytes {
        handOn(&piece, exporters, overflown)
        if !isReady, thread.isOver { return }
        if !isReady { continue }
      }
      let count = net_receive(socket, room, datagrams, Int32(Self.atOnce), &overflown)
      let now = Self.now()
      for place in 0..<max(0, Int(count)) { take(datagrams[place], at: now, &piece, exporters) }
    }
  }

  private func take(_ datagram: net_datagram, at now: Int64, _ piece: inout FlowPiece, _ exporters: ExporterWatch) {
    let bytes = UnsafeBufferPointer(start: datagram.bytes, count: Int(datagram.count))
    let source = withUnsafeBytes(of: datagram.source) { exporters.address($0) }
    guard datagram.sent <= datagram.count, exporters.watch(bytes, from: source) else {
      piece.foreign += 1
      return
    }
    piece.append(bytes, from: source, port: datagram.port, at: now)
  }

  private func handOn(_ piece: inout FlowPiece, _ exporters: ExporterWatch, _ overflown: UInt32) {
    let isTaken = piece.count == 0 || queue.put(piece.records, opening: exporters.opening(port: piece.port))
    thread.count { counts in
      counts.foreign += piece.foreign
      if !isTaken { counts.lost += piece.count }
      counts.dropped = Int(overflown)
      counts.missing = exporters.missing
    }
    piece.restart()
  }

  /// While the disk refuses, the queue in memory fills; what does not fit it is lost.
  private func keepForGood(_ piece: RecordPiece, _ opening: RecordPiece) {
    let isKept = thread.insist { try keep(piece, opening) }
    thread.count { counts in
      if isKept {
        counts.messages += piece.count
        counts.bytes += piece.bytes.count
      } else {
        counts.lost += piece.count
      }
    }
  }

  private static func now() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}

/// Pieces on their way from the socket to the disk, bounded in bytes; those that wait go together.
final class PieceQueue: Sendable {
  private let limit: Int
  private let waiting = Mutex(Waiting())
  private let arrived = DispatchSemaphore(value: 0)

  private struct Waiting {
    var piece = RecordPiece()
    var opening = RecordPiece()
    var isOver = false
  }

  init(limit: Int) { self.limit = limit }

  /// False where there is no room.
  func put(_ piece: RecordPiece, opening: RecordPiece) -> Bool {
    let isTaken = waiting.withLock { waiting in
      guard waiting.piece.bytes.count + piece.bytes.count <= limit else { return false }
      // What a file begins with must hold for the first of the datagrams behind it.
      if waiting.piece.count == 0 { waiting.opening = opening }
      waiting.piece.bytes += piece.bytes
      waiting.piece.count += piece.count
      return true
    }
    if isTaken { arrived.signal() }
    return isTaken
  }

  func end() {
    waiting.withLock { $0.isOver = true }
    arrived.signal()
  }

  /// All that waits; nil at the end.
  func take() -> (piece: RecordPiece, opening: RecordPiece)? {
    while true {
      arrived.wait()
      let (taken, isOver) = waiting.withLock { waiting -> ((RecordPiece, RecordPiece)?, Bool) in
        guard waiting.piece.count > 0 else { return (nil, waiting.isOver) }
        defer { waiting.piece = RecordPiece() }
        return ((waiting.piece, waiting.opening), false)
      }
      if let taken { return taken }
      if isOver { return nil }
    }
  }
}
