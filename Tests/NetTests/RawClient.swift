import Foundation
import Testing

@testable import Net

/// A client that sends exactly the bytes it is told to.
final class RawClient {
  private let socket: Int32
  private var buffer: [UInt8] = []

  init(_ endpoint: Endpoint) throws {
    socket = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var patience = timeval(tv_sec: 5, tv_usec: 0)
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    let socket = socket
    let code = try #require(endpoint.withAddress { connect(socket, $0, $1) })
    try #require(code == 0)
  }

  deinit { close(socket) }

  /// False where the other side has closed the connection.
  @discardableResult func send(_ text: String) -> Bool {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Foundation.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      if count <= 0 { return false }
      bytes = bytes.dropFirst(count)
    }
    return true
  }

  /// Everything up to a text; nil where the connection ends or nothing comes for five seconds.
  func read(until end: String) -> String? {
    while true {
      let text = String(decoding: buffer, as: UTF8.self)
      if let range = text.range(of: end) {
        let taken = String(text[..<range.upperBound])
        buffer.removeFirst(taken.utf8.count)
        return taken
      }
      guard receive() else { return nil }
    }
  }

  /// Status and body of the next answer, which must say its length.
  func response() -> (status: Int, body: String)? {
    guard let head = read(until: "\r\n\r\n"), let status = Int(head.dropFirst(9).prefix(3)),
      let length = head.lowercased().firstMatch(of: /content-length: ([0-9]+)/).flatMap({ Int($0.1) })
    else { return nil }
    while buffer.count < length { guard receive() else { return nil } }
    defer { buffer.removeFirst(length) }
    return (status, String(decoding: buffer.prefix(length), as: UTF8.self))
  }

  private func receive() -> Bool {
    var chunk = [UInt8](repeating: 0, count: 65_536)
    let count = recv(socket, &chunk, chunk.count, 0)
    if count > 0 { buffer += chunk.prefix(count) }
    return count > 0
  }
}
