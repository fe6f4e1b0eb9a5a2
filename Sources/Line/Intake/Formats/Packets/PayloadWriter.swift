import Model
import Packets

/// Writes what a packet's payload says into its row: a DNS message, a client's TLS hello.
struct PayloadWriter {
  let batch: EventBatch
  let row: Int

  func dns(_ payload: Wire) {
    guard batch.arena.capacity - batch.arena.count >= DNSMessage.nameLimit,
      let message = DNSMessage(payload, name: batch.arena.end)
    else { return }
    for field in [EventField.dnsIsResponse, .dnsAnswers] { batch.touch(field) }
    batch.set(.eventClass, row, RecordClass.dns.place)
    batch.set(.dnsIsResponse, row, message.isResponse ? 1 : 0)
    batch.set(.dnsAnswers, row, Int64(message.records))
    if message.isResponse {
      batch.touch(.dnsCode)
      batch.set(.dnsCode, row, Int64(message.code))
    }
    guard let type = message.type else { return }
    for field in [EventField.dnsType, .dnsName, .dnsDomain] { batch.touch(field) }
    batch.set(.dnsType, row, Int64(type))
    // A name made longer by pointers than its message would not fit the room that rows have.
    let length = message.nameLength <= payload.count ? message.nameLength : 0
    let start = batch.arena.count
    batch.arena.advance(length)
    batch.set(.dnsName, row, TextSlice(offset: start, length: length))
    let domain = min(message.domainStart, length)
    batch.set(.dnsDomain, row, TextSlice(offset: start + domain, length: length - domain))
  }

  /// A hello that the capture cut gives no fingerprint, and its name where that is there.
  func hello(_ payload: Wire, _ fingerprint: ClientFingerprint) {
    batch.set(.eventClass, row, RecordClass.tls.place)
    guard let hello = ClientHello(record: payload) else { return cutHello(payload) }
    write(hello, fingerprint, transport: 0x74)
  }

  /// The name in a hello that goes on behind these bytes.
  func cutHello(_ payload: Wire) {
    if let name = ClientHello(cutRecord: payload)?.serverName { set(.tlsName, slice(of: name)) }
  }

  /// The hello inside a QUIC client's first packet, or in this and the one before it, decrypted into the arena.
  func quic(_ payload: Wire, after earlier: [UInt8]?, _ fingerprint: ClientFingerprint) {
    let message =
      earlier.map { $0.withUnsafeBufferPointer { QUICInitial.hello(payload, after: Wire($0)) } }
      ?? QUICInitial.hello(payload)
    guard let message,
      batch.arena.capacity - batch.arena.count >= message.count
    else { return }
    let slice = batch.arena.append(message)
    guard let hello = ClientHello(message: Wire(batch.bytes(slice))) else { return }
    batch.set(.eventClass, row, RecordClass.tls.place)
    write(hello, fingerprint, transport: 0x71)
  }

  /// An alert in the clear: a handshake that one end gave up (RFC 8446 section 6). Closing politely is none.
  func alert(_ payload: Wire) {
    guard payload[6] != 0, payload[5] == 2 || payload[6] != 90 else { return }
    batch.touch(.tlsAlert)
    batch.set(.tlsAlert, row, Int64(payload[6]))
  }

  /// The versions' names as servers and Cloudflare write them.
  private static let versions: [UInt16: StaticString] = [
    0x0002: "SSLv2", 0x0300: "SSLv3", 0x0301: "TLSv1", 0x0302: "TLSv1.1", 0x0303: "TLSv1.2", 0x0304: "TLSv1.3",
  ]

  func write(_ hello: ClientHello, _ fingerprint: ClientFingerprint, transport: UInt8) {
    if let name = hello.serverName { set(.tlsName, slice(of: name)) }
    if let version = Self.versions[hello.version] {
      var text = RowText(batch)
      for place in 0..<version.utf8CodeUnitCount { text.append(version.utf8Start[place]) }
      set(.tlsVersion, text.finished())
    }
    if let protocols = hello.protocols { set(.tlsALPN, list(protocols)) }
    guard batch.arena.capacity - batch.arena.count >= ClientFingerprint.ja3Length + ClientFingerprint.ja4Length else {
      return
    }
    let start = batch.arena.count
    fingerprint.write(hello, transport: transport, to: batch.arena.end)
    batch.arena.advance(ClientFingerprint.ja3Length + ClientFingerprint.ja4Length)
    set(.ja3, TextSlice(offset: start, length: ClientFingerprint.ja3Length))
    set(.ja4, TextSlice(offset: start + ClientFingerprint.ja3Length, length: ClientFingerprint.ja4Length))
  }

  private func set(_ field: EventField, _ slice: TextSlice) {
    batch.touch(field)
    batch.set(field, row, slice)
  }

  /// Captured bytes where they lie.
  private func slice(of bytes: Wire) -> TextSlice {
    TextSlice(offset: bytes.base - UnsafePointer(batch.arena.base), length: bytes.count)
  }

  /// `["h2","http/1.1"]`; names that are no plain text are left out.
  private func list(_ protocols: Wire) -> TextSlice {
    var text = RowText(batch)
    text.append(0x5b)
    var at = 0
    var isFirst = true
    while at < protocols.count {
      let size = Int(protocols[at])
      guard at + 1 + size <= protocols.count else { break }
      let name = protocols.dropped(at + 1).kept(size)
      at += 1 + size
      guard size > 0, name.bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != 0x22 && $0 != 0x5c }) else { continue }
      if !isFirst { text.append(0x2c) }
      isFirst = false
      text.append(0x22)
      for byte in name.bytes { text.append(byte) }
      text.append(0x22)
    }
    text.append(0x5d)
    return text.finished()
  }
}
