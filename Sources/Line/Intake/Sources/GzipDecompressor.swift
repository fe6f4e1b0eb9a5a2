import CIsal

/// gzip by libisal: several members after one another, and whatever a broken file gave until it broke.
///
/// Source: RFC 1952; ISA-L `igzip_lib.h`.
final class GzipDecompressor: Decompressor {
  private let state = cisal_new()!
  private var members = 0
  private var isInMember = false

  deinit { free(state) }

  func step(
    _ input: UnsafeRawBufferPointer, isLast: Bool, into target: UnsafeMutablePointer<UInt8>, capacity: Int
  ) -> (taken: Int, given: Int, failure: String?) {
    if !isInMember {
      // Tape and disk tools pad with zeros behind the last member; anything else there is not gzip.
      let zeros = input.prefix { $0 == 0 }.count
      if zeros > 0 { return (zeros, 0, members == 0 ? "holds nothing but zeros" : nil) }
      guard input.count > 0 else { return (0, 0, nil) }
      if members > 0, input[0] != 0x1F {
        return (0, 0, "has \(isLast ? "\(input.count) " : "")bytes behind its end that are no gzip; they were left out")
      }
      begin()
    }
    state.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
    state.pointee.avail_in = UInt32(input.count)
    state.pointee.next_out = target
    state.pointee.avail_out = UInt32(truncatingIfNeeded: min(capacity, Int(UInt32.max)))
    let outcome = isal_inflate(state)
    let taken = input.count - Int(state.pointee.avail_in)
    let given = min(capacity, Int(UInt32.max)) - Int(state.pointee.avail_out)
    if outcome < 0 { return (taken, given, words(for: outcome)) }
    if state.pointee.block_state == ISAL_BLOCK_FINISH {
      isInMember = false
      members += 1
    } else if isLast, taken == 0, given == 0 {
      return (0, 0, "is cut off in the middle; what could be unpacked was used")
    }
    return (taken, given, nil)
  }

  private func begin() {
    isal_inflate_init(state)
    state.pointee.crc_flag = UInt32(ISAL_GZIP)
    isInMember = true
  }

  private func words(for outcome: Int32) -> String {
    switch outcome {
    case ISAL_INCORRECT_CHECKSUM: "has a wrong gzip checksum; what could be unpacked was used"
    case ISAL_INVALID_WRAPPER, ISAL_UNSUPPORTED_METHOD: "has a broken gzip header; what could be unpacked was used"
    default: "is broken inside its gzip data; what could be unpacked before was used"
    }
  }
}
