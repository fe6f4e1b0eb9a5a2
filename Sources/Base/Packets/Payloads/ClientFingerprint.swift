import Model

/// JA3 and JA4 of a client's hello.
///
/// Sources: Althouse, Atkinson, Atkins, "TLS Fingerprinting with JA3" (2017); JA4: FoxIO technical details "JA4: TLS
/// Client Fingerprinting", BSD-3-Clause. The other methods of that suite have another licence and are not here.
/// Cost: some microseconds for a client that was not met before, else a look-up; belongs to one thread, memory reused.
package final class ClientFingerprint {
  package static let ja3Length = 32
  package static let ja4Length = 36

  /// JA3 and behind it JA4.
  private typealias Both = InlineArray<68, UInt8>

  private var text: [UInt8] = []
  private var offer: [UInt8] = []
  /// Places in `made`, of which the memory holds fewer than there are.
  private var known = ByteMemo(slots: 1 << 10, byteLimit: 1 << 18)
  private var made = [Both](repeating: Both(repeating: 0), count: 1 << 10)
  private var next = 0

  package init() {}

  /// Writes both, JA3 first. Programs are few and their hellos differ in what no fingerprint reads: it is remembered by
  /// all that they read.
  package func write(_ hello: ClientHello, transport: UInt8, to out: UnsafeMutablePointer<UInt8>) {
    takeOffer(hello, transport)
    let place = offer.withUnsafeBufferPointer { offer in
      known.value(of: offer) { _ in
        next = (next + 1) % made.count
        withUnsafeMutableBytes(of: &made[next]) { bytes in
          let start = bytes.baseAddress!.assumingMemoryBound(to: UInt8.self)
          ja3(hello, to: start)
          ja4(hello, transport: transport, to: start + Self.ja3Length)
        }
        return UInt64(next)
      }
    }
    let both = made[Int(place)]
    withUnsafeBytes(of: both) { out.update(from: $0.baseAddress!.assumingMemoryBound(to: UInt8.self), count: $0.count) }
  }

  /// Everything of a hello that a fingerprint depends on, each part behind its length.
  private func takeOffer(_ hello: ClientHello, _ transport: UInt8) {
    offer.removeAll(keepingCapacity: true)
    offer.append(transport)
    offer.append(hello.serverName == nil ? 0 : 1)
    add(hello.legacyVersion)
    add(hello.version)
    for part in [hello.ciphers, hello.groups, hello.pointFormats, hello.signatures, hello.protocols] as [Wire?] {
      add(part.map { UInt16(truncatingIfNeeded: $0.count) } ?? .max)
      if let part { offer.append(contentsOf: part.bytes) }
    }
    var copy = hello
    copy.eachExtension { _, type, _ in add(type) }
  }

  private func add(_ number: UInt16) {
    offer.append(UInt8(number >> 8))
    offer.append(UInt8(number & 255))
  }

  /// The MD5 of version, ciphers, extensions, groups and point formats in decimal, as 32 hexadecimal digits.
  package func ja3(_ hello: ClientHello, to out: UnsafeMutablePointer<UInt8>) {
    text.removeAll(keepingCapacity: true)
    decimal(hello.legacyVersion)
    text.append(0x2c)
    list(hello.ciphers)
    text.append(0x2c)
    var isFirst = true
    var copy = hello
    copy.eachExtension { _, type, _ in
      if ClientHello.isGrease(type) { return }
      if !isFirst { text.append(0x2d) }
      isFirst = false
      decimal(type)
    }
    text.append(0x2c)
    if let groups = hello.groups { list(groups) }
    text.append(0x2c)
    if let formats = hello.pointFormats {
      for at in 0..<formats.count {
        if at > 0 { text.append(0x2d) }
        decimal(UInt16(formats[at]))
      }
    }
    text.withUnsafeBufferPointer { MD5.hexadecimal(of: $0, to: out) }
  }

  /// `t13d1516h2_8daaf6152771_e5627efa2ab1`, 36 bytes; `transport` is `t` for TCP, `q` for QUIC, `d` for DTLS.
  package func ja4(_ hello: ClientHello, transport: UInt8, to out: UnsafeMutablePointer<UInt8>) {
    out[0] = transport
    Self.put(Self.version(hello.version), to: out + 1)
    out[3] = hello.serverName == nil ? 0x69 : 0x64
    let suites = numbers(hello.ciphers)
    Self.count(suites.count, to: out + 4)
    let cipherHash = suites.sorted()
    var kinds: [UInt16] = []
    var copy = hello
    copy.eachExtension { _, type, _ in if !ClientHello.isGrease(type) { kinds.append(type) } }
    Self.count(kinds.count, to: out + 6)
    alpn(hello.protocols, to: out + 8)
    out[10] = 0x5f
    hash(cipherHash, [], to: out + 11)
    out[23] = 0x5f
    let named = kinds.filter { $0 != 0 && $0 != 16 }.sorted()
    hash(named, hello.signatures.map(allNumbers) ?? [], to: out + 24)
  }

  private static func version(_ version: UInt16) -> StaticString {
    switch version {
    case 0x0304: "13"
    case 0x0303: "12"
    case 0x0302: "11"
    case 0x0301: "10"
    case 0x0300: "s3"
    case 0x0002: "s2"
    case 0xfeff: "d1"
    case 0xfefd: "d2"
    case 0xfefc: "d3"
    default: "00"
    }
  }

  /// Two digits, 99 at most.
  private static func count(_ count: Int, to out: UnsafeMutablePointer<UInt8>) {
    out[0] = 0x30 + UInt8(min(count, 99) / 10)
    out[1] = 0x30 + UInt8(min(count, 99) % 10)
  }

  private static func put(_ text: StaticString, to out: UnsafeMutablePointer<UInt8>) {
    out.update(from: text.utf8Start, count: text.utf8CodeUnitCount)
  }

  /// First and last byte of the first protocol's name; of their hexadecimal form where one is no letter or digit.
  private func alpn(_ protocols: Wire?, to out: UnsafeMutablePointer<UInt8>) {
    var rest = protocols ?? Wire(base: Wire.nothing, count: 0)
    guard let name = ClientHello.take(&rest, lengthBytes: 1), name.count > 0 else {
      return Self.put("00", to: out)
    }
    let first = name[0], last = name[name.count - 1]
    func isPlain(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 }
    if isPlain(first), isPlain(last) {
      out[0] = first
      out[1] = last
    } else {
      out[0] = hexadecimalDigit(first >> 4)
      out[1] = hexadecimalDigit(last & 15)
    }
  }

  /// Twelve digits of the SHA-256 of numbers in hexadecimal with commas, the second list behind an underscore.
  private func hash(_ first: [UInt16], _ second: [UInt16], to out: UnsafeMutablePointer<UInt8>) {
    if first.isEmpty, second.isEmpty { return Self.put("000000000000", to: out) }
    text.removeAll(keepingCapacity: true)
    hexadecimal(first)
    if !second.isEmpty {
      text.append(0x5f)
      hexadecimal(second)
    }
    text.withUnsafeBufferPointer { SHA256.hexadecimal(of: $0, bytes: 6, to: out) }
  }

  private func hexadecimal(_ values: [UInt16]) {
    for (place, value) in values.enumerated() {
      if place > 0 { text.append(0x2c) }
      for shift in [12, 8, 4, 0] { text.append(hexadecimalDigit(UInt8(value >> UInt16(shift) & 15))) }
    }
  }

  private func numbers(_ bytes: Wire) -> [UInt16] { allNumbers(bytes).filter { !ClientHello.isGrease($0) } }

  private func allNumbers(_ bytes: Wire) -> [UInt16] {
    stride(from: 0, to: bytes.count - 1, by: 2).map { bytes.u16($0) }
  }

  private func list(_ bytes: Wire) {
    for (place, value) in numbers(bytes).enumerated() {
      if place > 0 { text.append(0x2d) }
      decimal(value)
    }
  }

  private func decimal(_ value: UInt16) {
    var divisor: UInt16 = 10_000
    while divisor > 1, value < divisor { divisor /= 10 }
    while divisor > 0 {
      text.append(0x30 + UInt8(value / divisor % 10))
      divisor /= 10
    }
  }
}

func hexadecimalDigit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }
