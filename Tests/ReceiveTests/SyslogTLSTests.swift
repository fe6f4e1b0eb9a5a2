import Foundation
import Model
import Net
import Testing

@testable import Receive

@Suite("Syslog over TLS")
struct SyslogTLSTests {
  @Test("messages arrive whole, in large records too, beside a sender that speaks no TLS") func tls() throws {
    let folder = try TemporaryFolder()
    try TestCertificates.write(into: folder)
    let shelf = Shelf()
    let files = TLSFiles(certificate: folder / "server.pem", key: folder / "server.key")
    let receiver = SyslogTCP(try #require(Endpoint("127.0.0.1:0")), tls: files) { try shelf.keep($0) }
    try receiver.start()
    send(["<13>plain text is no handshake\n"], port: receiver.port, udp: false)
    let client = try #require(TLSClient(port: receiver.port))
    let long = String(repeating: "x", count: 15_000)
    client.send((0..<50).map { "<13>m\($0) \(long)\n" }.joined())
    client.send("8 <13>last")
    client.close()
    shelf.wait(for: 51)
    receiver.stop()
    #expect(shelf.lines.count == 51 && shelf.lines[49].hasPrefix("<13>m49 ") && shelf.lines[50] == "<13>last")
    #expect(receiver.counts.messages == 51 && receiver.counts.connections == 2)
  }

  @Test("where an authority is named, only its senders are heard") func clients() throws {
    let folder = try TemporaryFolder()
    try TestCertificates.write(into: folder)
    let shelf = Shelf()
    let files = TLSFiles(
      certificate: folder / "server.pem", key: folder / "server.key", clientAuthority: folder / "ca.pem")
    let receiver = SyslogTCP(try #require(Endpoint("127.0.0.1:0")), tls: files) { try shelf.keep($0) }
    try receiver.start()
    if let stranger = TLSClient(port: receiver.port) {
      stranger.send("<13>stranger\n")
      stranger.waitForEnd()
    }
    let known = try #require(
      TLSClient(port: receiver.port, certificate: folder / "client.pem", key: folder / "client.key"))
    known.send("<13>known\n")
    shelf.wait(for: 1)
    receiver.stop()
    #expect(shelf.lines == ["<13>known"])
  }

  @Test("a certificate that cannot be used is an error that names it, and when renewing the old one stays")
  func renew() throws {
    let folder = try TemporaryFolder()
    try TestCertificates.write(into: folder)
    let wrong = TLSFiles(certificate: folder / "server.pem", key: folder / "client.key")
    let refused = SyslogTCP(try #require(Endpoint("127.0.0.1:0")), tls: wrong) { _ in }
    let error = #expect(throws: WorldError.self) { try refused.start() }
    #expect(error.map { "\($0)".contains("client.key") } == true)
    let files = TLSFiles(certificate: folder / "server.pem", key: folder / "server.key")
    let receiver = SyslogTCP(try #require(Endpoint("127.0.0.1:0")), tls: files) { _ in }
    try receiver.start()
    try FileManager.default.removeItem(atPath: folder / "server.key")
    #expect(throws: WorldError.self) { try receiver.renew() }
    #expect(TLSClient(port: receiver.port) != nil)
    receiver.stop()
  }
}
