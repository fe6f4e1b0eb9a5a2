import Model

/// Tells cheaply that a plain request target holds nothing to weigh.
final class VerdictScreen {
  private let scanner: SignalScanner
  private var plain = PlainTarget()

  init(_ scanner: SignalScanner) {
    self.scanner = scanner
  }

  /// Whether the target is without signs; nil for one that is not plain and must be weighed in full.
  func isQuiet(_ target: UnsafeRawBufferPointer) -> Bool? { plain.read(target) ? !plain.holdsSignal(scanner) : nil }
}

/// A request target without anything that an attack on an interpreter needs, decoded once and cut into its pieces.
///
/// Plain are letters, digits, the marks of ordinary addresses, single blanks and UTF-8, as they are or percent-encoded
/// once. Nothing can be unfolded or squeezed out of such a text, so that its pieces are what is weighed (`RequestParts`).
struct PlainTarget {
  private struct Piece {
    var place: PartPlace
    var range: Range<Int>
  }

  private var decoded: [UInt8] = []
  /// The same where a form's `+` stands as it was sent: so it is in the target as a whole.
  private var unformed: [UInt8] = []
  private var hasPlus = false
  private var pieces: [Piece] = []
  /// Where the path's segments begin.
  private var segments: [Int] = []

  private static let isPlain: [Bool] = (0...255).map { byte in
    let marks = Set("-._~/:=?&,@ ".utf8)
    // Lead bytes of overlong forms, of full-width letters and of the two that end in a line break.
    if [0xC0, 0xC1, 0xE5, 0xEF].contains(byte) { return false }
    return byte >= 0x80 || UInt8(byte).isASCIIAlphanumeric || marks.contains(UInt8(byte))
  }

  /// Takes a target in; false when it is not plain.
  mutating func read(_ target: UnsafeRawBufferPointer) -> Bool {
    guard target.first == ASCII.slash else { return false }
    decoded.removeAll(keepingCapacity: true)
    unformed.removeAll(keepingCapacity: true)
    pieces.removeAll(keepingCapacity: true)
    segments.removeAll(keepingCapacity: true)
    hasPlus = false
    var place = PartPlace.path
    var start = 0
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
        guard place != .path, !(at + 1 < target.count && target[at] == 0x41 && target[at + 1] == 0x44) else {
          return false
        }
        byte = ASCII.space
        hasPlus = true
      } else if sent == ASCII.space {
        return false
      }
      guard Self.isPlain[Int(byte)], !Self.isOdd(byte, behind: previous) else { return false }
      switch (sent, place) {
      case (ASCII.question, .path), (ASCII.ampersand, .name), (ASCII.ampersand, .value):
        // A parameter without `=` is a value.
        end(place == .path ? .path : .value, from: start)
        place = .name
        start = decoded.count + 1
      case (ASCII.equals, .name):
        end(.name, from: start)
        place = .value
        start = decoded.count + 1
      case (_, .path) where byte == ASCII.slash: segments.append(decoded.count + 1)
      default: break
      }
      decoded.append(byte)
      unformed.append(sent == ASCII.plus ? sent : byte)
      previous = byte
    }
    end(place == .path ? .path : .value, from: start)
    return !pieces.contains { mayCarry($0.range) } && !segments.contains { mayBeBase64($0) }
  }

  private mutating func end(_ place: PartPlace, from start: Int) {
    if start < decoded.count { pieces.append(Piece(place: place, range: start..<decoded.count)) }
  }

  /// Two bytes that mean more together: a climb, a shell's `&&`, blanks that squeezing makes one, an overlong form.
  private static func isOdd(_ byte: UInt8, behind previous: UInt8) -> Bool {
    switch byte {
    case ASCII.dot, ASCII.ampersand, ASCII.space: byte == previous
    case 0x80: previous == 0xE0
    default: false
    }
  }

  /// Whether a piece may carry pieces of its own: an address with a query, a form, readable text in base64.
  private func mayCarry(_ range: Range<Int>) -> Bool {
    let text = decoded[range]
    if text.beginsCaseless("http"), text.contains(ASCII.question) { return true }
    return range.lowerBound > 0 && text.contains(ASCII.ampersand) || mayBeBase64(range.lowerBound)
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

  /// Whether a signal lies in the whole or in one of its pieces.
  func holdsSignal(_ scanner: SignalScanner) -> Bool {
    if hasPlus, unformed.withUnsafeBytes({ scanner.holdsSignal($0, at: .target) }) { return true }
    return decoded.withUnsafeBytes { bytes in
      // A piece holds nothing that the whole does not hold.
      if scanner.isMute(bytes) { return false }
      if scanner.holdsSignal(bytes, at: .target) { return true }
      for piece in pieces
      where scanner.holdsSignal(UnsafeRawBufferPointer(rebasing: bytes[piece.range]), at: piece.place) { return true }
      return false
    }
  }
}
