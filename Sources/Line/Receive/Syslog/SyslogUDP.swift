import Foundation
import Model
import Net

/// Syslog over UDP: one datagram is one message. Source: RFC 5426.
package final class SyslogUDP: Receiver {
  private let endpoint: Endpoint
  private let keep: Keep
  private let thread = ReceiverThread()

  package init(_ endpoint: Endpoint, keep: @escaping Keep) {
    self.endpoint = endpoint
    self.keep = keep
  }

  package var place: String { "syslog over UDP on \(endpoint)" }
  package var counts: ReceiveCounts { thread.counts }
  /// The port it really listens on.
  package var port: UInt16 { thread.port }

  package func start() throws(WorldError) {
    let socket = try openSocket(endpoint, SOCK_DGRAM, place)
    var room: Int32 = 8 << 20
    // As much as the system allows: what does not fit while the disk is busy is lost.
    setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &room, socklen_t(MemoryLayout<Int32>.size))
    thread.begin(socket: socket) { [self] in receive(on: socket) }
  }

  package func stop() { thread.end() }

  private func receive(on socket: Int32) {
    var buffer = [UInt8](repeating: 0, count: SyslogFraming.limit)
    var basket = LineBasket()
    var ready = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
    while true {
      let isReady = poll(&ready, 1, basket.patience) > 0
      if !isReady || basket.isFull { basket.empty(thread, canWait: false, keep) }
      if !isReady {
        if thread.isOver { return }
        continue
      }
      let count = recv(socket, &buffer, buffer.count, Int32(MSG_DONTWAIT) | Int32(MSG_TRUNC))
      guard count > 0 else { continue }
      if count > buffer.count { basket.cut += 1 }
      basket.add(buffer.prefix(count))
    }
  }
}
