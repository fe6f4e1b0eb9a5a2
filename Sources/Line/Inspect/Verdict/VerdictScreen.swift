import Model

/// Tells cheaply that a plain request target holds nothing to weigh.
final class VerdictScreen {
  private let scanner: SignalScanner
  private var plain = PlainTarget()

  init(_ scanner: SignalScanner) {
    self.scanner = scanner
  }

  /// Whether the target is free of signs; nil for a target that is not plain and must be weighed in full.
  func isQuiet(_ target: UnsafeRawBufferPointer) -> Bool? {
    plain.read(target) ? !plain.mayHoldSignal(scanner) : nil
  }
}

/// A request target without anything that an attack on an interpreter needs, decoded once.
///
/// Plain are letters, digits, the marks of ordinary addresses and UTF-8, as they are or percent-encoded once.
struct PlainTarget {
  private var decoded: [UInt8] = []
  private var pathEnd = 0
  /// Where values with a slash or a colon lie in `decoded`: they may be addresses of their own.
  private var addresses: [Range<Int>] = []

  private enum Kind {
    static let plain: UInt8 = 0
    static let dressed: UInt8 = 1
  }

  private static let kinds: [UInt8] = (0...255).map { byte in
    let marks = Set("-._~/:=?&,@".utf8)
    // Lead bytes of overlong forms, of full-width letters and of the two that end in a line break.
    if [0xC0, 0xC1, 0xE5, 0xEF].contains(byte) { return Kind.dressed }
    return byte >= 0x80 || UInt8(byte).isASCIIAlphanumeric || marks.contains(UInt8(byte)) ? Kind.plain : Kind.dressed
  }

  /// Takes a target in; false when it is not plain.
  mutating func read(_ target: UnsafeRawBufferPointer) -> Bool {
    decoded.removeAll(keepingCapacity: true)
    addresses.removeAll(keepingCapacity: true)
    pathEnd = -1
    var valueStart = 0
    var isAddress = false
    var previous: UInt8 = 0
    var at = 0
    while at < target.count {
      var byte = target[at]
      at += 1
      let isRaw = byte != ASCII.percent
      if !isRaw {
        guard at + 1 < target.count, let high = target[at].hexValue, let low = target[at + 1].hexValue else {
          return false
        }
        byte = UInt8(high << 4 | low)
        at += 2
      }
      guard Self.kinds[Int(byte)] == Kind.plain, !(byte == ASCII.dot && previous == ASCII.dot),
        !(byte == 0x80 && previous == 0xE0)
      else { return false }
      if isRaw, byte == ASCII.question, pathEnd < 0 { pathEnd = decoded.count }
      let endsValue = isRaw && (byte == ASCII.ampersand || byte == ASCII.equals || byte == ASCII.question)
      if byte == ASCII.ampersand, previous == ASCII.ampersand { return false }
      if endsValue {
        if isAddress, pathEnd >= 0, valueStart > pathEnd { addresses.append(valueStart..<decoded.count) }
        valueStart = decoded.count + 1
        isAddress = false
      }
      if endsValue || byte == ASCII.slash, Self.mayBeBase64(target, at) { return false }
      if byte == ASCII.slash || byte == ASCII.colon { isAddress = true }
      decoded.append(byte)
      previous = byte
    }
    if pathEnd < 0 { pathEnd = decoded.count }
    if isAddress, valueStart > pathEnd { addresses.append(valueStart..<decoded.count) }
    return true
  }

  /// Whether readable text in base64 may begin here.
  private static func mayBeBase64(_ target: UnsafeRawBufferPointer, _ start: Int) -> Bool {
    guard start + Base64.shortest <= target.count else { return false }
    var store: UInt32 = 0
    var held = 0
    for at in start..<min(start + 12, target.count) {
      guard let six = Base64.value(of: target[at]) else { return at - start >= Base64.shortest }
      store = store << 6 | UInt32(six)
      held += 6
      guard held >= 8 else { continue }
      held -= 8
      let byte = UInt8(truncatingIfNeeded: store >> UInt32(held))
      guard byte >= 0x20 && byte < 0x7F || byte == 9 || byte == 10 || byte == 13 else { return false }
    }
    return true
  }

  /// Whether a signal that fits plain text lies in the target, its path or one of its addresses.
  func mayHoldSignal(_ scanner: SignalScanner) -> Bool {
    decoded.withUnsafeBytes { bytes in
      if scanner.hasSignal(plain: bytes) { return true }
      if pathEnd < bytes.count, scanner.hasSignal(plain: UnsafeRawBufferPointer(rebasing: bytes[..<pathEnd])) {
        return true
      }
      return addresses.contains { scanner.hasSignal(plain: UnsafeRawBufferPointer(rebasing: bytes[$0])) }
    }
  }
}
