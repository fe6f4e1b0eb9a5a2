import Model

/// Tells cheaply that a plain request target holds nothing to weigh.
final class VerdictScreen {
  private let scanner: SignalScanner
  private var plain = PlainTarget()

  init(_ scanner: SignalScanner) {
    self.scanner = scanner
  }

  /// True only for a target without signs: a plain one in which no signal finds what it needs.
  func isQuiet(_ target: UnsafeRawBufferPointer) -> Bool { plain.read(target) && !plain.mayHoldSignal(scanner) }
}

/// A request target without anything that an attack on an interpreter needs, decoded once.
///
/// Plain are letters, digits, the marks of ordinary addresses, single blanks and UTF-8, as they are or percent-encoded
/// once. Every text that is weighed of it is then a piece of the decoded whole.
struct PlainTarget {
  private var decoded: [UInt8] = []
  /// The same where a form's `+` stands as it was sent: so it is in the target as a whole.
  private var unformed: [UInt8] = []
  private var hasPlus = false
  /// Where pieces begin in `decoded`.
  private var starts: [Int] = []

  private static let isPlain: [Bool] = (0...255).map { byte in
    let marks = Set("-._~/:=?&,@ ".utf8)
    // Lead bytes of overlong forms, of full-width letters and of the two that end in a line break.
    if [0xC0, 0xC1, 0xE5, 0xEF].contains(byte) { return false }
    return byte >= 0x80 || UInt8(byte).isASCIIAlphanumeric || marks.contains(UInt8(byte))
  }

  /// Takes a target in; false when it is not plain.
  mutating func read(_ target: UnsafeRawBufferPointer) -> Bool {
    decoded.removeAll(keepingCapacity: true)
    unformed.removeAll(keepingCapacity: true)
    starts.removeAll(keepingCapacity: true)
    hasPlus = false
    var isInQuery = false
    var previous: UInt8 = 0
    var at = 0
    while at < target.count {
      let sent = target[at]
      var byte = sent
      at += 1
      if sent == ASCII.percent {
        guard at + 1 < target.count, let high = target[at].hexValue, let low = target[at + 1].hexValue else {
          return false
        }
        byte = UInt8(high << 4 | low)
        at += 2
      } else if sent == ASCII.plus {
        // `+AD` begins UTF-7.
        guard isInQuery, !(at + 1 < target.count && target[at] == 0x41 && target[at + 1] == 0x44) else { return false }
        byte = ASCII.space
        hasPlus = true
      } else if sent == ASCII.space {
        return false
      }
      guard Self.isPlain[Int(byte)], !Self.isOdd(byte, behind: previous) else { return false }
      let endsPiece = sent == ASCII.ampersand || sent == ASCII.equals || sent == ASCII.question
      if sent == ASCII.question { isInQuery = true }
      decoded.append(byte)
      if endsPiece || byte == ASCII.slash { starts.append(decoded.count) }
      unformed.append(sent == ASCII.plus ? sent : byte)
      previous = byte
    }
    return !starts.contains { mayBeBase64($0) }
  }

  /// Two bytes that mean more together: a climb, a shell's `&&`, blanks that squeezing makes one, an overlong form.
  private static func isOdd(_ byte: UInt8, behind previous: UInt8) -> Bool {
    switch byte {
    case ASCII.dot, ASCII.ampersand, ASCII.space: byte == previous
    case 0x80: previous == 0xE0
    default: false
    }
  }

  /// Whether readable text in base64 may begin here; a form decoder makes a blank of its `+`.
  private func mayBeBase64(_ start: Int) -> Bool {
    guard start + Base64.shortest <= decoded.count else { return false }
    var store: UInt32 = 0
    var held = 0
    for at in start..<min(start + 12, decoded.count) {
      guard let six = Base64.value(of: decoded[at] == ASCII.space ? ASCII.plus : decoded[at]) else {
        return at - start >= Base64.shortest
      }
      store = store << 6 | UInt32(six)
      held += 6
      guard held >= 8 else { continue }
      held -= 8
      let byte = UInt8(truncatingIfNeeded: store >> UInt32(held))
      guard byte >= 0x20 && byte < 0x7F || byte == 9 || byte == 10 || byte == 13 else { return false }
    }
    return true
  }

  /// Whether some signal's need is met in the whole, so that it may lie in one of the pieces.
  func mayHoldSignal(_ scanner: SignalScanner) -> Bool {
    decoded.withUnsafeBytes { scanner.mayHoldSignal(target: $0) }
      || hasPlus && unformed.withUnsafeBytes { scanner.mayHoldSignal(target: $0) }
  }
}
