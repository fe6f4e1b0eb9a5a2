import CTLS
import Glibc
import Model
import Synchronization

/// Where a TLS server's certificate chain, its key and, where senders must show a certificate, their authority lie (PEM).
package struct TLSFiles: Sendable, Equatable {
  package var certificate: String
  package var key: String
  /// Only clients with a certificate of this authority are let in; nil: any.
  package var clientAuthority: String?

  package init(certificate: String, key: String, clientAuthority: String? = nil) {
    self.certificate = certificate
    self.key = key
    self.clientAuthority = clientAuthority
  }
}

/// What TLS connections of a server have in common, by OpenSSL: TLS 1.2 and later. Source: RFC 8446, RFC 5425.
package final class TLSContext: @unchecked Sendable {
  fileprivate let context: OpaquePointer

  /// Errors: a file that cannot be read, is no certificate, or does not fit the others.
  package init(_ files: TLSFiles) throws(WorldError) {
    guard let context = SSL_CTX_new(TLS_server_method()) else {
      throw WorldError(what: "TLS cannot be used", place: files.certificate, why: Self.reason())
    }
    self.context = context
    // OpenSSL writes to sockets whose other end may be gone.
    signal(SIGPIPE, SIG_IGN)
    _ = ctls_least_version(context)
    guard SSL_CTX_use_certificate_chain_file(context, files.certificate) == 1 else {
      throw WorldError(what: "the certificate cannot be used", place: files.certificate, why: Self.reason())
    }
    guard SSL_CTX_use_PrivateKey_file(context, files.key, SSL_FILETYPE_PEM) == 1,
      SSL_CTX_check_private_key(context) == 1
    else { throw WorldError(what: "the key cannot be used", place: files.key, why: Self.reason()) }
    guard let authority = files.clientAuthority else { return }
    guard SSL_CTX_load_verify_locations(context, authority, nil) == 1 else {
      throw WorldError(what: "the senders' authority cannot be used", place: authority, why: Self.reason())
    }
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
  }

  deinit { SSL_CTX_free(context) }

  /// Why the last call of this thread failed, in OpenSSL's words.
  private static func reason() -> String {
    let code = ERR_get_error()
    ERR_clear_error()
    return ERR_reason_error_string(code).map { String(cString: $0) } ?? "it cannot be read"
  }
}

/// One connection, plain or TLS, from which bytes come; belongs to one thread. Closes its socket when it goes.
package struct Channel: ~Copyable {
  package let socket: Int32
  private let session: OpaquePointer?
  /// Whether it waits until it may write: a handshake on a full socket.
  package private(set) var wantsToWrite = false

  package enum Came { case bytes(Int), nothing, end }

  package init(_ socket: Int32, tls: TLSContext?) {
    self.socket = socket
    session = tls.flatMap { SSL_new($0.context) }
    guard let session else { return }
    _ = fcntl(socket, F_SETFL, fcntl(socket, F_GETFL) | O_NONBLOCK)
    SSL_set_fd(session, socket)
    SSL_set_accept_state(session)
  }

  deinit {
    if let session {
      // The other end is told that this was no cut (RFC 5425 section 4.4).
      if SSL_is_init_finished(session) == 1 { SSL_shutdown(session) }
      SSL_free(session)
    }
    close(socket)
  }

  /// Whether the other end has shown who it is, where that is asked; true for a plain connection.
  package var isOpen: Bool { session.map { SSL_is_init_finished($0) == 1 } ?? true }

  /// Bytes that were read from the socket and not handed out: it does not show them any more.
  package var hasRest: Bool { session.map { SSL_pending($0) > 0 } ?? false }

  /// What has come, without waiting; after a handshake that fails it is the end.
  package mutating func read(into buffer: inout [UInt8]) -> Came {
    guard let session else {
      let count = recv(socket, &buffer, buffer.count, Int32(MSG_DONTWAIT))
      if count < 0, errno == EAGAIN || errno == EINTR { return .nothing }
      return count > 0 ? .bytes(count) : .end
    }
    ERR_clear_error()
    let count = SSL_read(session, &buffer, Int32(buffer.count))
    wantsToWrite = false
    if count > 0 { return .bytes(Int(count)) }
    switch SSL_get_error(session, count) {
    case SSL_ERROR_WANT_READ: return .nothing
    case SSL_ERROR_WANT_WRITE:
      wantsToWrite = true
      return .nothing
    default:
      ERR_clear_error()
      return .end
    }
  }
}
