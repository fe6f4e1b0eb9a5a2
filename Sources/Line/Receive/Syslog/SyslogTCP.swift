import Foundation
import Model
import Net
import Synchronization

/// Syslog over TCP or TLS, many senders on one thread. Sources: RFC 6587, RFC 5425.
///
/// While lines are being kept nothing is read, so that senders wait rather than lose.
package final class SyslogTCP: Receiver {
  private let endpoint: Endpoint
  private let files: TLSFiles?
  private let keep: Keep
  private let thread = ReceiverThread()
  private let tls = Mutex<TLSContext?>(nil)

  /// More senders at once are refused; those silent for so long are let go, sooner while they have not shown who they
  /// are.
  private static let senderLimit = 1_000
  private static let patience = Duration.seconds(3_600)
  private static let handshakePatience = Duration.seconds(30)

  /// Over TLS where `tls` names a certificate.
  package init(_ endpoint: Endpoint, tls: TLSFiles? = nil, keep: @escaping Keep) {
    self.endpoint = endpoint
    files = tls
    self.keep = keep
  }

  package var place: String { "syslog over \(files == nil ? "TCP" : "TLS") on \(endpoint)" }
  package var counts: ReceiveCounts { thread.counts }
  /// The port it really listens on.
  package var port: UInt16 { thread.port }

  package func start() throws(WorldError) {
    try renew()
    let socket = try openSocket(endpoint, SOCK_STREAM, place)
    thread.begin(socket: socket) { [self] in serve(on: socket) }
  }

  /// Reads the certificate anew, for connections that come from now on.
  package func renew() throws(WorldError) {
    guard let files else { return }
    let context = try TLSContext(files)
    tls.withLock { $0 = context }
  }

  package func stop() { thread.end() }

  private func serve(on listener: Int32) {
    var senders: [Int32: Sender] = [:]
    var basket = LineBasket()
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      var ready = [pollfd(fd: listener, events: Int16(POLLIN), revents: 0)]
      ready += senders.values.map { pollfd(fd: $0.channel.socket, events: $0.events, revents: 0) }
      let count = poll(&ready, nfds_t(ready.count), basket.patience)
      if count <= 0 || basket.isFull { basket.empty(thread, canWait: true, keep) }
      if count <= 0 {
        if thread.isOver { break }
        dropSilent(&senders)
        continue
      }
      if ready[0].revents != 0 { greet(listener, &senders) }
      for socket in ready.dropFirst() where socket.revents != 0 {
        if let sender = senders[socket.fd], sender.read(&buffer, &basket) { continue }
        senders.removeValue(forKey: socket.fd)?.finish(&basket)
      }
    }
    for sender in senders.values { sender.finish(&basket) }
    basket.empty(thread, canWait: true, keep)
  }

  private func greet(_ listener: Int32, _ senders: inout [Int32: Sender]) {
    let socket = accept(listener, nil, nil)
    guard socket >= 0 else { return }
    guard senders.count < Self.senderLimit, !thread.isOver else {
      close(socket)
      return thread.count { $0.refused += 1 }
    }
    senders[socket] = Sender(Channel(socket, tls: tls.withLock { $0 }))
    thread.count { $0.connections += 1 }
  }

  private func dropSilent(_ senders: inout [Int32: Sender]) {
    let now = ContinuousClock.now
    for (socket, sender) in senders {
      let patience = sender.channel.isOpen ? Self.patience : Self.handshakePatience
      if now - sender.heard > patience { senders[socket] = nil }
    }
  }
}

/// One sender's connection.
private final class Sender {
  var channel: Channel
  private var framing = SyslogFraming()
  private(set) var heard = ContinuousClock.now

  init(_ channel: consuming Channel) { self.channel = channel }

  var events: Int16 { Int16(channel.wantsToWrite ? POLLOUT : POLLIN) }

  /// Takes all that has come; false at the end.
  func read(_ buffer: inout [UInt8], _ basket: inout LineBasket) -> Bool {
    // TLS may hold more than the socket shows: one record at most.
    repeat {
      switch channel.read(into: &buffer) {
      case .nothing: return true
      case .end: return false
      case .bytes(let count):
        heard = .now
        let before = (messages: framing.messages, cut: framing.cut)
        framing.take(buffer.prefix(count), into: &basket.lines)
        basket.messages += framing.messages - before.messages
        basket.cut += framing.cut - before.cut
      }
    } while channel.hasRest
    return true
  }

  /// What is left when the connection ends.
  func finish(_ basket: inout LineBasket) {
    let before = framing.messages
    framing.finish(into: &basket.lines)
    basket.messages += framing.messages - before
  }
}
