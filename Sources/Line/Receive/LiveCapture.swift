import CNetwork
import Foundation
import Model
import Synchronization

/// Packets of one of this machine's interfaces as they pass, handed on as pieces of a capture.
///
/// Needs the right to open packet sockets (root, or CAP_NET_RAW), for opening alone. The interface is not made to listen
/// to what is not meant for it: a mirror port is set up by whoever owns it.
package final class LiveCapture: Receiver {
  private let interface: String
  private let keep: KeepRecords
  private let state = Mutex(State())
  private let queue = PieceQueue(limit: 64 << 20)
  private let finished = DispatchSemaphore(value: 0)
  private let isOver = Atomic<Bool>(false)

  private struct State {
    var socket: Int32 = -1
    var counts = ReceiveCounts()
  }

  private static let pieceBytes = 512 << 10
  private static let pauseMilliseconds: Int32 = 20
  private static let atOnce = 64
  /// What the system says of packets that this machine sends: on the loopback device they come in as well.
  private static let outgoing = 4

  package init(_ interface: String, keep: @escaping KeepRecords) {
    self.interface = interface
    self.keep = keep
  }

  package var place: String { "packets of interface \(interface)" }
  package var counts: ReceiveCounts { state.withLock { $0.counts } }

  /// Opens the interface. Errors: there is none of that name, or no right to.
  package func open() throws(WorldError) {
    let socket = net_open_capture(interface)
    guard socket >= 0 else { throw WorldError(what: "cannot capture", place: place, code: errno) }
    net_make_room(socket, 32 << 20)
    state.withLock { $0.socket = socket }
  }

  package func start() throws(WorldError) {
    if state.withLock({ $0.socket < 0 }) { try open() }
    let socket = state.withLock { $0.socket }
    Thread.detachNewThread { [self] in
      capture(on: socket)
      close(socket)
      queue.end()
    }
    Thread.detachNewThread { [self] in
      while let (piece, opening) = queue.take() { keepForGood(piece, opening) }
      finished.signal()
    }
  }

  package func stop() {
    guard state.withLock({ $0.socket >= 0 }), !isOver.exchange(true, ordering: .relaxed) else { return }
    finished.wait()
  }

  private func capture(on socket: Int32) {
    let room = UnsafeMutablePointer<UInt8>.allocate(capacity: Self.atOnce * 65_536)
    let frames = UnsafeMutablePointer<net_datagram>.allocate(capacity: Self.atOnce)
    defer {
      room.deallocate()
      frames.deallocate()
    }
    let isLoopback = interface == "lo"
    var piece = RecordPiece()
    var overflown: UInt32 = 0
    var ready = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
    while !isOver.load(ordering: .relaxed) {
      let isReady = poll(&ready, 1, piece.count == 0 ? 100 : Self.pauseMilliseconds) > 0
      if !isReady || piece.bytes.count >= Self.pieceBytes { handOn(&piece, overflown) }
      if !isReady { continue }
      let count = net_capture(socket, room, frames, Int32(Self.atOnce), &overflown)
      var time = timespec()
      clock_gettime(CLOCK_REALTIME, &time)
      let now = Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
      for place in 0..<max(0, Int(count)) {
        if isLoopback, Int(frames[place].port) == Self.outgoing { continue }
        if piece.count == 0 { piece.beginCapture(link: 1) }
        piece.beginPacket(at: now, bytes: Int(frames[place].count))
        piece.bytes += UnsafeBufferPointer(start: frames[place].bytes, count: Int(frames[place].count))
        piece.count += 1
      }
    }
    handOn(&piece, overflown)
  }

  private func handOn(_ piece: inout RecordPiece, _ overflown: UInt32) {
    let isTaken = piece.count == 0 || queue.put(piece, opening: RecordPiece())
    state.withLock { state in
      state.counts.dropped = Int(overflown)
      if !isTaken { state.counts.lost += piece.count }
    }
    piece = RecordPiece()
  }

  private func keepForGood(_ piece: RecordPiece, _ opening: RecordPiece) {
    var isKept = true
    do { try keep(piece, opening) } catch { isKept = false }
    state.withLock { state in
      state.counts.messages += isKept ? piece.count : 0
      state.counts.bytes += isKept ? piece.bytes.count : 0
      state.counts.lost += isKept ? 0 : piece.count
    }
  }
}

extension LiveCapture {
  /// Gives up every right of this process but that of its user, once the interface is open; in words, what came of it.
  package static func giveUpRights() -> String {
    guard getuid() == 0 else { return "captures without being root" }
    return net_give_up_rights()
      ? "every right was given up once the interface was open" : "the rights of root could not be given up"
  }
}
