/// Builds packets layer by layer, for captures made here: each function gives the bytes of its layer with `payload` inside.
///
/// Checksums of IPv4 headers are right; those of TCP and UDP are zero, since nothing that reads them here checks.
package enum FrameMaker {
  package static func ethernet(_ payload: [UInt8], type: UInt16 = 0x0800) -> [UInt8] {
    [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2] + big(type) + payload
  }

  /// An IPv4 packet; `fragment` holds the flags and the offset in units of eight bytes.
  package static func ipv4(
    from source: UInt32, to destination: UInt32, protocol number: UInt8, ttl: UInt8 = 64, fragment: UInt16 = 0,
    _ payload: [UInt8]
  ) -> [UInt8] {
    var header: [UInt8] = [0x45, 0]
    header += big(UInt16(20 + payload.count))
    header += [0, 1]
    header += big(fragment)
    header += [ttl, number, 0, 0]
    header += big(source)
    header += big(destination)
    var sum: UInt32 = 0
    for place in stride(from: 0, to: 20, by: 2) { sum += UInt32(header[place]) << 8 | UInt32(header[place + 1]) }
    while sum >> 16 != 0 { sum = sum & 0xffff + sum >> 16 }
    header.replaceSubrange(10..<12, with: big(~UInt16(sum)))
    return header + payload
  }

  package static func ipv6(
    from source: [UInt8], to destination: [UInt8], next: UInt8, hops: UInt8 = 64, _ payload: [UInt8]
  ) -> [UInt8] {
    var header: [UInt8] = [0x60, 0, 0, 0]
    header += big(UInt16(payload.count))
    header += [next, hops]
    return header + source + destination + payload
  }

  package static func tcp(
    from source: UInt16, to destination: UInt16, flags: UInt8, window: UInt16 = 64_240, sequence: UInt32 = 1,
    _ payload: [UInt8] = []
  ) -> [UInt8] {
    var header = big(source) + big(destination)
    header += big(sequence)
    header += [0, 0, 0, 0, 0x50, flags]
    header += big(window)
    return header + [0, 0, 0, 0] + payload
  }

  package static func udp(from source: UInt16, to destination: UInt16, _ payload: [UInt8]) -> [UInt8] {
    var header = big(source) + big(destination)
    header += big(UInt16(8 + payload.count))
    return header + [0, 0] + payload
  }

  package static func icmp(type: UInt8, code: UInt8 = 0, _ payload: [UInt8] = []) -> [UInt8] {
    [type, code, 0, 0, 0, 1, 0, 1] + payload
  }

  /// A DNS message with one question.
  package static func dns(
    _ name: String, type: UInt16 = 1, isResponse: Bool = false, code: UInt8 = 0, records: UInt16 = 0,
    padding: Int = 0
  ) -> [UInt8] {
    var message: [UInt8] = [0x12, 0x34, isResponse ? 0x81 : 0x01, isResponse ? 0x80 | code : 0, 0, 1]
    message += big(records)
    message += [0, 0, 0, 0]
    for label in name.split(separator: ".") {
      message.append(UInt8(label.utf8.count))
      message += label.utf8
    }
    message.append(0)
    message += big(type)
    message += [0, 1]
    return message + [UInt8](repeating: 0, count: padding)
  }

  package static func big(_ number: UInt16) -> [UInt8] { [UInt8(number >> 8), UInt8(number & 255)] }
  package static func big(_ number: UInt32) -> [UInt8] {
    big(UInt16(truncatingIfNeeded: number >> 16)) + big(UInt16(truncatingIfNeeded: number))
  }
}

/// A classic capture file of Ethernet frames, little-endian, times in microseconds.
package struct CaptureMaker {
  package private(set) var bytes: [UInt8] = []

  package init(link: UInt32 = 1) {
    for number in [0xa1b2_c3d4, 0x0004_0002, 0, 0, 262_144, link] as [UInt32] { put(number) }
  }

  /// The bytes so far; more may follow them.
  package mutating func take() -> [UInt8] {
    defer { bytes.removeAll(keepingCapacity: true) }
    return bytes
  }

  /// Adds a frame at `time` (ns since 1970); `captured` cuts it as a snap length would, `length` says what it had.
  package mutating func add(_ frame: [UInt8], at time: Int64, captured: Int? = nil, length: Int? = nil) {
    let kept = min(captured ?? frame.count, frame.count)
    put(UInt32(truncatingIfNeeded: time / 1_000_000_000))
    put(UInt32(truncatingIfNeeded: time % 1_000_000_000 / 1_000))
    put(UInt32(kept))
    put(UInt32(max(length ?? 0, frame.count)))
    bytes += frame.prefix(kept)
  }

  private mutating func put(_ number: UInt32) {
    withUnsafeBytes(of: number.littleEndian) { bytes += $0 }
  }
}
