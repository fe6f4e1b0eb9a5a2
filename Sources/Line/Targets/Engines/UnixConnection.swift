import Glibc

/// One connection to a Unix socket, for one request.
struct UnixConnection {
  private let handle: Int32

  /// nil where nobody listens.
  init?(_ path: String) {
    handle = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    guard handle >= 0 else { return nil }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let room = MemoryLayout.size(ofValue: address.sun_path)
    guard path.utf8.count < room else {
      Glibc.close(handle)
      return nil
    }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let answer = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(handle, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard answer == 0 else {
      Glibc.close(handle)
      return nil
    }
    var wait = timeval(tv_sec: 10, tv_usec: 0)
    setsockopt(handle, SOL_SOCKET, SO_RCVTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
  }

  func close() { Glibc.close(handle) }

  /// Sends a request and reads the status of the answer; nil where there was none.
  func status(of request: [UInt8]) -> Int? {
    defer { close() }
    var sent = 0
    while sent < request.count {
      let count = request[sent...].withUnsafeBytes { send(handle, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      guard count > 0 else { break }
      sent += count
    }
    var answer: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 512)
    while answer.count < 12 {
      let count = recv(handle, &part, part.count, 0)
      guard count > 0 else { return nil }
      answer += part[..<count]
    }
    // "HTTP/1.1 403".
    guard answer.starts(with: "HTTP/1.".utf8) else { return nil }
    return Int(String(decoding: answer[9..<12], as: UTF8.self))
  }
}
