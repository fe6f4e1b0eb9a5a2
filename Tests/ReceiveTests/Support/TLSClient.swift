import CTLS
import Foundation
import Net

/// A sender over TLS that waits for everything it does.
final class TLSClient {
  private let context: OpaquePointer
  private let session: OpaquePointer
  private let socket: Int32

  /// Nil where the handshake fails; `certificate` and `key` are what it shows of itself.
  init?(port: UInt16, certificate: String? = nil, key: String? = nil) {
    context = SSL_CTX_new(TLS_client_method())
    if let certificate, let key {
      SSL_CTX_use_certificate_file(context, certificate, SSL_FILETYPE_PEM)
      SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM)
    }
    session = SSL_new(context)
    socket = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    _ = Endpoint("127.0.0.1:\(port)")!.withAddress { connect(socket, $0, $1) }
    SSL_set_fd(session, socket)
    guard SSL_connect(session) == 1 else { return nil }
  }

  deinit {
    SSL_free(session)
    SSL_CTX_free(context)
    close(socket)
  }

  /// Whether it was taken; a server that wants no such client says so only after the handshake (TLS 1.3).
  @discardableResult func send(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    return SSL_write(session, bytes, Int32(bytes.count)) == bytes.count
  }

  /// Waits until the server has closed or said something.
  func waitForEnd() {
    var byte: UInt8 = 0
    SSL_read(session, &byte, 1)
  }

  func close() { SSL_shutdown(session) }
  private func close(_ socket: Int32) { _ = Foundation.close(socket) }
}
