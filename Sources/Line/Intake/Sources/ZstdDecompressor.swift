import CZstd

/// Zstandard by libzstd: several frames after one another, skippable frames left out.
///
/// Source: RFC 8878.
final class ZstdDecompressor: Decompressor {
  private let stream = ZSTD_createDStream()!
  private var isInFrame = false
  private var frames = 0

  deinit { ZSTD_freeDStream(stream) }

  /// A frame's magic number, or that of a skippable frame.
  static func recognises(_ head: Slice<UnsafeRawBufferPointer>) -> Bool {
    if head.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) { return true }
    return head.count >= 4 && head[head.startIndex] & 0xF0 == 0x50 && head.dropFirst().starts(with: [0x2A, 0x4D, 0x18])
  }

  func step(
    _ input: UnsafeRawBufferPointer, isLast: Bool, into target: UnsafeMutablePointer<UInt8>, capacity: Int
  ) -> (taken: Int, given: Int, failure: String?) {
    var source = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
    var sink = ZSTD_outBuffer(dst: target, size: capacity, pos: 0)
    let outcome = ZSTD_decompressStream(stream, &sink, &source)
    if ZSTD_isError(outcome) != 0 {
      let words =
        frames > 0 && !isInFrame
        ? "has bytes behind its end that are no zstd; they were left out"
        : "is broken inside its zstd data (\(String(cString: ZSTD_getErrorName(outcome)))); what came before was used"
      return (source.pos, sink.pos, words)
    }
    if outcome == 0 {
      isInFrame = false
      frames += 1
    } else if source.pos > 0 || sink.pos > 0 {
      isInFrame = true
    } else if isLast, isInFrame {
      return (0, 0, "is cut off in the middle; what could be unpacked was used")
    }
    return (source.pos, sink.pos, nil)
  }
}
