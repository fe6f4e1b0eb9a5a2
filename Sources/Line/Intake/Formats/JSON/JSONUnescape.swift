/// Writes a JSON string's text, escapes undone once; returns how many bytes were written, never more than `count`.
///
/// Surrogate pairs become one code point, a lone surrogate U+FFFD. `\xHH`, which nginx and Apache write into JSON-like
/// formats though JSON does not know it, becomes that byte; any other unknown escape stays as it is.
/// Source: RFC 8259 section 7.
func jsonUnescape(_ start: UnsafePointer<UInt8>, _ count: Int, into out: UnsafeMutablePointer<UInt8>) -> Int {
  let end = start + count
  var p = start
  var o = out
  while p < end {
    guard p.pointee == 0x5c, p + 1 < end else {
      o.pointee = p.pointee
      p += 1
      o += 1
      continue
    }
    if let plain = simpleEscape(p[1]) {
      o.pointee = plain
      o += 1
      p += 2
    } else if p[1] == 0x75, let unit = hexNumber(p + 2, digits: 4, end) {
      p += 6
      o = writeScalar(unit, following: &p, end, to: o)
    } else if p[1] == 0x78, let byte = hexNumber(p + 2, digits: 2, end) {
      o.pointee = UInt8(truncatingIfNeeded: byte)
      o += 1
      p += 4
    } else {
      o.pointee = 0x5c
      o += 1
      p += 1
    }
  }
  return o - out
}

private func simpleEscape(_ letter: UInt8) -> UInt8? {
  switch letter {
  case 0x22, 0x5c, 0x2f: letter  // " \ /
  case 0x62: 0x08  // b
  case 0x66: 0x0c  // f
  case 0x6e: 0x0a  // n
  case 0x72: 0x0d  // r
  case 0x74: 0x09  // t
  default: nil
  }
}

func hexNumber(_ p: UnsafePointer<UInt8>, digits: Int, _ end: UnsafePointer<UInt8>) -> UInt32? {
  guard end - p >= digits else { return nil }
  var number: UInt32 = 0
  for i in 0..<digits {
    switch p[i] {
    case 0x30...0x39: number = number << 4 | UInt32(p[i] - 0x30)
    case 0x41...0x46, 0x61...0x66: number = number << 4 | UInt32((p[i] | 0x20) - 0x57)
    default: return nil
    }
  }
  return number
}

/// Writes the code point that begins with UTF-16 unit `unit`, taking its second half from `p` where there is one.
private func writeScalar(
  _ unit: UInt32, following p: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>,
  to out: UnsafeMutablePointer<UInt8>
) -> UnsafeMutablePointer<UInt8> {
  var scalar = unit
  if unit & 0xf800 == 0xd800 {
    scalar = 0xfffd
    if unit < 0xdc00, end - p >= 6, p[0] == 0x5c, p[1] == 0x75, let low = hexNumber(p + 2, digits: 4, end),
      low & 0xfc00 == 0xdc00
    {
      scalar = 0x10000 + (unit & 0x3ff) << 10 + (low & 0x3ff)
      p += 6
    }
  }
  switch scalar {
  case 0..<0x80:
    out[0] = UInt8(scalar)
    return out + 1
  case 0x80..<0x800:
    out[0] = UInt8(0xc0 | scalar >> 6)
    out[1] = UInt8(0x80 | scalar & 0x3f)
    return out + 2
  case 0x800..<0x10000:
    out[0] = UInt8(0xe0 | scalar >> 12)
    out[1] = UInt8(0x80 | scalar >> 6 & 0x3f)
    out[2] = UInt8(0x80 | scalar & 0x3f)
    return out + 3
  default:
    out[0] = UInt8(0xf0 | scalar >> 18)
    out[1] = UInt8(0x80 | scalar >> 12 & 0x3f)
    out[2] = UInt8(0x80 | scalar >> 6 & 0x3f)
    out[3] = UInt8(0x80 | scalar & 0x3f)
    return out + 4
  }
}
