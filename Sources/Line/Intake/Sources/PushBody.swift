/// A body that a platform pushes: plain, gzip or zstd by its first bytes, unpacked as it arrives, within limits.
///
/// A body that is cut off or broken is refused as a whole: its sender still has it and will try again.
package struct PushBody {
  /// Why a body was refused.
  package enum Refusal: Error, Sendable, Equatable {
    /// More than `limit` bytes unpacked: a bomb, or a delivery to be cut in pieces.
    case tooLarge(limit: Int)
    /// In words that follow "the body".
    case broken(String)
  }

  /// The unpacked lines so far.
  package private(set) var lines: [UInt8] = []
  private let limit: Int
  private var decoder: (any Decompressor)?
  /// Bytes not yet looked at: before the kind is known, or left over by the decoder.
  private var rest: [UInt8] = []
  private var isKnown = false

  package init(limit: Int) { self.limit = limit }

  /// Takes the next piece.
  package mutating func take(_ bytes: UnsafeRawBufferPointer) throws(Refusal) {
    if isKnown, decoder == nil { return try keep(bytes) }
    rest += bytes
    if !isKnown {
      guard rest.count >= 4 else { return }
      recognise()
    }
    try unpack(isLast: false)
  }

  /// Ends the body; its lines.
  package mutating func finish() throws(Refusal) -> [UInt8] {
    if !isKnown { recognise() }
    try unpack(isLast: true)
    return lines
  }

  private mutating func recognise() {
    isKnown = true
    if rest.starts(with: [0x1F, 0x8B]) { decoder = GzipDecompressor() }
    if rest.withUnsafeBytes({ ZstdDecompressor.recognises($0[...]) }) { decoder = ZstdDecompressor() }
  }

  private mutating func unpack(isLast: Bool) throws(Refusal) {
    guard let decoder else {
      defer { rest = [] }
      return try keep(rest)
    }
    var piece = [UInt8](repeating: 0, count: 256 << 10)
    var start = 0
    while true {
      let step = rest.withUnsafeBytes { bytes in
        decoder.step(
          UnsafeRawBufferPointer(rebasing: bytes[start...]), isLast: isLast, into: &piece, capacity: piece.count)
      }
      start += step.taken
      try keep(piece[..<step.given])
      if let words = step.failure { throw .broken(words.split(separator: ";").first.map(String.init) ?? words) }
      if step.taken == 0, step.given == 0 { break }
    }
    rest.removeFirst(start)
  }

  private mutating func keep(_ bytes: some Collection<UInt8>) throws(Refusal) {
    guard bytes.count <= limit - lines.count else { throw .tooLarge(limit: limit) }
    lines += bytes
  }
}
