import Foundation
import Net
import Records
import Synchronization

@testable import Receive

/// Keeps lines in memory, and refuses them while told to.
final class Shelf: Sendable {
  struct Refused: Error {}
  private let state = Mutex((lines: [UInt8](), mark: DeliveryMark?.none, refuses: false))

  var text: String { state.withLock { String(decoding: $0.lines, as: UTF8.self) } }
  var lines: [String] { text.split(separator: "\n").map(String.init) }
  var mark: DeliveryMark? { state.withLock { $0.mark } }
  func refuse(_ refuses: Bool) { state.withLock { $0.refuses = refuses } }

  func keep(_ lines: [UInt8], _ mark: DeliveryMark? = nil) throws {
    try state.withLock { state in
      if state.refuses { throw Refused() }
      state.lines += lines
      state.mark = mark
    }
  }

  /// Waits until so many lines are there, five seconds at most.
  func wait(for count: Int) {
    for _ in 0..<500 where lines.count < count { usleep(10_000) }
  }
}

/// A folder of a test's own, gone when the test is.
final class TemporaryFolder {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.path + "/weir-receive-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  static func / (folder: TemporaryFolder, name: String) -> String { folder.path + "/" + name }
}

/// Appends to a file, as a server does.
func append(_ text: String, to path: String) {
  let file = open(path, O_WRONLY | O_APPEND | O_CREAT, 0o644)
  defer { close(file) }
  let bytes = Array(text.utf8)
  _ = bytes.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
}

/// Sends bytes by UDP or TCP to a port of this machine; a TCP connection is closed afterwards.
func send(_ pieces: [String], port: UInt16, udp: Bool) {
  let kind = udp ? SOCK_DGRAM : SOCK_STREAM
  let socket = Foundation.socket(AF_INET, Int32(kind.rawValue), 0)
  defer { close(socket) }
  _ = Endpoint("127.0.0.1:\(port)")!.withAddress { connect(socket, $0, $1) }
  for piece in pieces {
    let bytes = Array(piece.utf8)
    _ = bytes.withUnsafeBytes { Foundation.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
    if !udp { usleep(2_000) }
  }
}
