import Model

/// How a server writes bytes that would break its log line.
enum Escaping: String, Sendable, CaseIterable {
  /// As they are.
  case none
  /// `\xHH`, `\"`, `\\`, `\n` and their kin.
  ///
  /// nginx writes `\xHH` only (ngx_http_log_module, `escape=default`: `"`, `\`, and bytes below 32 or above 126); Apache
  /// writes `\"`, `\\`, C names and `\xhh` (mod_log_config, "Format Notes"); varnishncsa adds octal `\ooo`. One reader
  /// serves all, since none of them leaves a backslash bare.
  case c
  /// `#HH` (HAProxy configuration manual, 8.6 "Non-printable characters").
  case haproxy

  var mark: UInt8 { self == .haproxy ? 0x23 : 0x5C }
}

/// Undoes escapes, exactly once. What is no escape stays as it is.
enum Unescape {
  /// Appends the text without its escapes; never longer than the text.
  static func append(
    _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ escaping: Escaping, to arena: inout ByteArena
  ) -> TextSlice {
    let offset = arena.count
    let target = arena.end
    let length =
      switch escaping {
      case .none: copy(start, end, to: target)
      case .c: c(start, end, to: target)
      case .haproxy: hexMark(start, end, 0x23, to: target)
      }
    arena.advance(length)
    return TextSlice(offset: offset, length: length)
  }

  /// Appends the text with `%HH` undone and, if `plus`, `+` as space.
  static func appendPercent(
    _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, percent: Bool, plus: Bool, to arena: inout ByteArena
  ) -> TextSlice {
    let offset = arena.count
    let target = arena.end
    let length = percent ? hexMark(start, end, 0x25, to: target) : copy(start, end, to: target)
    if plus {
      for i in 0..<length where target[i] == 0x2B { target[i] = 0x20 }
    }
    arena.advance(length)
    return TextSlice(offset: offset, length: length)
  }

  private static func copy(
    _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, to target: UnsafeMutablePointer<UInt8>
  ) -> Int {
    target.update(from: start, count: end - start)
    return end - start
  }

  private static func hexMark(
    _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ mark: UInt8, to target: UnsafeMutablePointer<UInt8>
  ) -> Int {
    var at = start
    var out = target
    while at < end {
      if at[0] == mark, end - at >= 3, let high = hexDigit(at[1]), let low = hexDigit(at[2]) {
        out[0] = high << 4 | low
        at += 3
      } else {
        out[0] = at[0]
        at += 1
      }
      out += 1
    }
    return out - target
  }

  private static func c(
    _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, to target: UnsafeMutablePointer<UInt8>
  ) -> Int {
    var at = start
    var out = target
    while at < end {
      if at[0] == 0x5C, end - at >= 2, let (byte, length) = escape(at, end) {
        out[0] = byte
        at += length
      } else {
        out[0] = at[0]
        at += 1
      }
      out += 1
    }
    return out - target
  }

  /// The byte that the escape at `at` stands for, and the escape's length; nil when it is none.
  private static func escape(_ at: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> (UInt8, Int)? {
    switch at[1] {
    case 0x78:  // x
      guard end - at >= 4, let high = hexDigit(at[2]), let low = hexDigit(at[3]) else { return nil }
      return (high << 4 | low, 4)
    case 0x22, 0x27, 0x5C, 0x2F: return (at[1], 2)
    case 0x6E: return (0x0A, 2)
    case 0x72: return (0x0D, 2)
    case 0x74: return (0x09, 2)
    case 0x62: return (0x08, 2)
    case 0x76: return (0x0B, 2)
    case 0x66: return (0x0C, 2)
    case 0x75:  // u, which nginx writes with escape=json for control characters
      guard end - at >= 6, at[2] == 0x30, at[3] == 0x30, let high = hexDigit(at[4]), let low = hexDigit(at[5]), high < 8
      else { return nil }
      return (high << 4 | low, 6)
    case 0x30...0x33:
      guard end - at >= 4, at[2] & 0xF8 == 0x30, at[3] & 0xF8 == 0x30 else { return nil }
      return ((at[1] &- 0x30) << 6 | (at[2] & 7) << 3 | at[3] & 7, 4)
    default: return nil
    }
  }
}
