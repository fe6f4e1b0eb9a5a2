import Foundation
import Net
import Synchronization

/// Syslog over TCP, many senders on one thread. Source: RFC 6587.
///
/// While lines are being kept nothing is read, so that senders wait rather than lose.
package final class SyslogTCP: Receiver {
  private let endpoint: Endpoint
  private let keep: Keep
  private let state = Mutex(State())
  private let finished = DispatchSemaphore(value: 0)
  private let isOver = Atomic<Bool>(false)

  private struct State {
    var socket: Int32 = -1
    var counts = ReceiveCounts()
  }

  private struct Sender {
    var framing = SyslogFraming()
    var heard = ContinuousClock.now
  }

  /// More senders at once are refused; those silent for so long are let go.
  private static let senderLimit = 1_000
  private static let patience = Duration.seconds(3_600)
  private static let batchBytes = 256 << 10
  private static let pauseMilliseconds: Int32 = 20

  package init(_ endpoint: Endpoint, keep: @escaping Keep) {
    self.endpoint = endpoint
    self.keep = keep
  }

  package var place: String { "syslog over TCP on \(endpoint)" }
  package var counts: ReceiveCounts { state.withLock { $0.counts } }
  /// The port it really listens on.
  package var port: UInt16 { boundPort(state.withLock { $0.socket }) }

  package func start() throws(ReceiveError) {
    let socket = try openSocket(endpoint, SOCK_STREAM, place)
    guard listen(socket, 64) == 0 else {
      let code = errno
      close(socket)
      throw ReceiveError(what: "cannot listen", place: place, code: code)
    }
    state.withLock { $0.socket = socket }
    Thread.detachNewThread { [self] in
      serve(on: socket)
      close(socket)
      finished.signal()
    }
  }

  package func stop() {
    guard state.withLock({ $0.socket >= 0 }), !isOver.exchange(true, ordering: .relaxed) else { return }
    finished.wait()
  }

  private func serve(on listener: Int32) {
    var senders: [Int32: Sender] = [:]
    var lines: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      var ready = [pollfd(fd: listener, events: Int16(POLLIN), revents: 0)]
      ready += senders.keys.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
      let count = poll(&ready, nfds_t(ready.count), lines.isEmpty ? 200 : Self.pauseMilliseconds)
      if count <= 0 || lines.count >= Self.batchBytes { flush(&lines) }
      if isOver.load(ordering: .relaxed), count <= 0 { break }
      if count <= 0 {
        dropSilent(&senders)
        continue
      }
      if ready[0].revents != 0 { greet(listener, &senders) }
      for socket in ready.dropFirst() where socket.revents != 0 {
        read(socket.fd, &senders, &buffer, &lines)
      }
    }
    for socket in senders.keys { end(socket, &senders, &lines) }
    flush(&lines)
  }

  private func greet(_ listener: Int32, _ senders: inout [Int32: Sender]) {
    let socket = accept(listener, nil, nil)
    guard socket >= 0 else { return }
    guard senders.count < Self.senderLimit, !isOver.load(ordering: .relaxed) else {
      close(socket)
      state.withLock { $0.counts.refused += 1 }
      return
    }
    senders[socket] = Sender()
    state.withLock { $0.counts.connections += 1 }
  }

  private func read(
    _ socket: Int32, _ senders: inout [Int32: Sender], _ buffer: inout [UInt8], _ lines: inout [UInt8]
  ) {
    let count = recv(socket, &buffer, buffer.count, Int32(MSG_DONTWAIT))
    if count < 0, errno == EAGAIN || errno == EINTR { return }
    guard count > 0, var sender = senders[socket] else { return end(socket, &senders, &lines) }
    // Taken out and put back, so that its bytes are not copied.
    senders[socket] = nil
    let before = (messages: sender.framing.messages, cut: sender.framing.cut)
    sender.framing.take(buffer.prefix(count), into: &lines)
    sender.heard = .now
    note(sender.framing.messages - before.messages, sender.framing.cut - before.cut)
    senders[socket] = sender
  }

  private func end(_ socket: Int32, _ senders: inout [Int32: Sender], _ lines: inout [UInt8]) {
    if var sender = senders.removeValue(forKey: socket) {
      let before = sender.framing.messages
      sender.framing.finish(into: &lines)
      note(sender.framing.messages - before, 0)
    }
    close(socket)
  }

  private func dropSilent(_ senders: inout [Int32: Sender]) {
    for (socket, sender) in senders where ContinuousClock.now - sender.heard > Self.patience {
      senders[socket] = nil
      close(socket)
    }
  }

  private func note(_ messages: Int, _ cut: Int) {
    state.withLock { state in
      state.counts.messages += messages
      state.counts.cut += cut
    }
  }

  /// Keeps what has come; while the disk refuses, waits and tries again, and senders wait with it.
  private func flush(_ lines: inout [UInt8]) {
    if lines.isEmpty { return }
    while true {
      do {
        try keep(lines)
        state.withLock { $0.counts.bytes += lines.count }
        break
      } catch {
        guard !isOver.load(ordering: .relaxed) else {
          state.withLock { $0.counts.lost += lines.count { $0 == 0x0A } }
          break
        }
        usleep(500_000)
      }
    }
    lines.removeAll(keepingCapacity: true)
  }
}
