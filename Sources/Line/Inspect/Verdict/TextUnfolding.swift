/// How a text was dressed up on its way here.
struct Disguise: OptionSet, Sendable {
  let rawValue: UInt16

  /// Percent-encoding under percent-encoding.
  static let doublePercent = Disguise(rawValue: 1)
  /// Two or three bytes where UTF-8 needs one (RFC 3629 section 3 forbids it).
  static let overlong = Disguise(rawValue: 1 << 1)
  /// `%u0027`, understood by IIS only.
  static let percentU = Disguise(rawValue: 1 << 2)
  static let htmlEntities = Disguise(rawValue: 1 << 3)
  /// `\u0027`, `\x27`.
  static let escapes = Disguise(rawValue: 1 << 4)
  static let base64 = Disguise(rawValue: 1 << 5)
  static let utf7 = Disguise(rawValue: 1 << 6)
  /// Full-width forms that frameworks fold to ASCII.
  static let fullWidth = Disguise(rawValue: 1 << 7)
  static let nulByte = Disguise(rawValue: 1 << 8)

  static let named: [(Disguise, String)] = [
    (.doublePercent, "percent-encoded more than once"), (.overlong, "overlong UTF-8"), (.percentU, "%u escapes"),
    (.htmlEntities, "HTML entities"), (.escapes, "script escapes"), (.base64, "base64"), (.utf7, "UTF-7"),
    (.fullWidth, "full-width letters"), (.nulByte, "NUL bytes"),
  ]

  var words: [String] { Self.named.filter { contains($0.0) }.map(\.1) }
}

/// A text with its encodings taken off, as an application behind several decoders would come to see it.
struct UnfoldedText {
  var bytes: [UInt8]
  var disguise: Disguise
}

/// Takes encodings off, layer by layer, until nothing changes or `deepest` layers are gone.
enum TextUnfolding {
  static let deepest = 4

  static func unfold(_ raw: [UInt8], plusIsSpace: Bool) -> UnfoldedText {
    var text = UnfoldedText(bytes: raw, disguise: [])
    if plusIsSpace { text.bytes.replaceAll(ASCII.plus, with: ASCII.space) }
    var percentLayers = 0
    for _ in 0..<deepest {
      var changed = false
      if let decoded = PercentDecoding.decode(text.bytes, &text.disguise) {
        text.bytes = decoded
        percentLayers += 1
        changed = true
      }
      if let decoded = EscapeDecoding.decode(text.bytes) {
        text.bytes = decoded
        text.disguise.insert(.escapes)
        changed = true
      }
      if let decoded = EntityDecoding.decode(text.bytes) {
        text.bytes = decoded
        text.disguise.insert(.htmlEntities)
        changed = true
      }
      if let decoded = WideFolding.fold(text.bytes, &text.disguise) {
        text.bytes = decoded
        changed = true
      }
      if !changed { break }
    }
    if percentLayers > 1 { text.disguise.insert(.doublePercent) }
    if let decoded = UTF7Decoding.decode(text.bytes) {
      text.bytes = decoded
      text.disguise.insert(.utf7)
    }
    if text.bytes.contains(0) { text.disguise.insert(.nulByte) }
    text.bytes = shortenRuns(text.bytes)
    return text
  }

  /// Cuts a run of one byte to `longestRun`: padding that pushes a payload beyond an inspection limit says nothing.
  static let longestRun = 16

  private static func shortenRuns(_ bytes: [UInt8]) -> [UInt8] {
    guard bytes.count > 4 * longestRun else { return bytes }
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count)
    var run = 0
    for byte in bytes {
      run = byte == out.last ? run + 1 : 0
      if run < longestRun { out.append(byte) }
    }
    return out
  }
}

extension [UInt8] {
  mutating func replaceAll(_ old: UInt8, with new: UInt8) {
    for index in indices where self[index] == old { self[index] = new }
  }
}
