import CBytes
import Model

/// What a log daemon or container runtime wrote in front of a program's own line.
///
/// Sources: RFC 3164 section 4.1, RFC 5424 section 6, rsyslog's file format with ISO times, the Kubernetes CRI log format
/// (`time stdout F line`), journald's `host program[pid]: line`.
struct LinePrefix {
  var time: Int64?
  var host: UnsafeBufferPointer<UInt8>?
  var program: UnsafeBufferPointer<UInt8>?
  /// From syslog's priority; nil where none is written.
  var severity: UInt8?
  /// Where the program's own line begins.
  var rest: UnsafePointer<UInt8>
  /// Whether the prefix alone proves that a log daemon wrote it; else the rest must be known for it to count.
  var isSure: Bool

  /// The prefix of the bytes from `start` to `end`; nil where there is none.
  static func parse(
    _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ clock: inout TimeParser
  ) -> LinePrefix? {
    guard start < end else { return nil }
    var at = start
    var severity: UInt8?
    if at[0] == 0x3C {
      guard let (value, length) = priority(at, end) else { return nil }
      severity = value & 7
      at += length
      if end - at > 2, at[0] == 0x31, at[1] == 0x20 { return rfc5424(at + 2, end, severity, &clock) }
    }
    let text = UnsafeBufferPointer(start: at, count: end - at)
    if at < end, (at[0] | 0x20) &- 0x61 < 26 {
      if let (time, length) = clock.prefix(of: text, as: .syslog), length < text.count, at[length] == 0x20 {
        return named(at + length + 1, end, time, severity, isSure: true)
      }
      return severity == nil ? named(at, end, nil, nil, isSure: false) : nil
    }
    if let (time, length) = clock.prefix(of: text, as: .iso), length < text.count, at[length] == 0x20 {
      return container(at + length + 1, end, time) ?? isoNamed(at, at + length + 1, end, time, severity)
    }
    return nil
  }

  /// `<13>`: facility times eight plus severity, 0 to 191.
  private static func priority(_ at: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> (UInt8, Int)? {
    var value = 0
    var length = 1
    while length < 4, at + length < end, at[length] &- 0x30 < 10 {
      value = value * 10 + Int(at[length] &- 0x30)
      length += 1
    }
    guard length > 1, at + length < end, at[length] == 0x3E, value <= 191 else { return nil }
    return (UInt8(value), length + 1)
  }

  /// `TIME HOST APP PROCID MSGID SD MSG` behind `<13>1 `.
  private static func rfc5424(
    _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ severity: UInt8?, _ clock: inout TimeParser
  ) -> LinePrefix? {
    var words: InlineArray<5, UnsafeBufferPointer<UInt8>> = .init(
      repeating: UnsafeBufferPointer(start: start, count: 0))
    var at = start
    for i in 0..<5 {
      let stop = cbytes_find(at, end, 0x20)!
      guard stop < end else { return nil }
      words[i] = UnsafeBufferPointer(start: at, count: stop - at)
      at = stop + 1
    }
    guard let rest = behindStructuredData(at, end) else { return nil }
    let time = clock.parse(words[0], as: .iso)
    guard time != nil || isDash(words[0]) else { return nil }
    return LinePrefix(
      time: time, host: isDash(words[1]) ? nil : words[1], program: isDash(words[2]) ? nil : words[2],
      severity: severity, rest: rest, isSure: true)
  }

  /// Behind `-` or `[id key="value"]…`, and behind a byte order mark.
  private static func behindStructuredData(
    _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
  ) -> UnsafePointer<UInt8>? {
    guard start < end else { return nil }
    var at = start
    if at[0] == 0x2D {
      at += 1
    } else {
      guard at[0] == 0x5B else { return nil }
      var isQuoted = false
      while at < end, isQuoted || at[0] == 0x5B || at > start && at[-1] != 0x5D {
        if at[0] == 0x22 { isQuoted.toggle() }
        at += isQuoted && at[0] == 0x5C && end - at > 1 ? 2 : 1
      }
    }
    if at < end, at[0] == 0x20 { at += 1 }
    if end - at >= 3, at[0] == 0xEF, at[1] == 0xBB, at[2] == 0xBF { at += 3 }
    return at
  }

  /// `stdout F ` or `stderr P `.
  private static func container(
    _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ time: Int64
  ) -> LinePrefix? {
    let text = UnsafeBufferPointer(start: start, count: end - start)
    guard text.count >= 9, text.starts(with: "stdout ".utf8) || text.starts(with: "stderr ".utf8),
      start[7] == 0x46 || start[7] == 0x50, start[8] == 0x20
    else { return nil }
    return LinePrefix(time: time, host: nil, program: nil, severity: nil, rest: start + 9, isSure: true)
  }

  /// An ISO time is also how many programs begin their own lines: only `T` between date and time is syslog's.
  private static func isoNamed(
    _ whole: UnsafePointer<UInt8>, _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ time: Int64,
    _ severity: UInt8?
  ) -> LinePrefix? {
    guard whole[10] == 0x54, let prefix = named(start, end, time, severity, isSure: true), prefix.program != nil,
      prefix.host != nil
    else { return nil }
    return prefix
  }

  /// `host program[pid]: rest`, `program[pid]: rest`, or `host rest`.
  private static func named(
    _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ time: Int64?, _ severity: UInt8?, isSure: Bool
  ) -> LinePrefix? {
    let first = word(start, end)
    if let (program, rest) = tag(start, end) {
      return isSure
        ? LinePrefix(time: time, host: nil, program: program, severity: severity, rest: rest, isSure: true) : nil
    }
    guard let first, first.count < 256 else { return nil }
    var second = start + first.count + 1
    while second < end, second[0] == 0x20 { second += 1 }
    if let (program, rest) = tag(second, end) {
      return LinePrefix(time: time, host: first, program: program, severity: severity, rest: rest, isSure: isSure)
    }
    return isSure
      ? LinePrefix(time: time, host: first, program: nil, severity: severity, rest: second, isSure: true) : nil
  }

  private static func word(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> UnsafeBufferPointer<UInt8>? {
    let stop = cbytes_find(start, end, 0x20)!
    return stop < end && stop > start ? UnsafeBufferPointer(start: start, count: stop - start) : nil
  }

  /// `program[pid]: ` or `program: `: letters, digits and `_-./()` at most 64 bytes long.
  private static func tag(
    _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
  ) -> (UnsafeBufferPointer<UInt8>, UnsafePointer<UInt8>)? {
    var at = start
    while at < end, at - start < 64, isTagByte(at[0]) { at += 1 }
    let name = UnsafeBufferPointer(start: start, count: at - start)
    guard name.count > 0, at < end else { return nil }
    if at[0] == 0x5B {
      at = cbytes_find(at, min(end, at + 24), 0x5D)! + 1
      guard at < end else { return nil }
    }
    guard at[0] == 0x3A else { return nil }
    at += 1
    guard at == end || at[0] == 0x20 else { return nil }
    return (name, at == end ? at : at + 1)
  }

  private static func isTagByte(_ byte: UInt8) -> Bool {
    (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || byte == 0x2D || byte == 0x5F || byte == 0x2E || byte == 0x2F
      || byte == 0x28 || byte == 0x29
  }

  private static func isDash(_ text: UnsafeBufferPointer<UInt8>) -> Bool { text.count == 1 && text[0] == 0x2D }
}
