import Foundation
import Model
import Net
import Synchronization

/// A receiver's thread and its counts: begun once, asked to end once, and waited for.
final class ReceiverThread: Sendable {
  private let state = Mutex(State())
  private let over = Atomic<Bool>(false)
  private let finished = DispatchSemaphore(value: 0)

  private struct State {
    var isRunning = false
    var socket: Int32 = -1
    var counts = ReceiveCounts()
  }

  /// Whether it shall hand over what it has and end.
  var isOver: Bool { over.load(ordering: .relaxed) }
  var counts: ReceiveCounts { state.withLock { $0.counts } }
  /// The port that is really listened on; 0 where nothing is.
  var port: UInt16 { boundPort(state.withLock { $0.socket }) }

  func count(_ change: (inout ReceiveCounts) -> Void) { state.withLock { change(&$0.counts) } }

  /// Runs `body` on a thread of its own; `socket` is closed behind it.
  func begin(socket: Int32 = -1, _ body: @escaping @Sendable () -> Void) {
    state.withLock { state in
      state.isRunning = true
      state.socket = socket
    }
    Thread.detachNewThread { [self] in
      body()
      state.withLock { $0.socket = -1 }
      if socket >= 0 { close(socket) }
      finished.signal()
    }
  }

  /// Returns when the thread has ended; at once where none was begun, or somebody else ended it.
  func end() {
    guard state.withLock({ $0.isRunning }), !over.exchange(true, ordering: .relaxed) else { return }
    finished.wait()
  }

  /// Sleeps, in pieces, so that the end is not waited for.
  func rest(_ duration: Duration) {
    let until = ContinuousClock.now + duration
    while ContinuousClock.now < until, !isOver { usleep(20_000) }
  }

  /// Does something that the disk may refuse, again and again until it works; false where the end came first.
  func insist(_ act: () throws -> Void) -> Bool {
    while true {
      do {
        try act()
        return true
      } catch {
        if isOver { return false }
        usleep(200_000)
      }
    }
  }
}

/// Lines that came from a socket and are not kept yet.
struct LineBasket {
  /// They are kept once so many bytes wait, or nothing more comes for this long.
  static let fullBytes = 256 << 10
  static let pauseMilliseconds: Int32 = 20

  var lines: [UInt8] = []
  /// Messages among them, and how many of them were cut.
  var messages = 0
  var cut = 0

  var isFull: Bool { lines.count >= Self.fullBytes }
  /// How long to wait for more (ms).
  var patience: Int32 { lines.isEmpty ? 200 : Self.pauseMilliseconds }

  /// One message, which is one line whatever newlines its sender put into it.
  mutating func add(_ message: ArraySlice<UInt8>) {
    var message = message
    while let last = message.last, last == 0x0A || last == 0x0D || last == 0 { message.removeLast() }
    if message.isEmpty { return }
    lines += message.lazy.map { $0 == 0x0A || $0 == 0x0D ? 0x20 : $0 }
    lines.append(0x0A)
    messages += 1
  }

  /// Keeps what is there and counts it. Senders that cannot be made to wait lose what the disk refuses, which is counted;
  /// others wait until it is kept.
  mutating func empty(_ thread: ReceiverThread, canWait: Bool, _ keep: Keep) {
    if lines.isEmpty, cut == 0 { return }
    let isKept = lines.isEmpty || (canWait ? thread.insist { try keep(lines) } : (try? keep(lines)) != nil)
    thread.count { counts in
      counts.cut += cut
      if isKept {
        counts.messages += messages
        counts.bytes += lines.count
      } else {
        counts.lost += messages
      }
    }
    lines.removeAll(keepingCapacity: true)
    (messages, cut) = (0, 0)
  }
}

/// A bound socket.
func openSocket(_ endpoint: Endpoint, _ kind: __socket_type, _ place: String) throws(WorldError) -> Int32 {
  let family = endpoint.host.contains(":") ? AF_INET6 : AF_INET
  let socket = Foundation.socket(family, Int32(kind.rawValue | SOCK_CLOEXEC.rawValue), 0)
  guard socket >= 0 else { throw WorldError(what: "cannot listen", place: place, code: errno) }
  var yes: Int32 = 1
  if kind == SOCK_STREAM { setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size)) }
  guard endpoint.withAddress({ bind(socket, $0, $1) }) == 0, kind != SOCK_STREAM || listen(socket, 64) == 0 else {
    let code = errno
    close(socket)
    throw WorldError(what: "cannot listen", place: place, code: code)
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
