import Glibc

/// The MD5 digest, which JA3 is defined by; never a proof of anything. Source: RFC 1321.
enum MD5 {
  private static let shifts: [UInt32] = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21]
  private static let sines: [UInt32] = (0..<64).map { UInt32(abs(sin(Double($0 + 1))) * 4_294_967_296) }

  /// The digest in 32 hexadecimal digits.
  static func hexadecimal(of bytes: UnsafeBufferPointer<UInt8>, to out: UnsafeMutablePointer<UInt8>) {
    var state: (UInt32, UInt32, UInt32, UInt32) = (0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476)
    DigestBlocks.each(of: bytes, isBigEndian: false) { block in
      var (a, b, c, d) = state
      for step in 0..<64 {
        let round = step / 16
        let mixed: UInt32
        let place: Int
        switch round {
        case 0: (mixed, place) = (b & c | ~b & d, step)
        case 1: (mixed, place) = (d & b | ~d & c, (5 * step + 1) % 16)
        case 2: (mixed, place) = (b ^ c ^ d, (3 * step + 5) % 16)
        default: (mixed, place) = (c ^ (b | ~d), 7 * step % 16)
        }
        let word = UInt32(littleEndian: block.loadUnaligned(fromByteOffset: place * 4, as: UInt32.self))
        let sum = a &+ mixed &+ sines[step] &+ word
        let shift = shifts[round * 4 + step % 4]
        (a, d, c, b) = (d, c, b, b &+ (sum << shift | sum >> (32 - shift)))
      }
      state = (state.0 &+ a, state.1 &+ b, state.2 &+ c, state.3 &+ d)
    }
    for (place, word) in [state.0, state.1, state.2, state.3].enumerated() {
      for byte in 0..<4 {
        let value = UInt8(truncatingIfNeeded: word >> UInt32(byte * 8))
        out[place * 8 + byte * 2] = hexadecimalDigit(value >> 4)
        out[place * 8 + byte * 2 + 1] = hexadecimalDigit(value & 15)
      }
    }
  }
}

/// The blocks of 64 bytes that MD5 and SHA-256 work on, with their padding.
enum DigestBlocks {
  static func each(
    of bytes: UnsafeBufferPointer<UInt8>, isBigEndian: Bool, _ body: (UnsafeRawBufferPointer) -> Void
  ) {
    var at = 0
    while at + 64 <= bytes.count {
      body(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes[at..<(at + 64)])))
      at += 64
    }
    withUnsafeTemporaryAllocation(byteCount: 128, alignment: 8) { tail in
      tail.initializeMemory(as: UInt8.self, repeating: 0)
      let rest = bytes.count - at
      for place in 0..<rest { tail[place] = bytes[at + place] }
      tail[rest] = 0x80
      let blocks = rest < 56 ? 1 : 2
      let bits = UInt64(bytes.count) * 8
      tail.storeBytes(
        of: isBigEndian ? bits.bigEndian : bits.littleEndian, toByteOffset: blocks * 64 - 8, as: UInt64.self)
      for block in 0..<blocks { body(UnsafeRawBufferPointer(rebasing: tail[(block * 64)..<(block * 64 + 64)])) }
    }
  }
}
