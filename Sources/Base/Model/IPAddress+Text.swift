extension IPAddress {
  /// The address that `bytes` spell, or nil: dotted IPv4, IPv6 in all its forms (RFC 4291 section 2.2), IPv6 in
  /// brackets or with a zone (`%eth0`, ignored). No port, no mask.
  package init?(parsing bytes: UnsafeBufferPointer<UInt8>) {
    var bytes = bytes
    if bytes.count > 2, bytes[0] == UInt8(ascii: "["), bytes[bytes.count - 1] == UInt8(ascii: "]") {
      bytes = UnsafeBufferPointer(rebasing: bytes[1..<bytes.count - 1])
    }
    guard bytes.count >= 2, bytes.count <= 64 else { return nil }
    if let v4 = Self.dotted(bytes) {
      self.init(v4: v4)
    } else if let groups = Self.groups(bytes) {
      self = groups
    } else {
      return nil
    }
  }

  package init?(_ text: String) {
    var text = text
    guard let address = text.withUTF8({ IPAddress(parsing: $0) }) else { return nil }
    self = address
  }

  @inline(__always) private static func dotted(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt32? {
    var address: UInt32 = 0
    var part: UInt32 = 0
    var digits = 0, parts = 0
    for byte in bytes {
      let digit = byte &- UInt8(ascii: "0")
      if digit < 10 {
        part = part &* 10 &+ UInt32(digit)
        digits += 1
        if digits > 3 || part > 255 { return nil }
      } else if byte == UInt8(ascii: "."), digits > 0, parts < 3 {
        address = address << 8 | part
        part = 0
        digits = 0
        parts += 1
      } else {
        return nil
      }
    }
    return parts == 3 && digits > 0 ? address << 8 | part : nil
  }

  private static func groups(_ bytes: UnsafeBufferPointer<UInt8>) -> IPAddress? {
    var groups: InlineArray<8, UInt16> = .init(repeating: 0)
    var count = 0
    var gap: Int?
    var at = 0
    let end = bytes.firstIndex(of: UInt8(ascii: "%")) ?? bytes.count
    if end >= 2, bytes[0] == UInt8(ascii: ":") {
      guard bytes[1] == UInt8(ascii: ":") else { return nil }
      gap = 0
      at = 2
    }
    while at < end {
      var value: UInt32 = 0
      let start = at
      while at < end, let digit = hexDigit(bytes[at]) {
        value = value << 4 | UInt32(digit)
        at += 1
        if at - start > 4 { return nil }
      }
      if at < end, bytes[at] == UInt8(ascii: "."), count <= 6 {
        guard let tail = dotted(UnsafeBufferPointer(rebasing: bytes[start..<end])) else { return nil }
        groups[count] = UInt16(truncatingIfNeeded: tail >> 16)
        groups[count + 1] = UInt16(truncatingIfNeeded: tail)
        count += 2
        at = end
        break
      }
      guard at > start, count < 8 else { return nil }
      groups[count] = UInt16(value)
      count += 1
      if at == end { break }
      guard bytes[at] == UInt8(ascii: ":") else { return nil }
      at += 1
      if at < end, bytes[at] == UInt8(ascii: ":") {
        guard gap == nil else { return nil }
        gap = count
        at += 1
      } else if at == end {
        return nil
      }
    }
    return assembled(groups, count: count, gap: gap)
  }

  private static func assembled(_ groups: InlineArray<8, UInt16>, count: Int, gap: Int?) -> IPAddress? {
    guard gap == nil ? count == 8 : count < 8 else { return nil }
    var full: InlineArray<8, UInt16> = .init(repeating: 0)
    let gap = gap ?? count
    for i in 0..<gap { full[i] = groups[i] }
    for i in gap..<count { full[8 - count + i] = groups[i] }
    var high: UInt64 = 0, low: UInt64 = 0
    for i in 0..<4 { high = high << 16 | UInt64(full[i]) }
    for i in 4..<8 { low = low << 16 | UInt64(full[i]) }
    return IPAddress(high: high, low: low)
  }
}

extension IPAddress: CustomStringConvertible {
  /// Dotted for IPv4, RFC 5952 for IPv6, `-` for absent.
  package var description: String {
    if isAbsent { return "-" }
    if isV4 {
      let shifts: [UInt64] = [24, 16, 8, 0]
      return shifts.map { String((low >> $0) & 0xff) }.joined(separator: ".")
    }
    let groups = Self.groups(of: high) + Self.groups(of: low)
    let gap = Self.longestZeros(groups)
    if gap.count < 2 { return Self.text(groups[...]) }
    return Self.text(groups[..<gap.lowerBound]) + "::" + Self.text(groups[gap.upperBound...])
  }

  private static func groups(of half: UInt64) -> [UInt64] {
    let shifts: [UInt64] = [48, 32, 16, 0]
    return shifts.map { (half >> $0) & 0xffff }
  }

  private static func text(_ groups: ArraySlice<UInt64>) -> String {
    groups.map { String($0, radix: 16) }.joined(separator: ":")
  }

  private static func longestZeros(_ groups: [UInt64]) -> Range<Int> {
    var best = 0..<0
    var start = 0
    for i in 0...8 where i == 8 || groups[i] != 0 {
      if i - start > best.count { best = start..<i }
      start = i + 1
    }
    return best
  }
}

/// The value of a hexadecimal digit, or nil.
@inlinable package func hexDigit(_ byte: UInt8) -> UInt8? {
  switch byte {
  case 0x30...0x39: byte &- 0x30
  case 0x41...0x46: byte &- 0x37
  case 0x61...0x66: byte &- 0x57
  default: nil
  }
}
