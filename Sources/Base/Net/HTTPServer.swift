import CMicroHTTPD
import Dispatch
import Foundation
import Model
import Synchronization

/// Bounds of a server.
package struct HTTPLimits: Sendable {
  /// Fewer where the system lets the process open fewer files.
  package var connections = 12_000
  package var connectionsPerAddress = 500
  /// Seconds without a byte after which a connection ends, and in which a request must have come whole.
  package var idleSeconds = 30
  package var requestSeconds = 120
  /// Bytes for a connection's headers.
  package var headerBytes = 32 << 10
  /// Bytes of a refused body that are read to the end, so that the client sees the answer rather than a broken pipe.
  package var discardBytes = 8 << 20
  /// Requests that are answered at once; more wait.
  package var workers = 16

  package init() {}
}

/// A certificate chain and its key, as PEM texts.
package struct TLSIdentity: Sendable {
  package let certificate: String
  package let key: String

  package init(certificate: String, key: String) {
    self.certificate = certificate
    self.key = key
  }
}

/// HTTP/1.1 by libmicrohttpd: two threads read and write, workers answer, and a connection sleeps meanwhile.
package final class HTTPServer: @unchecked Sendable {
  /// Where it really listens: the port is another than asked for where that was 0.
  package private(set) var endpoint: Endpoint
  let application: any HTTPApplication
  let limits: HTTPLimits
  let watch: ConnectionWatch
  private let workers: OperationQueue
  private let timer: any DispatchSourceTimer
  // Written in `init` and `stop` only.
  private var daemon: OpaquePointer?
  private let door: Unmanaged<Door>
  private let streams = Mutex<[EventStream]>([])

  /// Starts to listen. Errors: the address is in use or not this machine's, or the certificate is none.
  package init(
    _ endpoint: Endpoint, tls: TLSIdentity? = nil, limits: HTTPLimits = HTTPLimits(),
    application: any HTTPApplication
  ) throws(WorldError) {
    self.application = application
    self.limits = limits
    watch = ConnectionWatch(patience: .seconds(limits.requestSeconds))
    workers = OperationQueue()
    workers.maxConcurrentOperationCount = limits.workers
    timer = DispatchSource.makeTimerSource(queue: .global())
    self.endpoint = endpoint
    door = Unmanaged.passRetained(Door())
    let context = door.toOpaque()
    errno = 0
    let started = endpoint.withAddress { address, _ in Self.start(address, tls, limits, context) } ?? nil
    guard let started else {
      door.release()
      timer.resume()
      timer.cancel()
      let why = errno == 0 ? "the certificate or its key cannot be used" : String(cString: strerror(errno)).lowercased()
      throw WorldError(what: "cannot listen", place: "\(endpoint)", why: why, retryHelps: errno == EADDRINUSE)
    }
    self.endpoint.port = UInt16(cmhd_port(started))
    daemon = started
    door.takeUnretainedValue().server.withLock { $0 = self }
    timer.schedule(deadline: .now() + 1, repeating: 1)
    timer.setEventHandler { [watch] in watch.sweep() }
    timer.resume()
  }

  private static func start(
    _ address: UnsafePointer<sockaddr>, _ tls: TLSIdentity?, _ limits: HTTPLimits, _ context: UnsafeMutableRawPointer
  ) -> OpaquePointer? {
    var settings = cmhd_settings()
    settings.address = address
    settings.threads = 2
    settings.connections = UInt32(
      min(limits.connections, max(64, openFiles(atLeast: limits.connections + 1_024) - 1_024)))
    settings.connections_per_address = UInt32(limits.connectionsPerAddress)
    settings.idle_seconds = UInt32(limits.idleSeconds)
    settings.memory_per_connection = limits.headerBytes
    guard let tls else { return cmhd_start(&settings, handleAccess, handleCompletion, handleConnection, context) }
    return tls.certificate.withCString { certificate in
      tls.key.withCString { key in
        settings.certificate = certificate
        settings.key = key
        return cmhd_start(&settings, handleAccess, handleCompletion, handleConnection, context)
      }
    }
  }

  /// Takes no more connections, lets requests end, ends streams, and returns when all threads are gone.
  package func stop() {
    guard let daemon else { return }
    self.daemon = nil
    timer.cancel()
    let socket = MHD_quiesce_daemon(daemon)
    if socket >= 0 { close(socket) }
    workers.waitUntilAllOperationsAreFinished()
    // The library gives up on a daemon whose connections still sleep.
    streams.withLock { $0.forEach { $0.end() } }
    MHD_stop_daemon(daemon)
    door.takeUnretainedValue().server.withLock { $0 = nil }
    door.release()
  }

  /// Remembers a stream, so that `stop` can end it.
  func remember(_ stream: EventStream) {
    streams.withLock { streams in
      streams.removeAll { $0.isOver }
      streams.append(stream)
    }
  }

  func answer(_ exchange: Exchange, on connection: OpaquePointer) {
    // The pointer is the library's own name of the connection; it stays valid while the connection sleeps.
    nonisolated(unsafe) let connection = connection
    MHD_suspend_connection(connection)
    workers.addOperation { [application] in
      if let sink = exchange.sink { exchange.response = application.answer(exchange.request, sink) }
      MHD_resume_connection(connection)
    }
  }
}

/// What the library's callbacks hold: the server, once it is made.
final class Door: Sendable {
  let server = Mutex<HTTPServer?>(nil)
}

/// Raises the number of files that the process may open to `count`, as far as it may; the number it has then.
private func openFiles(atLeast count: Int) -> Int {
  var limit = rlimit()
  guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1_024 }
  if limit.rlim_cur < count {
    limit.rlim_cur = min(rlim_t(count), limit.rlim_max)
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  }
  return Int(clamping: limit.rlim_cur)
}
