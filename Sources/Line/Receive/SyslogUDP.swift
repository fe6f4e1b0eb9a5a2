import Foundation
import Net
import Synchronization

/// Syslog over UDP: one datagram is one message. Source: RFC 5426.
package final class SyslogUDP: Receiver {
  private let endpoint: Endpoint
  private let keep: Keep
  private let state = Mutex(State())
  private let finished = DispatchSemaphore(value: 0)
  private let isOver = Atomic<Bool>(false)

  private struct State {
    var socket: Int32 = -1
    var counts = ReceiveCounts()
  }

  /// Messages are kept once this many bytes wait, or nothing more comes for this long.
  private static let batchBytes = 256 << 10
  private static let pauseMilliseconds: Int32 = 20

  package init(_ endpoint: Endpoint, keep: @escaping Keep) {
    self.endpoint = endpoint
    self.keep = keep
  }

  package var place: String { "syslog over UDP on \(endpoint)" }
  package var counts: ReceiveCounts { state.withLock { $0.counts } }
  /// The port it really listens on.
  package var port: UInt16 { boundPort(state.withLock { $0.socket }) }

  package func start() throws(ReceiveError) {
    let socket = try openSocket(endpoint, SOCK_DGRAM, place)
    var room: Int32 = 8 << 20
    // As much as the system allows: what does not fit while the disk is busy is lost.
    setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &room, socklen_t(MemoryLayout<Int32>.size))
    state.withLock { $0.socket = socket }
    Thread.detachNewThread { [self] in
      receive(on: socket)
      close(socket)
      finished.signal()
    }
  }

  package func stop() {
    guard state.withLock({ $0.socket >= 0 }), !isOver.exchange(true, ordering: .relaxed) else { return }
    finished.wait()
  }

  private func receive(on socket: Int32) {
    var buffer = [UInt8](repeating: 0, count: SyslogFraming.limit)
    var lines: [UInt8] = []
    var messages = 0
    var ready = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
    while true {
      let isReady = poll(&ready, 1, lines.isEmpty ? 200 : Self.pauseMilliseconds) > 0
      if !isReady || lines.count >= Self.batchBytes {
        flush(&lines, &messages)
        if !isReady, isOver.load(ordering: .relaxed) { return }
        if !isReady { continue }
      }
      let count = recv(socket, &buffer, buffer.count, Int32(MSG_DONTWAIT) | Int32(MSG_TRUNC))
      guard count > 0 else { continue }
      if count > buffer.count { state.withLock { $0.counts.cut += 1 } }
      append(buffer.prefix(count), to: &lines)
      messages += 1
    }
  }

  /// One line, whatever newlines its sender put into it.
  private func append(_ message: ArraySlice<UInt8>, to lines: inout [UInt8]) {
    var message = message
    while let last = message.last, last == 0x0A || last == 0x0D || last == 0 { message.removeLast() }
    if message.isEmpty { return }
    lines += message.lazy.map { $0 == 0x0A || $0 == 0x0D ? 0x20 : $0 }
    lines.append(0x0A)
  }

  private func flush(_ lines: inout [UInt8], _ messages: inout Int) {
    if lines.isEmpty { return }
    var isKept = true
    do { try keep(lines) } catch { isKept = false }
    state.withLock { state in
      if isKept {
        state.counts.messages += messages
        state.counts.bytes += lines.count
      } else {
        state.counts.lost += messages
      }
    }
    lines.removeAll(keepingCapacity: true)
    messages = 0
  }
}

/// A bound socket.
func openSocket(_ endpoint: Endpoint, _ kind: __socket_type, _ place: String) throws(ReceiveError) -> Int32 {
  let family = endpoint.host.contains(":") ? AF_INET6 : AF_INET
  let socket = Foundation.socket(family, Int32(kind.rawValue | SOCK_CLOEXEC.rawValue), 0)
  guard socket >= 0 else { throw ReceiveError(what: "cannot listen", place: place, code: errno) }
  var yes: Int32 = 1
  if kind == SOCK_STREAM { setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size)) }
  guard endpoint.withAddress({ bind(socket, $0, $1) }) == 0 else {
    let code = errno
    close(socket)
    throw ReceiveError(what: "cannot listen", place: place, code: code)
  }
  return socket
}

func boundPort(_ socket: Int32) -> UInt16 {
  var address = sockaddr_in6()
  var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
  let code = withUnsafeMutableBytes(of: &address) {
    getsockname(socket, $0.baseAddress!.assumingMemoryBound(to: sockaddr.self), &length)
  }
  // The port stands in the same place for both families.
  return code == 0 ? UInt16(bigEndian: address.sin6_port) : 0
}
