/// The first packet of a QUIC client, whose keys follow from a number in it: holds the TLS hello.
///
/// Sources: RFC 9000 sections 17.2 and 19, RFC 9001 section 5 and appendix A, RFC 9369 (version 2).
package enum QUICInitial {
  /// Whether a datagram may hold one: a long header, and padded as clients must.
  @inlinable package static func mayBegin(_ payload: Wire) -> Bool {
    payload.count >= 1_200 && payload[0] & 0xc0 == 0xc0 && payload.u32(1) != 0
  }

  /// What differs between versions.
  private struct Version {
    var salt: [UInt8]
    var prefix = "quic"
    var initialType: UInt8 = 0

    init?(_ number: UInt32) {
      switch number {
      case 1:
        salt = Self.bytes(0x3876_2cf7_f559_34b3, 0x4d17_9ae6_a4c8_0cad, 0xccbb_7f0a)
      case 0x6b33_43cf:
        salt = Self.bytes(0x0ded_e3de_f700_a6db, 0x8193_81be_6e26_9dcb, 0xf9bd_2ed9)
        (prefix, initialType) = ("quicv2", 1)
      case 0xff00_001d...0xff00_0020:
        salt = Self.bytes(0xafbf_ec28_9993_d24c, 0x9e97_86f1_9c61_11e0, 0x4390_a899)
      case 0xff00_0017...0xff00_001c, 0xface_b002:
        salt = Self.bytes(0xc3ee_f712_c72e_bb5a, 0x11a7_d243_2bb4_6365, 0xbef9_f502)
      default: return nil
      }
    }

    private static func bytes(_ a: UInt64, _ b: UInt64, _ c: UInt32) -> [UInt8] {
      withUnsafeBytes(of: a.bigEndian, Array.init) + withUnsafeBytes(of: b.bigEndian, Array.init)
        + withUnsafeBytes(of: c.bigEndian, Array.init)
    }
  }

  /// The hello's handshake message; nil where the datagram holds no whole one. Cost: some 30 µs.
  ///
  /// `earlier` is the datagram before it of the same connection: a hello may begin there. Where it ended there, there is
  /// nothing to say of this one.
  package static func hello(_ payload: Wire, after earlier: Wire? = nil) -> [UInt8]? {
    guard let frames = frames(payload) else { return nil }
    if let earlier, let before = Self.frames(earlier), before.connection == frames.connection {
      if message(in: [before.plain]) != nil { return nil }
      return message(in: [before.plain, frames.plain])
    }
    return message(in: [frames.plain])
  }

  /// The frames inside, and the connection that the keys come from.
  private static func frames(_ payload: Wire) -> (connection: [UInt8], plain: [UInt8])? {
    guard mayBegin(payload), let version = Version(payload.u32(1)), payload[0] >> 4 & 3 == version.initialType,
      let parts = Parts(payload)
    else { return nil }
    let initial = HMAC.code(key: version.salt, Array(parts.connection.bytes))
    let client = expand(initial, "client in", 32)
    let mask = AES128(key: expand(client, "\(version.prefix) hp", 16)).encrypted(Array(parts.sample.bytes))
    let numberBytes = Int((payload[0] ^ mask[0] & 0x0f) & 3) + 1
    guard parts.rest.count > numberBytes + 16 else { return nil }
    var nonce = expand(client, "\(version.prefix) iv", 12)
    for place in 0..<numberBytes { nonce[12 - numberBytes + place] ^= parts.rest[place] ^ mask[1 + place] }
    let cipher = parts.rest.kept(parts.rest.count - 16).dropped(numberBytes)
    let plain = decrypted(cipher, key: expand(client, "\(version.prefix) key", 16), nonce)
    return (Array(parts.connection.bytes), plain)
  }

  /// The header's parts that matter.
  private struct Parts {
    var connection: Wire
    /// From the packet number to the end of the packet.
    var rest: Wire
    var sample: Wire

    init?(_ payload: Wire) {
      var bytes = payload.dropped(5)
      guard let destination = ClientHello.take(&bytes, lengthBytes: 1), destination.count <= 20,
        ClientHello.take(&bytes, lengthBytes: 1) != nil, let token = QUICInitial.number(&bytes), token <= bytes.count
      else { return nil }
      bytes = bytes.dropped(token)
      guard let length = QUICInitial.number(&bytes), length <= bytes.count, length >= 20 else { return nil }
      connection = destination
      rest = bytes.kept(length)
      sample = rest.dropped(4).kept(16)
    }
  }

  /// A number of 1, 2, 4 or 8 bytes, as its first two bits say.
  private static func number(_ bytes: inout Wire) -> Int? {
    guard bytes.count > 0 else { return nil }
    let width = 1 << Int(bytes[0] >> 6)
    guard bytes.count >= width else { return nil }
    let value = bytes.number(0, width) & ~(3 << UInt64(width * 8 - 2))
    bytes = bytes.dropped(width)
    return value < 1 << 30 ? Int(value) : nil
  }

  /// AES-GCM without its proof: a forged packet would only lie about itself.
  private static func decrypted(_ cipher: Wire, key: [UInt8], _ nonce: [UInt8]) -> [UInt8] {
    let aes = AES128(key: key)
    var plain = Array(cipher.bytes)
    for start in stride(from: 0, to: plain.count, by: 16) {
      let counter = UInt32(truncatingIfNeeded: start / 16 + 2)
      let pad = aes.encrypted(nonce + withUnsafeBytes(of: counter.bigEndian, Array.init))
      for place in start..<min(start + 16, plain.count) { plain[place] ^= pad[place - start] }
    }
    return plain
  }

  /// Puts the pieces of the handshake together, which clients shuffle.
  private static func message(in packets: [[UInt8]]) -> [UInt8]? {
    let room = packets.reduce(0) { $0 + $1.count }
    var message = [UInt8](repeating: 0, count: room)
    var held = [Bool](repeating: false, count: room)
    for packet in packets { packet.withUnsafeBufferPointer { copyPieces(of: Wire($0), to: &message, &held) } }
    guard message.count > 4, message[0] == 1 else { return nil }
    let whole = 4 + Int(message[1]) << 16 + Int(message[2]) << 8 + Int(message[3])
    guard whole <= message.count, held[..<whole].allSatisfy({ $0 }) else { return nil }
    return Array(message[..<whole])
  }

  private static func copyPieces(of frames: Wire, to message: inout [UInt8], _ held: inout [Bool]) {
    var bytes = frames
    while bytes.count > 0 {
      let type = bytes[0]
      bytes = bytes.dropped(1)
      if type <= 1 { continue }
      if type == 2 || type == 3 {
        guard skipAcknowledgement(&bytes, counts: type == 3) else { return }
        continue
      }
      guard type == 6, let offset = number(&bytes), let length = number(&bytes), length <= bytes.count,
        offset + length <= message.count
      else { return }
      for place in 0..<length {
        message[offset + place] = bytes[place]
        held[offset + place] = true
      }
      bytes = bytes.dropped(length)
    }
  }

  /// Passes over an ACK frame (RFC 9000 section 19.3); false where it is cut.
  private static func skipAcknowledgement(_ bytes: inout Wire, counts: Bool) -> Bool {
    guard number(&bytes) != nil, number(&bytes) != nil, let ranges = number(&bytes), number(&bytes) != nil else {
      return false
    }
    for _ in 0..<min(ranges, 256) { guard number(&bytes) != nil, number(&bytes) != nil else { return false } }
    if counts { for _ in 0..<3 { guard number(&bytes) != nil else { return false } } }
    return true
  }

  /// HKDF-Expand-Label of TLS 1.3 (RFC 8446 section 7.1), for one block of output at most.
  private static func expand(_ secret: [UInt8], _ label: String, _ length: Int) -> [UInt8] {
    let name = Array("tls13 \(label)".utf8)
    let info: [UInt8] = [0, UInt8(length), UInt8(name.count)] + name + [0, 1]
    return Array(HMAC.code(key: secret, info).prefix(length))
  }
}

/// HMAC with SHA-256. Source: RFC 2104.
enum HMAC {
  static func code(key: [UInt8], _ message: [UInt8]) -> [UInt8] {
    let padded = key + [UInt8](repeating: 0, count: 64 - key.count)
    let inner = SHA256.digest(padded.map { $0 ^ 0x36 } + message)
    return SHA256.digest(padded.map { $0 ^ 0x5c } + inner)
  }
}
