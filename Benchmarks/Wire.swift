import Foundation

/// One HTTP connection that stays open: asks, waits for the answer, asks again. It is opened anew after a while without a
/// question, before the server ends it.
final class Wire {
  private let port: Int
  private var socket: Int32 = -1
  private var used = ContinuousClock.now
  private static let patience = Duration.seconds(15)
  private let head: String
  private var rest: [UInt8] = []

  init(port: Int, token: String) throws {
    self.port = port
    head = "Host: localhost\r\nAuthorization: Bearer \(token)\r\n"
    try open()
  }

  private func open() throws {
    if socket >= 0 { close(socket) }
    rest = []
    socket = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let code = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard code == 0 else { throw BenchError("port \(port): \(String(cString: strerror(errno)))") }
    var yes: Int32 = 1
    setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
  }

  deinit { close(socket) }

  /// The status and the body of the answer.
  func ask(_ method: String, _ path: String, _ body: [UInt8] = []) throws -> (status: Int, body: [UInt8]) {
    if ContinuousClock.now - used > Self.patience { try open() }
    defer { used = .now }
    try write(Array("\(method) \(path) HTTP/1.1\r\n\(head)Content-Length: \(body.count)\r\n\r\n".utf8) + body)
    let headers = try readHead()
    let status = Int(headers.split(separator: " ").dropFirst().first ?? "") ?? 0
    let length = headers.firstMatch(of: /(?i)content-length: *([0-9]+)/).flatMap { Int($0.1) } ?? 0
    while rest.count < length { try read() }
    defer { rest.removeFirst(length) }
    return (status, Array(rest.prefix(length)))
  }

  /// Listens to events until the connection ends: each one's data, and when it came.
  func listen(_ path: String, _ hear: (Substring, ContinuousClock.Instant) -> Void) throws {
    try write(Array("GET \(path) HTTP/1.1\r\n\(head)\r\n".utf8))
    _ = try readHead()
    while true {
      while let end = rest.firstIndex(of: 0x0A) {
        let line = String(decoding: rest[..<end], as: UTF8.self)
        rest.removeFirst(end + 1)
        if line.hasPrefix("data: ") { hear(line.dropFirst(6), .now) }
      }
      try read()
    }
  }

  private func readHead() throws -> String {
    let end: [UInt8] = [13, 10, 13, 10]
    while true {
      if let range = rest.firstRange(of: end) {
        defer { rest.removeFirst(range.upperBound) }
        return String(decoding: rest[..<range.lowerBound], as: UTF8.self)
      }
      try read()
    }
  }

  private func read() throws {
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    let count = recv(socket, &buffer, buffer.count, 0)
    guard count > 0 else { throw BenchError("the floor closed the connection instead of answering") }
    rest += buffer.prefix(count)
  }

  private func write(_ bytes: [UInt8]) throws {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        send(socket, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { throw BenchError("the floor closed the connection") }
      sent += count
    }
  }
}
